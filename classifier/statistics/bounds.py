"""Exact bounds and tests of a share (Clopper & Pearson 1934). Counts need not be whole: effective ones are not."""

import numpy as np
from scipy.special import betainc, betaincinv


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
