"""The bootstrap: units drawn again, and what makes percentiles of their figures an interval that holds."""

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtri, stdtrit  # quantiles; importing scipy.stats takes every process 0.4 s

from classifier.statistics.bounds import lower_bound

LOW_HIGH = (2.5, 97.5)
EACH_SIDE = 0.975


def draws(units: int, rounds: int, seed: int, sizes: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """How often each unit is in a draw, int (units,), draw by draw; where units are so many alike, by their `sizes`."""
    sizes = np.ones(units, int) if sizes is None else sizes.astype(int)
    rng, total = np.random.default_rng(seed), int(sizes.sum())
    for _ in range(rounds):
        yield rng.multinomial(total, sizes / total)


def percentiles(drawn: np.ndarray) -> tuple[float, float]:
    """(draws,) → the interval, without the draws that have no figure; NaN where none has."""
    figures = drawn[~np.isnan(drawn)]
    low, high = np.percentile(figures, LOW_HIGH) if len(figures) else (np.nan, np.nan)
    return float(low), float(high)


def widening(units: int) -> float:
    """By how much percentiles of few samples fall short: their spread is estimated as well, which is what Student's
    distribution is for (Cameron & Miller 2015). 1.6 for five samples, 1.04 for forty; NaN of a single one."""
    if units < 2:
        return float("nan")
    return float(np.sqrt(units / (units - 1)) * stdtrit(units - 1, EACH_SIDE) / ndtri(EACH_SIDE))


def centred(drawn: np.ndarray, figure: np.ndarray, units: int, least: float = 0) -> np.ndarray:
    """(draws, K), (K,) → (K, 2), moved to where the figure is: drawing again adds noise, which alone raises the ECE and
    lowers the F1. `least` is what the figure can be: of a difference −1."""
    away = np.percentile(drawn - drawn.mean(0), LOW_HIGH, axis=0).T
    return (np.asarray(figure)[:, None] + widening(units) * away).clip(least, 1)


def around(drawn: np.ndarray, figure: np.ndarray, units: int) -> np.ndarray:
    """(draws, K), (K,) → (K, 2), without the draws that have no figure; NaN where all have none."""
    low_high = np.full((drawn.shape[1], 2), np.nan)
    some = np.isfinite(drawn).any(0)
    if not some.any():
        return low_high
    away = np.nanpercentile(drawn[:, some] - figure[some], LOW_HIGH, axis=0).T
    low_high[some] = (figure[some, None] + widening(units) * away).clip(0, 1)
    return low_high


def exact(right: np.ndarray, total: np.ndarray) -> np.ndarray:
    """(…, 2) 95 % bounds of a share of independent objects (Clopper & Pearson 1934); NaN of nothing."""
    bounds = np.stack(
        [lower_bound(right, total, EACH_SIDE), 1 - lower_bound(total - right, total, EACH_SIDE)], -1
    )
    return np.where(np.asarray(total)[..., None] > 0, bounds, np.nan)


def wider(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(…, 2): no narrower than either; NaN of one gives way to the other."""
    return np.stack([np.fmin(one[..., 0], other[..., 0]), np.fmax(one[..., 1], other[..., 1])], -1)
