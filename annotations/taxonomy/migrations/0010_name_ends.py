"""Names by how they end: of a name with one mistake, one half is right (`taxon_matching/proposals.py`)."""

from django.db import migrations

ENDS = """
CREATE INDEX taxon_name_end ON taxonomy_taxon (reverse(name_folded) text_pattern_ops);
CREATE INDEX synonym_end ON taxonomy_synonym (reverse(folded) text_pattern_ops);
"""
ENDS_BACK = """
DROP INDEX synonym_end;
DROP INDEX taxon_name_end;
"""


class Migration(migrations.Migration):
    dependencies = [("taxonomy", "0009_in_use")]

    operations = [migrations.RunSQL(ENDS, ENDS_BACK)]
