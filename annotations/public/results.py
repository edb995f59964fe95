"""Tables of results for strangers: how many, how dense, how much and how large, by sample and taxon, of public objects.

Nothing of what stays hidden is in them: neither other objects nor why a figure is missing.
"""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from annotations.common.spreadsheet import csv_blocks
from annotations.public.citing import citation_of, licence_in_words
from annotations.public.models import PublicFace
from annotations.public.queries import taxa_of, total_of
from annotations.results.query import SAMPLE, ResultsQuery
from annotations.results.table import ResultRow, results_table
from annotations.samples.naming import readable_id
from annotations.search.filter import Filter

MOST_MEASURED = 100_000  # public objects whose sizes are summed up for strangers: a second or two
WITHOUT_LAYERS = 1  # metres: tables by sample have none
COLUMNS = (
    "sample", "taxon", "count", "concentration_per_m3", "biovolume_mm3_per_m3", "mean_esd_mm", "licence", "citation",
)  # fmt: skip


def results_as_csv(face: PublicFace, address: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="results_{face.pk}.csv"'}
    blocks = csv_blocks(_lines(face, address))
    return StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8", headers=headers)


def _lines(face: PublicFace, address: str) -> Iterator[list]:
    terms = [licence_in_words(face), citation_of(face, address)]
    yield list(COLUMNS)
    is_measured = total_of(taxa_of(face)) <= MOST_MEASURED
    for row in results_table(face.project, _query(face), with_sizes=is_measured):
        yield [*_cells(row), *terms]


def _query(face: PublicFace) -> ResultsQuery:
    return ResultsQuery(
        by=SAMPLE, states=face.states, rank="", layer_m=WITHOUT_LAYERS, zeros=False, criteria=Filter()
    )


def _cells(row: ResultRow) -> list:
    figures = (row.concentration, row.biovolume, row.mean_size)
    name = readable_id(row.group.sample_name)
    return [name, row.taxon_name, int(row.count), *("" if each is None else each for each in figures)]
