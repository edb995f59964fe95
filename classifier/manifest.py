"""The list of pictures that a training or a prediction works on, as Parquet."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from classifier.errors import ClassifierError

SCHEMA = pa.schema(
    [
        ("object_id", pa.int64()),
        ("sample", pa.string()),  # objects of one sample stay on one side of the split
        ("path", pa.string()),  # of the picture, absolute or relative to the manifest
        ("label", pa.string()),  # key of the taxon; empty where it is to be predicted
        ("pixel_um", pa.float32()),  # side of a pixel in micrometres; NaN when unknown
    ]
)


def write_manifest(path: Path, table: pa.Table) -> None:
    pq.write_table(table.cast(SCHEMA), path)


def read_manifest(path: Path) -> pa.Table:
    """The manifest with absolute paths. Raises ClassifierError when it can't be read or misses a column."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise ClassifierError(f"The manifest {path} cannot be read: {error}") from error
    missing = [name for name in SCHEMA.names if name not in table.column_names]
    if missing:
        raise ClassifierError(f"The manifest {path} has no column {', '.join(missing)}.")
    root = Path(path).resolve().parent
    absolute = pa.array([str(root / p) for p in table["path"].to_pylist()], pa.string())
    return table.select(SCHEMA.names).set_column(2, "path", absolute).cast(SCHEMA)
