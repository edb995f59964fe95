"""The median of few numbers: NumPy's own spends most of its time on what a vignette never has."""

import numpy as np


def median(values: np.ndarray) -> float:
    """Of (N,), at least one and none of them NaN."""
    ordered = np.sort(values)
    below, above = ordered[(ordered.size - 1) // 2], ordered[ordered.size // 2]
    return (float(below) + float(above)) / 2
