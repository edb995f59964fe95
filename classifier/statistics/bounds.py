"""Bounds and tests of a share: exact ones (Clopper & Pearson 1934), and intervals to look at (Wilson 1927).

Counts of the exact ones need not be whole: effective ones are not. E. B. Wilson, Probable inference, the law of
succession, and statistical inference. J. Am. Stat. Assoc. 22, 209–212.
"""

import math

import numpy as np
from scipy.special import betainc, betaincinv, ndtri

Z = float(ndtri(0.975))  # the normal quantile of 95 %


def lower_bound(right: np.ndarray, total: np.ndarray, confidence: float = 0.95) -> np.ndarray:
    """The share that is right is above this, with the confidence given; 0 where none is. Of numbers or arrays."""
    right, total = np.asarray(right, float), np.asarray(total, float)
    some = right > 0
    return np.where(some, betaincinv(np.where(some, right, 1), total - right + 1, 1 - confidence), 0.0)


def chance_of(right: np.ndarray, total: np.ndarray, share: float) -> np.ndarray:
    """How likely so many or more of `total` are right where `share` of all are: the p-value of “no more than that”."""
    right, total = np.asarray(right, float), np.asarray(total, float)
    some = right > 0
    return np.where(some, betainc(np.where(some, right, 1), total - right + 1, share), 1.0)


def fewest(share: float, level: float) -> int:
    """So many without an error are needed before `chance_of` them falls to the level: 59 for 95 % at 5 %."""
    return int(np.ceil(np.log(level) / np.log(share) - 1e-9))


def wilson(seen: int, of: int) -> tuple[float, float] | None:
    """The 95 % interval of a share; None where nothing was looked at."""
    if not of:
        return None
    share = seen / of
    middle = share + Z**2 / (2 * of)
    half = Z * math.sqrt(share * (1 - share) / of + Z**2 / (4 * of**2))
    scale = 1 + Z**2 / of
    # the ends of nothing and of all are the share itself: rounding must not leave it outside
    low, high = max((middle - half) / scale, 0.0), min((middle + half) / scale, 1.0)
    return min(low, share), max(high, share)
