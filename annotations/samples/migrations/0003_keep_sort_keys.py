"""Keys of new objects, for the columns that keep them; and none of objects that are gone."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION sort_keys_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO samples_numberkey (column_id, object_id, value)
    SELECT c.id, f.object_id, f."values"[c.position + 1] FROM after_rows f
    JOIN samples_freecolumn c ON c.project_id = f.project_id AND c.keeps_keys AND c.is_number
    ON CONFLICT DO NOTHING;
    INSERT INTO samples_textkey (column_id, object_id, value)
    SELECT c.id, f.object_id, left(f.texts ->> c.name, 500) FROM after_rows f
    JOIN samples_freecolumn c ON c.project_id = f.project_id AND c.keeps_keys AND NOT c.is_number
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION sort_keys_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM samples_numberkey k USING before_rows f, samples_freecolumn c
    WHERE c.project_id = f.project_id AND c.keeps_keys AND k.column_id = c.id AND k.object_id = f.object_id;
    DELETE FROM samples_textkey k USING before_rows f, samples_freecolumn c
    WHERE c.project_id = f.project_id AND c.keeps_keys AND k.column_id = c.id AND k.object_id = f.object_id;
    RETURN NULL;
END $$;

CREATE TRIGGER sort_keys_inserted AFTER INSERT ON samples_objectfields
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION sort_keys_inserted();
CREATE TRIGGER sort_keys_deleted AFTER DELETE ON samples_objectfields
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION sort_keys_deleted();
"""

BACK = """
DROP TRIGGER sort_keys_inserted ON samples_objectfields;
DROP TRIGGER sort_keys_deleted ON samples_objectfields;
DROP FUNCTION sort_keys_inserted();
DROP FUNCTION sort_keys_deleted();
"""


class Migration(migrations.Migration):
    dependencies = [("samples", "0002_sort_keys")]
    operations = [migrations.RunSQL(FUNCTIONS, BACK)]
