"""How far readers agree, beyond what chance would give. Every figure comes with a bootstrap interval over the objects.

A table of names has a row an object and a column a reader; names are whole numbers from 0, MISSING where a reader
named nothing. A bootstrap draw is a weight an object, so the same formulas serve both: weights are (objects) for one
figure, or (draws, objects) for one a draw.

* J. Cohen (1960), A coefficient of agreement for nominal scales. Educ. Psychol. Meas. 20, 37–46.
* J. L. Fleiss (1971), Measuring nominal scale agreement among many raters. Psychol. Bull. 76, 378–382.
* K. Krippendorff (2011), Computing Krippendorff's alpha-reliability. University of Pennsylvania.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from classifier.statistics.bootstrap import draws, percentiles

MISSING = -1
ROUNDS = 1000
AT_ONCE = 200_000  # answers of drawn objects
Statistic = Callable[
    [np.ndarray, np.ndarray], np.ndarray
]  # (names, weights) → figures; nan where they are not defined


@dataclass(frozen=True)
class Estimate:
    value: float
    low: float  # of the 95 % interval
    high: float

    def as_dict(self) -> dict:
        return {
            name: None if np.isnan(value) else round(float(value), 4)
            for name, value in (("value", self.value), ("low", self.low), ("high", self.high))
        }


def with_intervals(
    statistics: Mapping[str, Statistic], names: np.ndarray, rounds: int = ROUNDS, seed: int = 0
) -> dict[str, Estimate]:
    """Each statistic with the 2.5 and 97.5 percentiles of its bootstrap, all of the same draws."""
    if not len(names):
        return dict.fromkeys(statistics, Estimate(np.nan, np.nan, np.nan))
    ones, drawn = np.ones(len(names)), _draws(len(names), rounds, seed)
    return {
        name: Estimate(float(statistic(names, ones)), *percentiles(_of_draws(statistic, names, drawn)))
        for name, statistic in statistics.items()
    }


def _of_draws(statistic: Statistic, names: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Some draws at a time: what a statistic makes of them stays in a few megabytes, which the processor keeps near."""
    step = max(1, AT_ONCE // max(names.size, 1))
    parts = [drawn[start : start + step].astype(float) for start in range(0, len(drawn), step)]
    return np.concatenate([np.atleast_1d(statistic(names, part)) for part in parts])


@lru_cache(maxsize=1)
def _draws(objects: int, rounds: int, seed: int) -> np.ndarray:
    """(rounds, objects). Most tables of a reading are of one length: drawn once for all of them."""
    count = np.min_scalar_type(objects)
    return np.stack([weights.astype(count) for weights in draws(objects, rounds, seed)])


def counted(names: np.ndarray) -> np.ndarray:
    """How many readers gave each object each name: (objects, names)."""
    kinds = np.arange(names.max(initial=0) + 1)
    return (names[:, :, None] == kinds).sum(axis=1)


def percent_agreement(names: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The share of pairs of readers who gave an object the same name: a mean over objects with two names or more."""
    readers = (names != MISSING).sum(axis=1)
    paired = readers > 1
    names, readers, weights = names[paired], readers[paired], weights[..., paired]
    agreeing = sum(
        (names[:, a] == names[:, b]) & (names[:, a] != MISSING)
        for a, b in combinations(range(names.shape[1]), 2)
    )
    return _over(weights @ (2 * agreeing / (readers * (readers - 1))), weights.sum(axis=-1))


def cohens_kappa(names: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of two readers, over the objects that both named."""
    both = (names != MISSING).all(axis=1)
    first, second = names[both].T
    weights = weights[..., both]
    total = weights.sum(axis=-1)
    kinds = np.arange(names.max(initial=0) + 1)
    share_first, share_second = (
        _over(weights @ (reader[:, None] == kinds), total[..., None]) for reader in (first, second)
    )
    return _beyond_chance(
        _over(weights @ (first == second), total), (share_first * share_second).sum(axis=-1)
    )


def fleiss_kappa(names: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of any number of readers, over the objects that all of them named."""
    whole = (names != MISSING).all(axis=1)
    counts, weights = counted(names[whole]), weights[..., whole]
    total = weights.sum(axis=-1)
    readers = names.shape[1]
    agreeing = ((counts**2).sum(axis=1) - readers) / (readers * (readers - 1))
    shares = _over(weights @ counts, total[..., None] * readers)
    return _beyond_chance(_over(weights @ agreeing, total), (shares**2).sum(axis=-1))


def krippendorffs_alpha(names: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Nominal; objects that fewer than two readers named are left out, other gaps do no harm."""
    counts = counted(names)
    readers = counts.sum(axis=1)
    paired = readers > 1
    counts, readers, weights = counts[paired], readers[paired], weights[..., paired]
    of_each = weights @ counts
    total = of_each.sum(axis=-1)
    expected = total**2 - (of_each**2).sum(axis=-1)
    observed = weights @ ((readers**2 - (counts**2).sum(axis=1)) / (readers - 1))
    return 1 - _over((total - 1) * observed, expected)


def ordinal_alpha(names: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Krippendorff's alpha of names that are in the order of their numbers: near ones differ less than far ones.

    His ordinal difference of two names is how many names lie from the middle of the one to the middle of the other.
    So it is the interval difference of their places in the line of all names that were given.
    """
    counts = counted(names)
    of_each = weights @ (counts * (counts.sum(axis=1, keepdims=True) > 1))
    middles = of_each.cumsum(axis=-1) - of_each / 2
    return _alpha_of_places(middles[..., names], names != MISSING, weights)


def interval_alpha(values: np.ndarray) -> Statistic:
    """Krippendorff's alpha of numbers. `values` are what the names stand for."""
    places = (
        values - np.median(values) if len(values) else np.zeros(1)
    )  # small numbers lose less when squared

    def alpha(names: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return _alpha_of_places(places[names], names != MISSING, weights)

    return alpha


def _alpha_of_places(places: np.ndarray, answered: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Alpha with squared differences: (objects, readers) of places, or (draws, objects, readers) where they vary.

    Sums of squares stand for the differences of all pairs: of numbers, there are as many as there are names.
    """
    readers = answered.sum(axis=1)
    paired = readers > 1
    answered, readers, weights = answered[paired], readers[paired], weights[..., paired]
    places = places[..., paired, :] * answered
    sums, squares = places.sum(axis=-1), (places**2).sum(axis=-1)
    observed = (weights * (readers * squares - sums**2) / (readers - 1)).sum(axis=-1)
    total = (weights * readers).sum(axis=-1)
    whole = total * (weights * squares).sum(axis=-1)
    expected = whole - (weights * sums).sum(axis=-1) ** 2
    expected = np.where(expected > 1e-12 * whole, expected, 0)  # all in one place, but for rounding
    return 1 - _over((total - 1) * observed, expected)


def _beyond_chance(observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
    return _over(observed - expected, np.where(np.isclose(expected, 1), 0, 1 - expected))


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole; nan where there is no whole."""
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
