from django.db import migrations

# What a taxon became by merges, one after the other; itself where it was never replaced. Ends also in a circle.
IN_USE = """
CREATE FUNCTION taxonomy_in_use(bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
WITH RECURSIVE chain (id, by, step) AS (
    SELECT t.id, t.replaced_by_id, 0 FROM taxonomy_taxon t WHERE t.id = $1
    UNION ALL
    SELECT t.id, t.replaced_by_id, chain.step + 1 FROM chain JOIN taxonomy_taxon t ON t.id = chain.by
    WHERE chain.step < 50
)
SELECT id FROM chain ORDER BY step DESC LIMIT 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0008_words")]

    operations = [migrations.RunSQL(IN_USE, "DROP FUNCTION taxonomy_in_use(bigint);")]
