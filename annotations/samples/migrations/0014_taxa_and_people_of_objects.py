"""Taxa and annotators of objects are looked up once a statement: ten thousand objects of one taxon need one look.

The keys that PostgreSQL has for it look once a row. What is promised stays: a statement that names a taxon or a person
who isn't there fails, whoever deletes one waits for those who name it, and fails while an object does.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HOLD = """
    SELECT array_agg(id) INTO ids
    FROM (SELECT {column} AS id FROM after_rows WHERE {column} IS NOT NULL GROUP BY 1) AS named;
    PERFORM FROM {table} WHERE id = ANY(ids) ORDER BY id FOR KEY SHARE;
    GET DIAGNOSTICS present = ROW_COUNT;
    IF present < cardinality(ids) THEN
        RAISE foreign_key_violation USING MESSAGE = 'objects name rows of {table} that are not there';
    END IF;"""
REFUSE = """
CREATE FUNCTION objects_name_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM samples_object o WHERE o.{column} = OLD.id) THEN
        RAISE foreign_key_violation USING MESSAGE = format('objects still name %s of {table}', OLD.id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER held_by_objects AFTER DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION objects_name_{table}();
"""
NO_REFUSAL = "DROP TRIGGER held_by_objects ON {table}; DROP FUNCTION objects_name_{table}();"
NAMED = ({"table": "taxonomy_taxon", "column": "taxon_id"}, {"table": "accounts_user", "column": "annotator_id"})
KEYS = f"""
CREATE FUNCTION hold_taxa_and_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
    present integer;
BEGIN{"".join(HOLD.format(**each) for each in NAMED)}
    RETURN NULL;
END $$;
CREATE TRIGGER keys_inserted AFTER INSERT ON samples_object
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION hold_taxa_and_people();
CREATE TRIGGER keys_updated AFTER UPDATE ON samples_object
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION hold_taxa_and_people();
{"".join(REFUSE.format(**each) for each in NAMED)}"""
NO_KEYS = f"""
DROP TRIGGER keys_inserted ON samples_object;
DROP TRIGGER keys_updated ON samples_object;
DROP FUNCTION hold_taxa_and_people();
{"".join(NO_REFUSAL.format(**each) for each in NAMED)}"""


class Migration(migrations.Migration):

    dependencies = [
        ('samples', '0001_squashed_0013'),
        ('taxonomy', '0001_squashed_0010'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='object',
            name='annotator',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='object',
            name='taxon',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='taxonomy.taxon'),
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
    ]
