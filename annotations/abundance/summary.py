"""What the table that was estimated last stands on as a whole, and how coarse its taxa may be."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q, Sum

from annotations.abundance.models import AbundanceTable, Basis
from annotations.abundance.queries import sample_rows_of, taxa_named_in

# taxa above at least two of the table's, but not above all of them
COARSER = """
WITH named AS (
    SELECT id, path FROM taxonomy_taxon WHERE id = ANY(%s)
), above AS (
    SELECT ancestor, count(*) AS taxa FROM named, unnest(named.path) AS ancestor GROUP BY 1
)
SELECT t.id, t.display_name, above.taxa FROM above JOIN taxonomy_taxon t ON t.id = above.ancestor
WHERE above.taxa BETWEEN 2 AND (SELECT count(*) - 1 FROM named) OR t.id = ANY(%s)
ORDER BY t.path LIMIT 40
"""


@dataclass(frozen=True)
class TableSummary:
    """What the whole stands on, in numbers of objects and of samples."""

    samples: int
    validated: int
    dubious: int
    drawn: int
    unnamed: float
    by_basis: dict[Basis, int]  # samples
    without_model: int  # samples in which random objects are counted without it


def summary_of(table: AbundanceTable) -> TableSummary:
    sums = (
        sample_rows_of(table)
        .values("basis")
        .annotate(
            samples=Count("pk"),
            validated=Sum("validated"),
            dubious=Sum("dubious"),
            drawn=Sum("drawn"),
            unnamed=Sum("unnamed"),
            without_model=Count("pk", filter=Q(basis=Basis.RANDOM, uses_model=False)),
        )
    )
    rows = list(sums)
    return TableSummary(
        samples=sum(row["samples"] for row in rows),
        validated=sum(row["validated"] for row in rows),
        dubious=sum(row["dubious"] for row in rows),
        drawn=sum(row["drawn"] for row in rows),
        unnamed=sum(row["unnamed"] for row in rows if row["basis"] != Basis.RANDOM),
        by_basis={Basis(row["basis"]): row["samples"] for row in rows},
        without_model=sum(row["without_model"] for row in rows),
    )


@dataclass(frozen=True)
class CoarserTaxon:
    """That may hold the `taxa` of the table below it."""

    id: int
    name: str
    taxa: int
    is_chosen: bool


def coarser_taxa(table: AbundanceTable) -> list[CoarserTaxon]:
    with connection.cursor() as cursor:
        cursor.execute(COARSER, [taxa_named_in(table.pk), table.taxa_below])
        rows = cursor.fetchall()
    return [CoarserTaxon(pk, name, taxa, pk in table.taxa_below) for pk, name, taxa in rows]
