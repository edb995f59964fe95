"""Parquet that is downloaded: written a block at a time into a file of its own, so that memory is bounded."""

from collections.abc import Iterable
from contextlib import ExitStack
from tempfile import TemporaryFile

import pyarrow as pa
import pyarrow.parquet as pq
from django.http import FileResponse


def parquet_response(schema: pa.Schema, batches: Iterable[pa.RecordBatch], filename: str) -> FileResponse:
    """The response closes the file; it is closed at once where writing fails."""
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        with pq.ParquetWriter(file, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        file.seek(0)
        stack.pop_all()
    return FileResponse(
        file, as_attachment=True, filename=filename, content_type="application/vnd.apache.parquet"
    )
