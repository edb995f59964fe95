"""Profiles and time series as CSV and as JSON."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from annotations.projects.models import Project
from annotations.results.csv_files import csv_file
from annotations.results.gradients.gradients import GradientRow, gradient
from annotations.results.gradients.positions import sample_map
from annotations.results.gradients.query import UNITS, GradientQuery
from annotations.results.taxon_filters import own_number, taxon_as_dict

COLUMNS = (
    "along",
    "place",
    "taxon",
    "taxon_id",
    "states",
    "samples",
    "objects",
    "mean",
    "least",
    "most",
    "unit",
)

MAP_COLUMNS = ("sample", "latitude", "longitude", "objects", "unit", "all")


def gradient_as_csv(project: Project, query: GradientQuery) -> StreamingHttpResponse:
    rows = gradient(project, query).rows
    return csv_file(COLUMNS, _cells(rows, query), f"{query.along}_{project.pk}")


def map_as_csv(project: Project, query: GradientQuery) -> StreamingHttpResponse:
    """A line a sample, a column for each of the taxa of the legend."""
    answer = sample_map(project, query)
    names = [kind.name for kind in answer.kinds]
    lines = (
        [
            pie.name,
            pie.latitude,
            pie.longitude,
            pie.count,
            UNITS[query.quantity],
            pie.total,
            *pie.parts[: len(names)],
        ]
        for pie in answer.pies
    )
    return csv_file([*MAP_COLUMNS, *names], lines, f"map_{project.pk}")


def _cells(rows: list[GradientRow], query: GradientQuery) -> Iterator[list]:
    states = ",".join(state.word for state in query.table.states)
    for row in rows:
        yield [
            query.along,
            row.place.name,
            row.taxon_name,
            "" if own_number(row.taxon) is None else row.taxon,
            states,
            len(row.samples),
            row.count,
            row.mean,
            row.least,
            row.most,
            UNITS[query.quantity],
        ]


def gradient_row_as_dict(row: GradientRow, query: GradientQuery) -> dict:
    return {
        "place": row.place.name,
        "taxon": taxon_as_dict(query.table, row.taxon, row.taxon_name),
        "samples": list(row.samples),
        "objects": row.count,
        "mean": row.mean,
        "least": row.least,
        "most": row.most,
    }
