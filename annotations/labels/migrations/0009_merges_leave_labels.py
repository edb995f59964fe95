"""A merge of taxa leaves the label that stood before it; merges of before are noted so, in their order."""

from django.db import migrations

MERGES = """
DO $$
DECLARE merged record; stood integer;
BEGIN
    FOR merged IN
        SELECT c.id, c.object_id, c.version FROM labels_change c JOIN labels_batch b ON b.id = c.batch_id
        WHERE b.kind = 'rule' AND c.from_taxon_id <> c.to_taxon_id AND c.restores IS NULL ORDER BY c.id
    LOOP
        stood := COALESCE((SELECT p.restores FROM labels_change p
                           WHERE p.object_id = merged.object_id AND p.version = merged.version - 1), merged.version - 1);
        UPDATE labels_change SET restores = stood
        WHERE id = merged.id OR object_id = merged.object_id AND restores = merged.version;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("labels", "0008_settled_tally")]
    operations = [migrations.RunSQL(MERGES, migrations.RunSQL.noop)]
