"""Counts by sample and taxon of what is public, as CSV: streamed from the tally."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction
from django.http import StreamingHttpResponse

from annotations.common.spreadsheet import csv_blocks
from annotations.projects.models import Licence
from annotations.public.citing import citation_of
from annotations.public.models import PublicFace
from annotations.samples.models import State
from annotations.samples.naming import readable_id

COLUMNS = (
    "sample", "latitude", "longitude", "first_utc", "last_utc", "taxon", "aphia_id", "state", "count", "licence",
    "citation",
)  # fmt: skip
CHUNK = 2000  # rows
COUNTS = """
SELECT s.original_id, s.latitude, s.longitude, e.taken_first, e.taken_last, t.display_name, t.aphia_id, n.state, n.count
FROM (
    SELECT sample_id, taxon_id, state, sum(count)::bigint AS count FROM labels_tally
    WHERE project_id = %s AND state = ANY(%s) GROUP BY 1, 2, 3 HAVING sum(count) > 0
) n JOIN samples_sample s ON s.id = n.sample_id
LEFT JOIN samples_extent e ON e.sample_id = s.id
LEFT JOIN taxonomy_taxon t ON t.id = n.taxon_id
ORDER BY s.original_id, s.id, t.display_name, n.state
"""


def counts_as_csv(face: PublicFace, address: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="counts_{face.pk}.csv"'}
    blocks = csv_blocks(_rows(face, address))
    return StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8", headers=headers)


def _rows(face: PublicFace, address: str) -> Iterator[list]:
    licence = Licence(face.project.licence).value if face.project.licence else ""
    terms = [licence, citation_of(face, address)]
    yield list(COLUMNS)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(COUNTS, [face.pk, face.letters])
        while rows := cursor.fetchmany(CHUNK):
            yield from ([*_cells(*row), *terms] for row in rows)


def _cells(
    sample: str,
    north: float | None,
    east: float | None,
    first: datetime | None,
    last: datetime | None,
    taxon: str | None,
    aphia_id: int | None,
    state: str,
    count: int,
) -> list:
    times = [f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None for at in (first, last)]
    cells = [readable_id(sample), north, east, *times, taxon, aphia_id, State(state).word, count]
    return ["" if cell is None else cell for cell in cells]
