"""Two frozen sets side by side: which objects are in one alone, and which have become something else."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from annotations.learning.models import LearningSet
from annotations.learning.sets.downloads import file_of
from annotations.taxonomy.queries import names_of

MOST_LISTED = 60  # objects whose label changed
SHOWN_CHANGES = 100  # pairs of taxa


@dataclass(frozen=True)
class _Rows:
    ids: np.ndarray  # int64, in order
    labels: np.ndarray  # of taxa
    folds: np.ndarray


def compare_sets(a: LearningSet, b: LearningSet) -> dict:
    """{only_a, only_b, both, other_fold, changed: {count, taxa: [{from, to, count}], objects: [{id, from, to}]},
    taxa: [{taxon, a, b}]} with taxa as {id, name}. Raises ValidationError when one is not frozen."""
    one, other = _read(file_of(a)), _read(file_of(b))
    _, mine, theirs = np.intersect1d(one.ids, other.ids, assume_unique=True, return_indices=True)
    changed = np.flatnonzero(one.labels[mine] != other.labels[theirs])
    before, after = one.labels[mine][changed], other.labels[theirs][changed]
    pairs = Counter(zip(before.tolist(), after.tolist(), strict=True)).most_common(SHOWN_CHANGES)
    names = names_of({int(taxon) for taxon in np.union1d(one.labels, other.labels)})

    def named(taxon: int) -> dict:
        return {"id": int(taxon), "name": names.get(int(taxon), f"taxon {taxon}")}

    ids = one.ids[mine][changed][:MOST_LISTED]
    return {
        "only_a": len(one.ids) - len(mine),
        "only_b": len(other.ids) - len(theirs),
        "both": len(mine),
        "other_fold": int((one.folds[mine] != other.folds[theirs]).sum()),
        "changed": {
            "count": len(changed),
            "taxa": [{"from": named(old), "to": named(new), "count": count} for (old, new), count in pairs],
            "objects": [
                {"id": int(row), "from": named(old), "to": named(new)}
                for row, old, new in zip(ids, before, after, strict=False)
            ],
        },
        "taxa": _sizes(one, other, named),
    }


def _sizes(one: _Rows, other: _Rows, named: Callable[[int], dict]) -> list[dict]:
    """How many objects each taxon has in the two, the largest first."""
    counts = [Counter(rows.labels.tolist()) for rows in (one, other)]
    sizes = [{"taxon": named(t), "a": counts[0][t], "b": counts[1][t]} for t in counts[0] | counts[1]]
    return sorted(sizes, key=lambda entry: (-max(entry["a"], entry["b"]), entry["taxon"]["name"]))


def _read(source: pq.ParquetFile) -> _Rows:
    """Of the labelled objects. Sets that were frozen before there were folds have none."""
    names = [name for name in ("object_id", "label", "fold") if name in source.schema_arrow.names]
    table = source.read(names)
    table = table.filter(pc.not_equal(table["label"], ""))
    ids, labels = table["object_id"].to_numpy(), table["label"].cast("int64").to_numpy()
    folds = np.full(len(table), "", "<U5")
    if "fold" in names:
        folds[:] = table["fold"].to_numpy(zero_copy_only=False)
    order = np.argsort(ids, kind="stable")
    return _Rows(ids[order], labels[order], folds[order])
