"""Classes and scores, whatever file they stand in."""

from collections.abc import Mapping, Sequence

import numpy as np

from classifier.instruments.records import InstrumentLabel

RegionLabels = Mapping[int, InstrumentLabel]  # by the region's number
NO_CLASS = {"", "unclassified", "nan", "none"}


class LabelFileError(Exception):
    """A file of labels that can't be read: the sentence says why."""

    def __init__(self, message: str, line: int | None = None):
        super().__init__(message)
        self.line = line


def best_classes(
    scores: np.ndarray, classes: Sequence[str], numbers: np.ndarray
) -> dict[int, InstrumentLabel]:
    """The class of the highest score of each region; `scores` is regions × classes. Raises LabelFileError."""
    if scores.ndim != 2 or scores.shape != (len(numbers), len(classes)):
        shape = " × ".join(map(str, scores.shape))
        raise LabelFileError(
            f"It has {shape} scores, but {len(numbers)} regions and {len(classes)} classes: these don't fit."
        )
    best = np.argmax(np.where(np.isfinite(scores), scores, -np.inf), axis=1) if scores.size else []
    labels = {}
    for row, (number, place) in enumerate(zip(numbers, best, strict=False)):
        label = predicted(classes[place], float(scores[row, place]))
        if label is not None:
            labels[int(number)] = label
    return labels


def predicted(name: str, score: float | None) -> InstrumentLabel | None:
    """None where no class is named. A score outside 0 to 1 is no probability, and none is taken over."""
    if name.strip().lower() in NO_CLASS or (score is not None and not np.isfinite(score)):
        return None
    is_share = score is not None and 0 <= score <= 1
    return InstrumentLabel(name.strip(), score=score if is_share else None)
