"""How dark an organism is, from how often it has each grey."""

import numpy as np
from scipy import ndimage

from classifier.measuring.connected import EIGHT

MIDDLE = np.array([-1, 0])  # of twice the ranks around the median
QUARTERS = np.array([0.25, 0.5, 0.75])


def greys_of(grey: np.ndarray) -> dict[str, float]:
    """Figures of the pixels of an organism, uint8 (N,); of one grey, what asks how they differ is NaN."""
    counts = np.bincount(grey, minlength=256)
    levels = np.flatnonzero(counts)
    counts, upto = counts[levels].astype(float), counts.cumsum()
    intden = counts @ levels
    mean = intden / grey.size
    off = levels - mean
    squares = counts * off * off
    variance = squares.sum() / grey.size
    ranks = np.concatenate([(grey.size + MIDDLE) // 2 + 1, QUARTERS * grey.size])
    below, above, *quarters = np.searchsorted(upto, ranks)
    return {
        "mean": mean,
        "stddev": np.sqrt(squares.sum() / np.float64(grey.size - 1)),
        "mode": levels[counts.argmax()],
        "min": levels[0],
        "max": levels[-1],
        "median": (below + above) / 2,
        "intden": intden,
        "skew": squares @ off / grey.size / variance**1.5,
        "kurt": squares @ (off * off) / grey.size / variance**2 - 3,
        **{f"histcum{n + 1}": level for n, level in enumerate(quarters)},
    }


def parts_of(grey: np.ndarray, filled: np.ndarray, levels: list[float]) -> list[int]:
    """For each level, into how many parts (8 neighbours) the pixels fall that are as dark or darker.

    The masks are laid under each other with an empty row between them: they are labelled at one go, from top to bottom.
    """
    height, width = filled.shape
    masks = np.zeros((len(levels), height + 1, width), bool)
    for mask, level in zip(masks, levels, strict=True):
        np.less_equal(grey, int(level), out=mask[:-1])
    masks[:, :-1] &= filled
    labels = ndimage.label(masks.reshape(-1, width), EIGHT)[0].reshape(masks.shape)
    return np.diff(np.maximum.accumulate(labels.max(axis=(1, 2))), prepend=0).tolist()
