"""What makes percentiles of samples drawn again an interval that holds: shared by whoever shows a model's figures."""

import numpy as np
from scipy.stats import norm, t

from classifier.statistics.bounds import lower_bound

LOW_HIGH = (2.5, 97.5)
EACH_SIDE = 0.975


def widening(units: int) -> float:
    """By how much percentiles of few samples fall short: their spread is estimated as well, which is what Student's
    distribution is for (Cameron & Miller 2015). 1.6 for five samples, 1.04 for forty; NaN of a single one."""
    if units < 2:
        return float("nan")
    return float(np.sqrt(units / (units - 1)) * t.ppf(EACH_SIDE, units - 1) / norm.ppf(EACH_SIDE))


def centred(drawn: np.ndarray, figure: np.ndarray, units: int) -> np.ndarray:
    """(draws, K), (K,) → (K, 2), moved to where the figure is: drawing again adds noise, which alone raises the ECE and
    lowers the F1."""
    away = np.percentile(drawn - drawn.mean(0), LOW_HIGH, axis=0).T
    return (np.asarray(figure)[:, None] + widening(units) * away).clip(0, 1)


def exact(right: np.ndarray, total: np.ndarray) -> np.ndarray:
    """(…, 2) 95 % bounds of a share of independent objects (Clopper & Pearson 1934); NaN of nothing."""
    bounds = np.stack(
        [lower_bound(right, total, EACH_SIDE), 1 - lower_bound(total - right, total, EACH_SIDE)], -1
    )
    return np.where(np.asarray(total)[..., None] > 0, bounds, np.nan)


def wider(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(…, 2): no narrower than either; NaN of one gives way to the other."""
    return np.stack([np.fmin(one[..., 0], other[..., 0]), np.fmax(one[..., 1], other[..., 1])], -1)
