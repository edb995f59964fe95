"""What precision costs in recall, taxon by taxon."""

import numpy as np

from classifier.evaluation.ranking import ranking

MOST = 40


def precision_recall(right: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(recall, precision), each (K,), for every threshold from the strictest on. `right` (N,) bool, `score` (N,).

    Without anything right there is no curve: both are empty.
    """
    down = ranking(score, right)
    if not right.any():
        return np.zeros(0), np.zeros(0)
    return down.hits / down.hits[-1], down.hits / down.at_or_above


def average_precision(recall: np.ndarray, precision: np.ndarray) -> float:
    """The area under the steps of a curve, as scikit-learn has it. NaN of no curve."""
    return float(np.diff(recall, prepend=0) @ precision) if len(recall) else float("nan")


def thinned(recall: np.ndarray, precision: np.ndarray) -> list[list[float]]:
    """[[recall, precision], …]: at most MOST points, evenly along the recall, the first and the last among them."""
    if not len(recall):
        return []
    recalls = np.linspace(recall[0], recall[-1], MOST)
    places = np.unique(np.searchsorted(recall, recalls).clip(max=len(recall) - 1))
    points = np.column_stack([recall[places], precision[places]])
    return points.round(4).tolist()
