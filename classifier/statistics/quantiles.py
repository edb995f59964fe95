"""Quantiles of numbers of which each comes several times: a million scores are some thousand different ones."""

import numpy as np


def counted_quantiles(values: np.ndarray, counts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(shares,): what `np.quantile` says of the `values` (n,), each of them written as often as `counts` (n,) say;
    between two of them in proportion. Not all counts are 0."""
    order = np.argsort(values)
    ascending, up_to = values[order], np.cumsum(counts[order])
    place = shares * (up_to[-1] - 1)
    low, high = (
        ascending[np.searchsorted(up_to, whole, side="right")] for whole in (np.floor(place), np.ceil(place))
    )
    return low + (high - low) * (place - np.floor(place))
