"""Profiles and time series as CSV and as JSON."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse

from annotations.common.spreadsheet import csv_lines
from annotations.projects.models import Project
from annotations.results.gradients.gradients import GradientRow, gradient
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


def gradient_as_csv(project: Project, query: GradientQuery) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        map(str.encode, csv_lines(_cells(gradient(project, query).rows, query))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{query.along}_{project.pk}.csv"'},
    )


def _cells(rows: list[GradientRow], query: GradientQuery) -> Iterator[list]:
    yield list(COLUMNS)
    states = ",".join(state.word for state in query.table.states)
    for row in rows:
        figures = ["" if value is None else value for value in (row.mean, row.least, row.most)]
        yield [
            query.along,
            row.place.name,
            row.taxon_name,
            "" if own_number(row.taxon) is None else row.taxon,
            states,
            len(row.samples),
            row.count,
            *figures,
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
