"""How far figures may be off: 95 % intervals from samples drawn again (cluster bootstrap: Field & Welsh 2007).

Objects of one sample resemble each other, so that whole samples are drawn; objects, where there is one sample only.
"""

from collections.abc import Iterator

import numpy as np
from scipy.stats import norm, t

from classifier.evaluation.confusion import confusion, mean_of, scores
from classifier.evaluation.figures import interval
from classifier.evaluation.metrics import equal_mass
from classifier.statistics.bounds import lower_bound

DRAWS = 200
LOW_HIGH = (2.5, 97.5)
EACH_SIDE = 0.975


def bootstrap(groups: np.ndarray, draws: int, seed: int) -> Iterator[np.ndarray]:
    """How often each object is in a draw, int (N,), draw by draw. `groups` (N,) names of samples."""
    group = _numbered(groups)
    count = group.max(initial=-1) + 1
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield np.bincount(rng.integers(0, count, count), minlength=count)[group]


def _numbered(groups: np.ndarray) -> np.ndarray:
    names, group = np.unique(groups, return_inverse=True)
    return group if len(names) > 1 else np.arange(len(groups))


def _widening(groups: np.ndarray) -> float:
    """By how much percentiles of few samples fall short: their spread is estimated as well, which is what Student's
    distribution is for (Cameron & Miller 2015). 1.6 for five samples, 1.04 for forty; NaN of a single object."""
    count = _numbered(groups).max() + 1
    if count < 2:
        return float("nan")
    return float(np.sqrt(count / (count - 1)) * t.ppf(EACH_SIDE, count - 1) / norm.ppf(EACH_SIDE))


def intervals(
    labels: np.ndarray,
    predicted: np.ndarray,
    score: np.ndarray,
    classes_count: int,
    groups: np.ndarray,
    draws: int = DRAWS,
    seed: int = 0,
) -> dict:
    """[low, high] of accuracy, balanced_accuracy, macro_f1 and ece, and under `per_taxon` a list by class of those of
    precision, recall and f1; None where it cannot be had. `score` (N,) is that of the label given.

    A few samples that happen to agree, or no error at all, would leave no room: no share's interval is narrower than
    if its objects were independent (Clopper & Pearson 1934).
    """
    if not len(labels):
        nothing = dict.fromkeys(("accuracy", "balanced_accuracy", "macro_f1", "ece"))
        return {**nothing, "per_taxon": [dict.fromkeys(("precision", "recall", "f1"))] * classes_count}
    matrix = confusion(labels, predicted, classes_count)
    whole, of_classes = _redrawn(labels, predicted, score, classes_count, bootstrap(groups, draws, seed))
    wider = _widening(groups)
    low_high = _centred(whole, _summary(matrix, *_bins(score, predicted == labels)), wider)
    low_high[0] = _wider(low_high[0], _exact(np.trace(matrix), matrix.sum()))
    right, support, called = np.diag(matrix), matrix.sum(1), matrix.sum(0)
    jaccard = _exact(right, support + called - right)
    exact = _exact(right, called), _exact(right, support), 2 * jaccard / (1 + jaccard)
    precision, recall, f1 = (
        _wider(_around(of_classes[:, which], figure, wider), exact[which])
        for which, figure in enumerate(scores(matrix)[:3])
    )
    return {
        **{
            name: interval(low_high[k])
            for k, name in enumerate(("accuracy", "balanced_accuracy", "macro_f1", "ece"))
        },
        "per_taxon": [
            {"precision": interval(precision[k]), "recall": interval(recall[k]), "f1": interval(f1[k])}
            for k in range(classes_count)
        ],
    }


def _redrawn(
    labels: np.ndarray, predicted: np.ndarray, score: np.ndarray, classes: int, weights: Iterator[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """(draws, 4) of the whole and (draws, 3, C) of the classes, NaN where a draw has no such object."""
    bins, excess = _bins(score, predicted == labels)
    whole, of_classes = [], []
    for weight in weights:
        matrix = confusion(labels, predicted, classes, weight)
        found = scores(matrix)
        whole.append(_summary(matrix, bins, excess * weight))
        of_classes.append(
            [
                np.where(matrix.sum(0) > 0, found.precision, np.nan),
                np.where(found.support > 0, found.recall, np.nan),
                np.where(found.support > 0, found.f1, np.nan),
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
    found = scores(matrix)
    present = found.support > 0
    off = np.abs(np.bincount(bins, excess)).sum() / matrix.sum()
    return [
        np.trace(matrix) / matrix.sum(),
        mean_of(found.recall, present),
        mean_of(found.f1, present),
        off,
    ]


def _centred(drawn: np.ndarray, figure: list[float], wider: float) -> np.ndarray:
    """(4, 2), moved to where the figure is: drawing again adds noise, which alone raises the ECE and lowers the F1."""
    away = np.percentile(drawn - drawn.mean(0), LOW_HIGH, axis=0).T
    return (np.array(figure)[:, None] + wider * away).clip(0, 1)


def _around(drawn: np.ndarray, figure: np.ndarray, wider: float) -> np.ndarray:
    """(draws, C) → (C, 2), without the draws that have none; NaN where all have none."""
    found = np.full((drawn.shape[1], 2), np.nan)
    some = np.isfinite(drawn).any(0)
    away = np.nanpercentile(drawn[:, some] - figure[some], LOW_HIGH, axis=0).T
    found[some] = (figure[some, None] + wider * away).clip(0, 1)
    return found


def _exact(right: np.ndarray, total: np.ndarray) -> np.ndarray:
    """(…, 2) bounds of a share; NaN of nothing."""
    bounds = np.stack(
        [lower_bound(right, total, EACH_SIDE), 1 - lower_bound(total - right, total, EACH_SIDE)], -1
    )
    return np.where(np.asarray(total)[..., None] > 0, bounds, np.nan)


def _wider(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.stack([np.fmin(one[..., 0], other[..., 0]), np.fmax(one[..., 1], other[..., 1])], -1)
