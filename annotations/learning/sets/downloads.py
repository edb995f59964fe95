"""A frozen set for other machines: pictures by their key in the storage, never by a path of this one."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from annotations.common.parquet import parquet_response
from annotations.common.spreadsheet import csv_blocks
from annotations.jobs.errors import JobError
from annotations.learning.files import files_of_set
from annotations.learning.models import LearningSet
from annotations.taxonomy.queries import names_of

ROWS = 20_000  # in memory at once
KEY = r"^.*/(v/[0-9a-f]{2}/)"  # as annotations/pictures/keys.py makes them


def file_of(learning_set: LearningSet) -> pq.ParquetFile:
    """Raises ValidationError while the set is not frozen, or where the storage has lost it."""
    if not learning_set.is_frozen:
        raise ValidationError(f"{learning_set.name} is not frozen: wait until its job is done.")
    try:
        with files_of_set(learning_set) as folder:  # open it stays readable, also where the copy is removed
            return pq.ParquetFile(folder / learning_set.facts["file"])
    except JobError as error:
        raise ValidationError(str(error)) from error


def as_parquet(learning_set: LearningSet) -> FileResponse:
    source = file_of(learning_set)
    batches = map(_with_keys, source.iter_batches(ROWS))
    return parquet_response(source.schema_arrow, batches, f"learning_set_{learning_set.pk}.parquet")


def as_csv(learning_set: LearningSet) -> HttpResponseBase:
    headers = {"Content-Disposition": f'attachment; filename="learning_set_{learning_set.pk}.csv"'}
    blocks = csv_blocks(_rows(file_of(learning_set)))
    return StreamingHttpResponse(blocks, content_type="text/csv; charset=utf-8", headers=headers)


def _rows(source: pq.ParquetFile) -> Iterator[list]:
    """The columns with the taxon's name beside its number; several choices of a trait are joined by |."""
    yield ["taxon", *source.schema_arrow.names]
    for batch in source.iter_batches(ROWS):
        columns = [column.to_pylist() for column in _with_keys(batch).columns]
        labels = columns[batch.schema.names.index("label")]
        names = names_of({int(label) for label in labels if label})
        taxa = [names.get(int(label), label) if label else "" for label in labels]
        for row in zip(taxa, *columns, strict=True):
            yield [_cell(value) for value in row]


def _cell(value: object) -> object:
    if isinstance(value, list):
        return "|".join(value)
    return "" if value is None or value != value else value


def _with_keys(batch: pa.RecordBatch) -> pa.RecordBatch:
    place = batch.schema.names.index("path")
    keys = pc.replace_substring_regex(batch.column(place), pattern=KEY, replacement=r"\1")
    return batch.set_column(place, batch.schema.field(place), keys)
