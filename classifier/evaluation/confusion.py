"""Who is taken for whom, and what precision, recall and F1 come of it."""

from typing import NamedTuple

import numpy as np


class Scores(NamedTuple):
    """One figure a class, (C,); 0 where it would be 0 by 0, as scikit-learn has it with `zero_division=0`."""

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray


def confusion(
    labels: np.ndarray, predicted: np.ndarray, classes: int, weights: np.ndarray | None = None
) -> np.ndarray:
    """(classes, classes): rows are labels, columns what was predicted. `labels` and `predicted` (N,) class numbers."""
    counted = np.bincount(labels * classes + predicted, weights, minlength=classes * classes)
    return counted.reshape(classes, classes)


def scores(matrix: np.ndarray) -> Scores:
    right, support, called = np.diag(matrix), matrix.sum(1), matrix.sum(0)
    return Scores(_share(right, called), _share(right, support), _share(2 * right, support + called), support)


def macro_f1(labels: np.ndarray, predicted: np.ndarray, classes: int) -> float:
    """Mean F1 over the classes that have labels: no figure can be had of the others. NaN without labels."""
    by_class = scores(confusion(labels, predicted, classes))
    return mean_of(by_class.f1, by_class.support > 0)


def mean_of(values: np.ndarray, where: np.ndarray) -> float:
    return float(values[where].mean()) if where.any() else float("nan")


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return part / np.where(whole > 0, whole, 1)
