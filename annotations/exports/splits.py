"""The frozen split of a learning set: which of its objects is in which fold, under which label. For workers only."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotations.exports.formats.datasets import chosen_set
from annotations.exports.request import ExportRequest
from annotations.learning.models import LearningSet
from annotations.learning.sets.downloads import file_of
from classifier.contract.manifest import FOLDS


class FrozenSplit:
    """Held as three arrays, so that a million objects take some megabytes."""

    def __init__(self, learning_set: LearningSet):
        table = file_of(learning_set).read(columns=["object_id", "label", "fold"])
        labelled = table.filter(pc.is_in(table["fold"], pa.array(FOLDS))).sort_by("object_id")
        self.name = learning_set.name
        self.ids = labelled["object_id"].to_numpy()
        self.labels = np.array([int(label) for label in labelled["label"].to_pylist()], np.int64)
        self.folds = np.array([FOLDS.index(fold) for fold in labelled["fold"].to_pylist()], np.int8)

    def place_of(self, object_id: int) -> tuple[int, str] | None:
        """Its label and its fold; None of an object that is not in the set."""
        row = int(np.searchsorted(self.ids, object_id))
        if row == len(self.ids) or self.ids[row] != object_id:
            return None
        return int(self.labels[row]), FOLDS[self.folds[row]]

    def taxa(self) -> Iterator[int]:
        yield from np.unique(self.labels).tolist()


def split_of(request: ExportRequest) -> FrozenSplit | None:
    learning_set = chosen_set(request)
    return FrozenSplit(learning_set) if learning_set else None
