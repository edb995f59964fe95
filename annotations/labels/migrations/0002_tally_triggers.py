"""The tally: triggers on samples_object that append what each statement changed, whoever writes.

Statement-level with transition tables: 10,000 rows labelled at once append one row a (sample, taxon, state).
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION tally_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO labels_tally (project_id, sample_id, taxon_id, state, count)
    SELECT project_id, sample_id, taxon_id, state, count(*) FROM after_rows GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO labels_tally (project_id, sample_id, taxon_id, state, count)
    SELECT project_id, sample_id, taxon_id, state, -count(*) FROM before_rows GROUP BY 1, 2, 3, 4;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO labels_tally (project_id, sample_id, taxon_id, state, count)
    SELECT project_id, sample_id, taxon_id, state, sum(change) FROM (
        SELECT project_id, sample_id, taxon_id, state, 1 AS change FROM after_rows
        UNION ALL
        SELECT project_id, sample_id, taxon_id, state, -1 FROM before_rows
    ) AS changes GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0;
    RETURN NULL;
END $$;

CREATE TRIGGER tally_inserted AFTER INSERT ON samples_object
    REFERENCING NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION tally_inserted();
CREATE TRIGGER tally_deleted AFTER DELETE ON samples_object
    REFERENCING OLD TABLE AS before_rows FOR EACH STATEMENT EXECUTE FUNCTION tally_deleted();
CREATE TRIGGER tally_updated AFTER UPDATE ON samples_object
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tally_updated();
"""

BACK = """
DROP TRIGGER tally_inserted ON samples_object;
DROP TRIGGER tally_deleted ON samples_object;
DROP TRIGGER tally_updated ON samples_object;
DROP FUNCTION tally_inserted();
DROP FUNCTION tally_deleted();
DROP FUNCTION tally_updated();
"""


class Migration(migrations.Migration):
    dependencies = [("labels", "0001_initial"), ("samples", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS, BACK)]
