"""The list of pictures that a training or a prediction works on, as Parquet.

Beside the columns below it may have `fold` (train, tune, test or, of rows without a label, unlabelled; without it the
training splits by itself), `weight` and `trait_<key>` columns. `weight` is what an object counts for in training, above
0 and up to 1, which is that of all without the column; what is tuned or tested on counts whole. The schema's metadata
may carry, as JSON under the key `seston`, `taxa`: {label: {"name", "parent"}}, ancestors included, and `traits`:
[{"key", "kind", "choices", "name"}].
"""

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from classifier.contract.errors import ClassifierError
from classifier.contract.traits import Trait, column_name
from classifier.contract.tree import Tree

SCHEMA = pa.schema(
    [
        ("object_id", pa.int64()),
        ("sample", pa.string()),  # objects of one sample stay on one side of the split
        ("path", pa.string()),  # of the picture, absolute or relative to the manifest
        ("label", pa.string()),  # key of the taxon; empty where it is to be predicted
        ("pixel_um", pa.float32()),  # side of a pixel in micrometres; NaN when unknown
    ]
)
WEIGHT = pa.field("weight", pa.float32())
FOLDS = ("train", "tune", "test")
UNLABELLED = "unlabelled"  # the fold of rows without a label, for training without labels
METADATA = b"seston"


def manifest_schema(
    more: Iterable[pa.Field] = (), taxa: dict | None = None, traits: list | None = None
) -> pa.Schema:
    """The schema of a manifest with further columns; `taxa` and `traits` as this file's head says."""
    about = json.dumps({"taxa": taxa or {}, "traits": traits or []})
    return pa.schema([*SCHEMA, *more], {METADATA: about})


def write_manifest(path: Path, table: pa.Table, taxa: dict | None = None, traits: list | None = None) -> None:
    """`table` has the columns of SCHEMA, and any of those that a manifest may have beside them."""
    more = [table.schema.field(name) for name in table.column_names if name not in SCHEMA.names]
    schema = manifest_schema(more, taxa, traits)
    pq.write_table(table.select(schema.names).cast(schema), path)


def read_manifest(path: Path) -> pa.Table:
    """The manifest with absolute paths. Raises ClassifierError when it can't be read or misses a column."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise ClassifierError(f"The manifest {path} cannot be read: {error}") from error
    missing = [name for name in SCHEMA.names if name not in table.column_names]
    if missing:
        raise ClassifierError(f"The manifest {path} has no column {', '.join(missing)}.")
    for field in SCHEMA:
        place = table.column_names.index(field.name)
        table = table.set_column(place, field, table.column(place).cast(field.type))
    root = Path(path).resolve().parent
    absolute = pa.array([str(root / p) for p in table["path"].to_pylist()], pa.string())
    return table.set_column(table.column_names.index("path"), "path", absolute)


def labelled(table: pa.Table) -> pa.Table:
    """The rows that a classifier learns from: without those that have no label."""
    return table.filter(pc.not_equal(table["label"], ""))


def described(table: pa.Table) -> tuple[Tree, list[Trait]]:
    """The tree of taxa and the traits that the manifest brings; traits whose column is missing are left out."""
    about = json.loads((table.schema.metadata or {}).get(METADATA, b"{}"))
    traits = [Trait.from_json(entry) for entry in about.get("traits", [])]
    present = [trait for trait in traits if column_name(trait.key) in table.column_names]
    return Tree.from_json(about.get("taxa", {})), present
