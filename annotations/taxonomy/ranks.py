"""Which names are written in italics: those of genera and of what lies below them."""

from collections.abc import Collection

from django.db import connection

from annotations.taxonomy.models import TaxonKind

# as the International Codes name them
GENUS_OR_BELOW = (
    *("genus", "subgenus", "section", "subsection", "series", "subseries"),
    *("species", "subspecies", "variety", "subvariety", "form", "forma", "subform", "subforma"),
)
# A taxon below a genus is written so whether or not its own rank is known; so is a name of two words as species have
# them. A morphotype is no Latin name.
ITALIC = """
SELECT t.id FROM taxonomy_taxon t
WHERE t.id = ANY(%(taxa)s) AND t.kind = %(phylo)s AND (
    EXISTS (SELECT FROM taxonomy_taxon a WHERE a.id = ANY(t.path) AND lower(a.rank) = ANY(%(ranks)s))
    OR (t.rank = '' AND t.name ~ '^[A-Z][a-z]+ [a-z]{3,}(-[a-z]+)?( [a-z]{3,})?$'))
"""


def italic_among(taxa: Collection[int]) -> set[int]:
    """Those of the taxa whose names are written in italics."""
    if not taxa:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            ITALIC, {"taxa": list(taxa), "phylo": TaxonKind.PHYLO.value, "ranks": list(GENUS_OR_BELOW)}
        )
        return {taxon for (taxon,) in cursor.fetchall()}
