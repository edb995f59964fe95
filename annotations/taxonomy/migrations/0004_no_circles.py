from django.db import migrations

# Who moves a taxon below itself is told so by the database, whoever writes. Only an update can close a circle: a new
# taxon has nothing below it (an import inserts many at once, and has looked for circles before).
NO_CIRCLE = """
CREATE FUNCTION taxonomy_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE up (start, above) AS (
            SELECT a.id, a.parent_id FROM after_it a JOIN before_it b USING (id)
            WHERE a.parent_id IS DISTINCT FROM b.parent_id AND a.parent_id IS NOT NULL
            UNION
            SELECT up.start, t.parent_id FROM up JOIN taxonomy_taxon t ON t.id = up.above
            WHERE up.above <> up.start AND t.parent_id IS NOT NULL
        )
        SELECT FROM up WHERE above = start
    ) THEN
        RAISE EXCEPTION 'a taxon would stand below itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taxon_no_circle';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER taxon_no_circle AFTER UPDATE ON taxonomy_taxon
REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION taxonomy_no_circle();
"""

# Completion by any word of a name; `taxonomy/queries.py` asks with the same expression.
WORDS = """
CREATE INDEX taxon_words ON taxonomy_taxon
USING gin (to_tsvector('simple'::regconfig, translate(display_name, '<>()[]-/.', '         ')));
"""


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0003_tree_of_the_site")]

    operations = [
        migrations.RunSQL(
            NO_CIRCLE,
            "DROP TRIGGER taxon_no_circle ON taxonomy_taxon; DROP FUNCTION taxonomy_no_circle();",
        ),
        migrations.RunSQL(WORDS, "DROP INDEX taxon_words;"),
    ]
