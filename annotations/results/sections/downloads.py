"""Sections as CSV and as JSON."""

from django.http import StreamingHttpResponse

from annotations.projects.models import Project
from annotations.results.csv_files import csv_file
from annotations.results.sections.query import UNITS, SectionQuery
from annotations.results.sections.sections import SectionCell, section

COLUMNS = ("across", "at", "place", "depth_from_m", "depth_to_m", "samples", "objects", "mean", "unit")


def section_as_csv(project: Project, query: SectionQuery) -> StreamingHttpResponse:
    lines = (_cells(cell, query) for cell in section(project, query).cells)
    return csv_file(COLUMNS, lines, f"section_{project.pk}")


def _cells(cell: SectionCell, query: SectionQuery) -> list:
    return [
        query.across,
        cell.column.at,
        cell.column.name,
        cell.top,
        cell.bottom,
        len(cell.samples),
        cell.count,
        cell.value,
        UNITS[query.quantity],
    ]


def section_cell_as_dict(cell: SectionCell) -> dict:
    return {
        "at": cell.column.at,
        "place": cell.column.name,
        "depths": [cell.top, cell.bottom],
        "samples": list(cell.samples),
        "objects": cell.count,
        "mean": cell.value,
    }
