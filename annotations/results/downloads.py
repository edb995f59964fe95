"""A table of results as CSV, with all its quantities, and as JSON with one."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from django.http import StreamingHttpResponse

from annotations.projects.models import Project
from annotations.results.csv_files import csv_file
from annotations.results.query import CORRECTED, ResultsQuery
from annotations.results.rows import result_rows
from annotations.results.table import NO_DEPTH, ResultRow
from annotations.results.taxon_filters import own_number, taxon_as_dict

CSV_COLUMNS = (
    "sample",
    "sample_id",
    "acquisition",
    "acquisition_id",
    "depth_from_m",
    "depth_to_m",
    "taxon",
    "taxon_id",
    "states",
    "count",
    "share",
    "concentration_per_m3",
    "biovolume_mm3_per_m3",
    "mean_esd_mm",
    "objects_in_other_states",
    "warnings",
    "count_low",
    "count_high",
    "share_low",
    "share_high",
    "concentration_low_per_m3",
    "concentration_high_per_m3",
    "basis",
)


@dataclass(frozen=True)
class Quantity:
    field: str  # of a ResultRow
    unit: str
    name: str


QUANTITIES = {
    "count": Quantity("count", "1", "Objects"),
    "concentration": Quantity("concentration", "m-3", "Concentration"),
    "biovolume": Quantity("biovolume", "mm3 m-3", "Biovolume"),
    "mean_size": Quantity("mean_size", "mm", "Mean size"),
    "share": Quantity("share", "1", "Share"),
}


def as_csv(project: Project, query: ResultsQuery) -> StreamingHttpResponse:
    lines = (_cells(row, query) for row in result_rows(project, query))
    return csv_file(CSV_COLUMNS, lines, _name(project, query))


def _name(project: Project, query: ResultsQuery) -> str:
    return f"results_{project.pk}_by_{query.by}{'_corrected' if query.is_corrected else ''}"


def as_json(project: Project, query: ResultsQuery, quantity: Quantity) -> StreamingHttpResponse:
    rows = result_rows(project, query)
    return StreamingHttpResponse(_json(rows, query, quantity), content_type="application/json")


def _cells(row: ResultRow, query: ResultsQuery) -> list:
    group, depths = row.group, depths_of(row, query)
    return [
        group.sample_name,
        group.sample,
        group.acquisition_name,
        group.acquisition,
        *(depths or (None, None)),
        row.taxon_name,
        own_number(row.taxon),
        _states(query),
        row.count,
        row.share,
        row.concentration,
        row.biovolume,
        row.mean_size,
        row.left_out,
        " ".join(row.warnings),
        *interval_of(row, "count"),
        *interval_of(row, "share"),
        *interval_of(row, "concentration"),
        row.basis,
    ]


def interval_of(row: ResultRow, name: str) -> tuple[float | None, float | None]:
    return row.intervals.get(name, (None, None))


def depths_of(row: ResultRow, query: ResultsQuery) -> tuple[int, int] | None:
    """The ends of the row's layer in metres; None where it has none or nobody knows."""
    layer = row.group.layer
    return None if layer is None or layer == NO_DEPTH else (layer, layer + query.layer_m)


def _states(query: ResultsQuery) -> str:
    return CORRECTED if query.is_corrected else ",".join(state.word for state in query.states)


def _json(rows: Iterator[ResultRow], query: ResultsQuery, quantity: Quantity) -> Iterator[bytes]:
    before = b"["
    for row in rows:
        yield before + orjson.dumps(_as_json(row, query, quantity))
        before = b",\n"
    yield b"]" if before != b"[" else b"[]"


def _as_json(row: ResultRow, query: ResultsQuery, quantity: Quantity) -> dict:
    group = row.group
    low, high = interval_of(row, quantity.field)
    return {
        "sample": group.sample and {"id": group.sample, "original_id": group.sample_name},
        "acquisition": group.acquisition and {"id": group.acquisition, "original_id": group.acquisition_name},
        "layer": depths_of(row, query),
        "taxon": taxon_as_dict(query, row.taxon, row.taxon_name),
        "state": _states(query),
        "value": getattr(row, quantity.field),
        "unit": quantity.unit,
        "low": low,
        "high": high,
        "warning": " ".join(row.warnings_of(quantity.field)),
    }
