"""The table as CSV and as Parquet: names and numbers of samples and taxa, objects, and objects per m³ where that is
certain."""

from collections.abc import Iterator
from itertools import islice

import pyarrow as pa
from django.http import FileResponse, StreamingHttpResponse

from annotations.abundance.models import AbundanceTable
from annotations.abundance.queries import BLOCK, AbundanceRow, FigureChoice, all_rows
from annotations.common.parquet import parquet_response
from annotations.common.spreadsheet import csv_blocks

COLUMNS = {
    "sample": pa.string(),
    "sample_id": pa.int64(),
    "taxon": pa.string(),
    "taxon_id": pa.int64(),
    "validated": pa.int64(),  # objects that people validated
    "objects": pa.float64(),  # the estimate
    "low": pa.float64(),
    "high": pa.float64(),
    "basis": pa.string(),
    "adjusted": pa.float64(),
    "adjusted_low": pa.float64(),
    "adjusted_high": pa.float64(),
    "em": pa.float64(),
    "em_low": pa.float64(),
    "em_high": pa.float64(),
    "sample_objects": pa.int64(),
    "sample_validated": pa.int64(),
    "sample_dubious": pa.int64(),
    "sample_drawn": pa.int64(),
    "volume_m3": pa.float64(),
    "objects_per_m3": pa.float64(),
    "low_per_m3": pa.float64(),
    "high_per_m3": pa.float64(),
    "why_no_volume": pa.string(),
}


def as_csv(table: AbundanceTable, choice: FigureChoice) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{_name(table)}.csv"'}
    blocks = csv_blocks(_lines(table, choice))
    return StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8", headers=headers)


def as_parquet(table: AbundanceTable, choice: FigureChoice) -> FileResponse:
    schema = pa.schema(list(COLUMNS.items()))
    return parquet_response(schema, _batches(table, choice, schema), f"{_name(table)}.parquet")


def _batches(table: AbundanceTable, choice: FigureChoice, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    rows = all_rows(table, choice)
    while block := list(islice(rows, BLOCK)):
        cells = dict(zip(COLUMNS, zip(*map(_cells, block), strict=True), strict=True))
        yield pa.RecordBatch.from_pydict(cells, schema=schema)


def _name(table: AbundanceTable) -> str:
    return f"abundance_{table.project_id}_{table.created:%Y-%m-%d}"


def _lines(table: AbundanceTable, choice: FigureChoice) -> Iterator[list]:
    yield list(COLUMNS)
    for row in all_rows(table, choice):
        yield ["" if cell is None else cell for cell in _cells(row)]


def _cells(row: AbundanceRow) -> list:
    figure, sample, volume = row.figure, row.sample, row.volume
    return [
        row.sample_name,
        figure.sample_id,
        row.taxon_name,
        figure.taxon_id,
        figure.counted,
        figure.estimate,
        figure.low,
        figure.high,
        sample.basis,
        figure.adjusted,
        figure.adjusted_low,
        figure.adjusted_high,
        figure.em,
        figure.em_low,
        figure.em_high,
        sample.objects_seen,
        sample.validated,
        sample.dubious,
        sample.drawn,
        volume.cubic_metres if volume else None,
        *(row.per_cubic_metre or [None] * 3),
        row.why_no_volume,
    ]
