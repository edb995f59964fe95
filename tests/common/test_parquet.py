from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from annotations.common.parquet import parquet_response

SCHEMA = pa.schema({"sample": pa.string(), "objects": pa.int64()})


def batch(*rows):
    return pa.RecordBatch.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], SCHEMA)


def test_all_batches_come_in_one_file():
    response = parquet_response(SCHEMA, [batch(("a", 1), ("b", 2)), batch(("c", 3))], "objects.parquet")
    table = pq.read_table(BytesIO(b"".join(response.streaming_content)))
    assert table.to_pylist() == [
        {"sample": "a", "objects": 1},
        {"sample": "b", "objects": 2},
        {"sample": "c", "objects": 3},
    ]
    assert response["Content-Disposition"] == 'attachment; filename="objects.parquet"'


def test_a_table_without_rows_has_its_columns():
    response = parquet_response(SCHEMA, [], "objects.parquet")
    assert pq.read_schema(BytesIO(b"".join(response.streaming_content))).equals(SCHEMA)
