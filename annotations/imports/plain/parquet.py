"""Rows of a Parquet file as texts, which are read as those of any other table. Loads pyarrow: for workers only."""

import math
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import count
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.table_text import without

AT_ONCE = 2000  # rows
EXACT = 2.0**53
DAMAGED = "The file is no Parquet that can be read ({}). Write it again."
NESTED = (
    "The column holds {}, not texts or numbers: write it as one or several plain columns, or leave it out."
)


def parquet_rows(package: Package, name: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of each row, that of the column names first, as `rows_of` has them of a text; `problems` gets
    what cannot be read."""
    with package.stream(name) as raw, tempfile.TemporaryFile() as file:
        shutil.copyfileobj(raw, file)  # what stands where is said at the end of the file
        try:
            yield from _rows(file, package, name, problems)
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            # also a text that is no UTF-8, and a day that no calendar has
            problems.add(DAMAGED.format(str(error).partition("\n")[0][:200]), name)


def _rows(
    file: IO[bytes], package: Package, name: str, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    table = pq.ParquetFile(file)
    ignored = package.ignored_places(table.schema_arrow.names)
    yield 1, without(table.schema_arrow.names, ignored)
    read = [column for place, column in enumerate(table.schema_arrow) if place not in ignored]
    if nested := [column for column in read if _is_nested(column.type)]:
        for column in nested:
            problems.add(NESTED.format(column.type), name, 1, column.name)
        return
    numbers = count(2)
    for batch in table.iter_batches(AT_ONCE, columns=[column.name for column in read]):
        columns = [list(map(_text, _plain(column).to_pylist())) for column in batch.columns]
        for cells in zip(*columns, strict=True):
            yield next(numbers), list(cells)


def _is_nested(kind: pa.DataType) -> bool:
    of_bytes = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return pa.types.is_nested(kind) or any(is_such(kind) for is_such in of_bytes)


def _plain(column: pa.Array) -> pa.Array:
    """Times to the microsecond, which Python has; numbers of less than 64 bits as they are written: 0.1, which Python
    would make 0.10000000149011612 of."""
    if pa.types.is_float16(column.type) or pa.types.is_float32(column.type):
        return column.cast(pa.float32()).cast(pa.string()).cast(pa.float64())
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column.cast(pa.time64("us"), safe=False) if pa.types.is_time(column.type) else column


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))  # pandas makes floats of whole numbers where one is missing
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date | time) else str(value)
