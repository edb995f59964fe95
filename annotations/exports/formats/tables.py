"""One table of objects, as CSV, TSV or Parquet: how they are written stands in `exports/tables.py` and `parquet.py`."""

from annotations.exports.columns import TableColumn, chosen_columns, table_columns
from annotations.exports.options import COLUMNS, LAYOUT, column_names
from annotations.exports.registry import ExportFormat, export_format
from annotations.exports.request import ExportRequest
from annotations.marks.models import Mark
from annotations.traits.models import Trait

HOLDS = "a line an object with the columns that you choose, a data dictionary and a card"


def columns_of(request: ExportRequest) -> list[TableColumn]:
    """Raises KeyError for one that the project has not."""
    return chosen_columns(table_columns(request.project), column_names(request))


def beside_the_table(request: ExportRequest) -> list[str]:
    """What objects have that is no column, where the project has any of it."""
    losses = []
    if Mark.objects.filter(project=request.project, removed=None).exists():
        losses.append("Marks on images: COCO holds them.")
    if Trait.objects.filter(project=request.project).exists():
        losses.append("Traits: the EcoTaxa package holds them.")
    return losses


class TableFormat(ExportFormat):
    options = (COLUMNS, LAYOUT)

    def losses(self, request: ExportRequest) -> list[str]:
        return ["Of objects with several images only the first is named.", *beside_the_table(request)]

    def obstacles(self, request: ExportRequest) -> list[str]:
        available = {column.name for column in table_columns(request.project)}
        return [
            f"The project has no column {name}: look it up in a table of all columns."
            for name in column_names(request)
            if name not in available
        ]


@export_format
class CsvTable(TableFormat):
    name = "csv"
    title = "CSV"
    help = f"A table for spreadsheets and R: {HOLDS}."
    written_by = "annotations.exports.tables:write_csv"


@export_format
class TsvTable(TableFormat):
    name = "tsv"
    title = "TSV"
    help = f"The same as CSV, between tabs: {HOLDS}."
    written_by = "annotations.exports.tables:write_tsv"


@export_format
class ParquetFormat(TableFormat):
    name = "parquet"
    title = "Parquet"
    help = f"A table for pandas, polars, Arrow and DuckDB, with types: {HOLDS}."
    written_by = "annotations.exports.parquet:write_parquet"
