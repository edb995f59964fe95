"""Sets of taxa that hold the right one as often as promised: split conformal, LAC (Sadinle et al. 2019, arXiv
1609.00451).

The promise is for objects like those it was fitted to. Those of a new sample may differ, so it is measured too.
"""

import numpy as np


def fit_conformal(p: np.ndarray, labels: np.ndarray, coverage: float) -> float:
    """The probability from which on a taxon belongs to the set. `p` (N, C), `labels` (N,) class numbers.

    0, so all taxa belong, where there are too few objects to leave any out.
    """
    of_label = np.sort(p[np.arange(len(labels)), labels])
    left_out = int(
        np.floor(round((len(labels) + 1) * (1 - coverage), 9))
    )  # 1 - 0.9 is a little less than 0.1
    return float(of_label[left_out - 1]) if left_out else 0.0


def conformal_set(p: np.ndarray, threshold: float) -> np.ndarray:
    """(N, C) bool. Never empty: the likeliest taxon is always in, so that sets may cover more than was asked."""
    inside = p >= threshold
    inside[np.arange(len(p)), p.argmax(1)] = True
    return inside
