"""Counts of what is public, from the tally and the samples' extents: none looks at objects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from annotations.public.models import PublicFace
from annotations.samples.models import FreeColumn
from annotations.taxonomy.ranks import italic_among

# taxa without a name (objects that nobody has labelled) come with `None`
TAXA = """
SELECT n.taxon_id, t.display_name, t.aphia_id, n.count FROM (
    SELECT taxon_id, sum(count)::bigint AS count FROM labels_tally
    WHERE project_id = %s AND state = ANY(%s) GROUP BY 1 HAVING sum(count) > 0
) n LEFT JOIN taxonomy_taxon t ON t.id = n.taxon_id
ORDER BY n.taxon_id IS NULL, n.count DESC, t.display_name
"""
SAMPLES = """
SELECT sample_id FROM labels_tally WHERE project_id = %s AND state = ANY(%s)
GROUP BY 1 HAVING sum(count) > 0
"""
EXTENT = f"""
WITH public AS ({SAMPLES})
SELECT count(*), min(e.taken_first), max(e.taken_last), min(e.south), max(e.north), min(e.west), max(e.east)
FROM public p LEFT JOIN samples_extent e USING (sample_id)
"""
INSTRUMENTS = f"""
WITH public AS ({SAMPLES})
SELECT DISTINCT a.instrument FROM public p JOIN samples_acquisition a USING (sample_id)
WHERE a.instrument <> '' ORDER BY 1 LIMIT 20
"""


@dataclass(frozen=True)
class PublicTaxon:
    taxon: int | None  # none: objects without a label
    name: str
    aphia_id: int | None
    count: int
    is_italic: bool


@dataclass(frozen=True)
class PublicExtent:
    """Of the samples that have a public object; None where nobody knows."""

    samples: int
    first: datetime | None
    last: datetime | None
    south: float | None
    north: float | None
    west: float | None
    east: float | None

    @property
    def years(self) -> str:
        return years_between(self.first, self.last)


def years_between(first: datetime | None, last: datetime | None) -> str:
    """`2014` or `2014–2016`; empty where nobody knows."""
    if first is None or last is None:
        return ""
    return "–".join(dict.fromkeys((f"{first.year}", f"{last.year}")))


def taxa_of(face: PublicFace) -> list[PublicTaxon]:
    """With how many public objects, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(TAXA, [face.pk, face.letters])
        rows = cursor.fetchall()
    italic = italic_among({taxon for taxon, *_ in rows if taxon})
    return [
        PublicTaxon(taxon, name or "not labelled", aphia_id, count, taxon in italic)
        for taxon, name, aphia_id, count in rows
    ]


def extent_of(face: PublicFace) -> PublicExtent:
    with connection.cursor() as cursor:
        cursor.execute(EXTENT, [face.pk, face.letters])
        return PublicExtent(*cursor.fetchone())


def instruments_of(face: PublicFace) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(INSTRUMENTS, [face.pk, face.letters])
        return [name for (name,) in cursor.fetchall()]


def columns_of(project_id: int) -> list[str]:
    """The free columns of objects that may be listed on their public pages, by name."""
    columns = FreeColumn.objects.filter(project=project_id, level=FreeColumn.Level.OBJECT)
    return list(columns.order_by("name").values_list("name", flat=True))


def total_of(taxa: Sequence[PublicTaxon]) -> int:
    return sum(each.count for each in taxa)
