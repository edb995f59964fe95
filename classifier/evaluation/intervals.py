"""How far figures may be off: 95 % intervals from samples drawn again (cluster bootstrap: Field & Welsh 2007).

Objects of one sample resemble each other, so that whole samples are drawn; objects, where there is one sample only.
"""

from collections.abc import Iterator

import numpy as np

from classifier.evaluation.confusion import confusion, mean_of, scores
from classifier.evaluation.figures import interval
from classifier.evaluation.metrics import equal_mass
from classifier.statistics.bootstrap import around, centred, draws, exact, wider

DRAWS = 200
OF_ALL = ("accuracy", "balanced_accuracy", "macro_f1", "ece")
OF_A_TAXON = ("precision", "recall", "f1")  # as `scores` has them


def bootstrap(groups: np.ndarray, rounds: int, seed: int) -> Iterator[np.ndarray]:
    """How often each object is in a draw, int (N,), draw by draw. `groups` (N,) names of samples."""
    group = _numbered(groups)
    for weights in draws(int(group.max(initial=-1)) + 1, rounds, seed):
        yield weights[group]


def _numbered(groups: np.ndarray) -> np.ndarray:
    names, group = np.unique(groups, return_inverse=True)
    return group if len(names) > 1 else np.arange(len(groups))


def intervals(
    labels: np.ndarray,
    predicted: np.ndarray,
    score: np.ndarray,
    classes_count: int,
    groups: np.ndarray,
    rounds: int = DRAWS,
    seed: int = 0,
) -> dict:
    """[low, high] of accuracy, balanced_accuracy, macro_f1 and ece, and under `per_taxon` a list by class of those of
    precision, recall and f1; None where it cannot be had. `score` (N,) is that of the label given.

    A few samples that happen to agree, or no error at all, would leave no room: no share's interval is narrower than
    if its objects were independent (Clopper & Pearson 1934).
    """
    if not len(labels):
        return {**dict.fromkeys(OF_ALL), "per_taxon": [dict.fromkeys(OF_A_TAXON)] * classes_count}
    matrix = confusion(labels, predicted, classes_count)
    whole, of_classes = _redrawn(labels, predicted, score, classes_count, bootstrap(groups, rounds, seed))
    units = int(_numbered(groups).max()) + 1
    low_high = centred(whole, np.array(_summary(matrix, *_bins(score, predicted == labels))), units)
    low_high[0] = wider(low_high[0], exact(np.trace(matrix), matrix.sum()))
    return {
        **{name: interval(low_high[k]) for k, name in enumerate(OF_ALL)},
        "per_taxon": _of_taxa(matrix, of_classes, units),
    }


def _of_taxa(matrix: np.ndarray, of_classes: np.ndarray, units: int) -> list[dict]:
    """By class, the intervals of OF_A_TAXON, from draws (draws, 3, C); none narrower than of independent objects."""
    right, support, called = np.diag(matrix), matrix.sum(1), matrix.sum(0)
    jaccard = exact(right, support + called - right)
    alone = exact(right, called), exact(right, support), 2 * jaccard / (1 + jaccard)
    low_high = [
        wider(around(of_classes[:, which], figure, units), alone[which])
        for which, figure in enumerate(scores(matrix)[:3])
    ]
    return [
        {name: interval(low_high[which][k]) for which, name in enumerate(OF_A_TAXON)}
        for k in range(len(matrix))
    ]


def _redrawn(
    labels: np.ndarray, predicted: np.ndarray, score: np.ndarray, classes: int, weights: Iterator[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """(draws, 4) of the whole and (draws, 3, C) of the classes, NaN where a draw has no such object."""
    bins, excess = _bins(score, predicted == labels)
    whole, of_classes = [], []
    for weight in weights:
        matrix = confusion(labels, predicted, classes, weight)
        by_class = scores(matrix)
        whole.append(_summary(matrix, bins, excess * weight))
        of_classes.append(
            [
                np.where(matrix.sum(0) > 0, by_class.precision, np.nan),
                np.where(by_class.support > 0, by_class.recall, np.nan),
                np.where(by_class.support > 0, by_class.f1, np.nan),
            ]
        )
    return np.array(whole), np.array(of_classes)


def _bins(score: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The bin of each object, and how much its score is above what came of it, both (N,)."""
    bins = np.empty(len(score), np.int64)
    for k, part in enumerate(equal_mass(score)):
        bins[part] = k
    return bins, score - right


def _summary(matrix: np.ndarray, bins: np.ndarray, excess: np.ndarray) -> list[float]:
    by_class = scores(matrix)
    present = by_class.support > 0
    off = np.abs(np.bincount(bins, excess)).sum() / matrix.sum()
    return [
        np.trace(matrix) / matrix.sum(),
        mean_of(by_class.recall, present),
        mean_of(by_class.f1, present),
        off,
    ]
