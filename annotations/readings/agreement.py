"""How far readers agree, beyond what chance would give. Every figure comes with a bootstrap interval over the objects.

A table of names has a row an object and a column a reader; names are whole numbers from 0, MISSING where a reader
named nothing. A bootstrap draw is a weight an object, so the same formulas serve both.

* J. Cohen (1960), A coefficient of agreement for nominal scales. Educ. Psychol. Meas. 20, 37–46.
* J. L. Fleiss (1971), Measuring nominal scale agreement among many raters. Psychol. Bull. 76, 378–382.
* K. Krippendorff (2011), Computing Krippendorff's alpha-reliability. University of Pennsylvania.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

MISSING = -1
ROUNDS = 1000
Statistic = Callable[
    [np.ndarray, np.ndarray], float
]  # (names, weights) → figure; nan where it is not defined


@dataclass(frozen=True)
class Figure:
    value: float
    low: float  # of the 95 % interval
    high: float

    def as_dict(self) -> dict:
        return {
            name: None if np.isnan(value) else round(float(value), 4)
            for name, value in (("value", self.value), ("low", self.low), ("high", self.high))
        }


def with_interval(statistic: Statistic, names: np.ndarray, rounds: int = ROUNDS, seed: int = 0) -> Figure:
    """The statistic with the 2.5 and 97.5 percentiles of its bootstrap."""
    ones = np.ones(len(names))
    if not len(names):
        return Figure(np.nan, np.nan, np.nan)
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(len(names), ones / len(names), size=rounds)
    values = np.array([statistic(names, draw.astype(float)) for draw in draws])
    values = values[~np.isnan(values)]
    low, high = np.percentile(values, [2.5, 97.5]) if len(values) else (np.nan, np.nan)
    return Figure(statistic(names, ones), low, high)


def counted(names: np.ndarray) -> np.ndarray:
    """How many readers gave each object each name: (objects, names)."""
    kinds = int(names.max(initial=-1)) + 1
    return (
        np.stack([(names == kind).sum(axis=1) for kind in range(kinds)], axis=1)
        if kinds
        else np.zeros((len(names), 0))
    )


def percent_agreement(names: np.ndarray, weights: np.ndarray) -> float:
    """The share of pairs of readers who gave an object the same name: a mean over objects with two names or more."""
    counts = counted(names)
    readers = counts.sum(axis=1)
    paired = (readers > 1) & (weights > 0)
    if not paired.any():
        return np.nan
    agreeing = (counts * (counts - 1)).sum(axis=1)[paired] / (readers * (readers - 1))[paired]
    return float(np.average(agreeing, weights=weights[paired]))


def cohens_kappa(names: np.ndarray, weights: np.ndarray) -> float:
    """Of two readers, over the objects that both named."""
    both = (names != MISSING).all(axis=1)
    first, second = names[both].T
    weights = weights[both]
    if not weights.sum():
        return np.nan
    kinds = int(names.max(initial=0)) + 1
    share_first, share_second = (np.bincount(one, weights, kinds) / weights.sum() for one in (first, second))
    return _beyond_chance(
        float(weights @ (first == second) / weights.sum()), float(share_first @ share_second)
    )


def fleiss_kappa(names: np.ndarray, weights: np.ndarray) -> float:
    """Of any number of readers, over the objects that all of them named."""
    whole = (names != MISSING).all(axis=1)
    counts, weights = counted(names[whole]), weights[whole]
    if not weights.sum():
        return np.nan
    readers = names.shape[1]
    agreeing = ((counts**2).sum(axis=1) - readers) / (readers * (readers - 1))
    shares = (weights @ counts) / (weights.sum() * readers)
    return _beyond_chance(float(weights @ agreeing / weights.sum()), float((shares**2).sum()))


def krippendorffs_alpha(names: np.ndarray, weights: np.ndarray) -> float:
    """Nominal; objects that fewer than two readers named are left out, other gaps do no harm."""
    counts = counted(names)
    readers = counts.sum(axis=1)
    paired = readers > 1
    counts, readers, weights = counts[paired], readers[paired], weights[paired]
    of_each = weights @ counts
    total = of_each.sum()
    expected = total**2 - (of_each**2).sum()
    if total < 2 or not expected:
        return np.nan
    observed = weights @ ((readers**2 - (counts**2).sum(axis=1)) / (readers - 1))
    return float(1 - (total - 1) * observed / expected)


def _beyond_chance(observed: float, expected: float) -> float:
    return np.nan if np.isclose(expected, 1) else (observed - expected) / (1 - expected)
