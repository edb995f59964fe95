"""Objects as Parquet: lines that PostgreSQL writes, parsed a batch at a time. Loads pyarrow: for workers only."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from annotations.exports.archive import ArchiveWriter
from annotations.exports.card import citation, licence_of
from annotations.exports.columns import TableColumn
from annotations.exports.lines import Lines
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, Written
from annotations.exports.tables import write_table

TYPES = {"f": pa.float64(), "t": pa.string()}


def write_parquet(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    return write_table(out, request, on_progress, "objects.parquet", parquet_file)


class ParquetTable:
    """Takes whole lines of CSV, as `Lines` writes them; each batch becomes a row group."""

    def __init__(self, raw: IO[bytes], columns: list[TableColumn], about: Mapping[str, str]):
        fields = [
            pa.field(each.name, TYPES[each.kind], metadata={"meaning": each.meaning, "unit": each.unit})
            for each in columns
        ]
        self.schema = pa.schema(fields, dict(about))
        self.writer = pq.ParquetWriter(raw, self.schema, compression="zstd")

    def write(self, lines: bytes) -> int:
        if lines:
            self.writer.write_table(self._parsed(lines))
        return len(lines)

    def _parsed(self, lines: bytes) -> pa.Table:
        table = pa.csv.read_csv(
            pa.BufferReader(lines),
            pa.csv.ReadOptions(column_names=self.schema.names, block_size=max(len(lines), 1)),
            # a line of one empty cell is an object, too
            pa.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            pa.csv.ConvertOptions(
                column_types=self.schema,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        return table.cast(self.schema)


@contextmanager
def parquet_file(package: ArchiveWriter, name: str, lines: Lines) -> Iterator[ParquetTable]:
    project = lines.request.project
    about = {"title": project.title, "licence": licence_of(project), "citation": citation(project)}
    with package.stored(name) as raw:
        table = ParquetTable(raw, lines.columns, about)
        yield table
        table.writer.close()
