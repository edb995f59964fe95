"""What would twice the labels buy: errors fall as a power of their number (Hestness et al. 2017, arXiv 1712.00409)."""

from collections.abc import Callable

import numpy as np

from classifier.evaluation.confusion import confusion
from classifier.evaluation.metrics import headline

SHARES = (0.125, 0.25, 0.5, 1.0)
DRAWS = 3  # of each share, for which objects are drawn matters more than how many
LEAST_SAMPLES = 8  # to draw whole samples
FIGURES = ("macro_f1", "accuracy")
LEAST_ERROR = 1e-3

FitPredictor = Callable[[np.ndarray, np.ndarray], Callable[[np.ndarray], np.ndarray]]


def learning_curve(
    features: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    test_features: np.ndarray,
    test_labels: np.ndarray,
    fit: FitPredictor,
    how: str,
    seed: int = 0,
) -> dict | None:
    """Learns from an eighth, a quarter, half and all of the training, and goes on to twice of it.

    `features` (N, D), `labels` (N,) class numbers, `groups` (N,) names of samples, which are drawn whole where there
    are enough; `fit(features, labels)` gives what maps (M, D) to class numbers (M,); `how` says in words what is
    fitted. None without test objects, and where there is too little for two points.
    """
    classes = int(max(labels.max(initial=0), test_labels.max(initial=0))) + 1

    def reached(rows: np.ndarray) -> dict:
        return _measured(features[rows], labels[rows], test_features, test_labels, fit, classes)

    points = []
    for share in SHARES if len(test_labels) else ():
        draws = [_some(groups, share, seed + draw) for draw in range(DRAWS if share < 1 else 1)]
        tries = [reached(rows) for rows in draws if len(np.unique(labels[rows])) > 1]
        if tries:
            points.append(_point(share, tries))
    if len({point["objects"] for point in points}) < 2:
        return None
    return {"points": points, "doubled": _doubled(points), "how": how}


def _point(share: float, tries: list[dict]) -> dict:
    """What the draws of a share reached on average."""
    means = {key: float(np.mean([one[key] for one in tries])) for key in tries[0]}
    return {"share": share, **means, "objects": round(means["objects"])}


def _some(groups: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Row numbers of about a share of the objects, in whole samples. With the same seed, smaller lies in larger."""
    names, group = np.unique(groups, return_inverse=True)
    if len(names) < LEAST_SAMPLES:
        group = np.arange(len(groups))
    sizes = np.bincount(group)
    order = np.random.default_rng(seed).permutation(len(sizes))
    before = np.cumsum(sizes[order]) - sizes[order]
    drawn = order[before + sizes[order] / 2 <= share * len(groups)] if share < 1 else order
    return np.flatnonzero(np.isin(group, drawn if len(drawn) else order[:1]))


def _measured(
    features: np.ndarray,
    labels: np.ndarray,
    test_features: np.ndarray,
    test_labels: np.ndarray,
    fit: FitPredictor,
    classes: int,
) -> dict:
    figures = headline(confusion(test_labels, fit(features, labels)(test_features), classes))
    return {"objects": len(labels)} | {key: figures[key] for key in FIGURES}


def _doubled(points: list[dict]) -> dict:
    return {"objects": 2 * points[-1]["objects"]} | {
        key: extrapolated([p["objects"] for p in points], [p[key] for p in points], 2.0) for key in FIGURES
    }


def extrapolated(objects: list[int], reached: list[float], times: float) -> float:
    """The figure at `times` as many objects as at the last point, by the power law that fits the errors best; never
    less than there."""
    error = np.maximum(1 - np.array(reached), LEAST_ERROR)
    slope = np.polyfit(np.log(objects), np.log(error), 1)[0]
    return float(1 - (1 - reached[-1]) * times ** min(slope, 0.0))
