"""Dense groups by HDBSCAN* (Campello et al. 2013, doi 10.1007/978-3-642-37456-2_14), the leaves of its tree."""

import fast_hdbscan
import numpy as np

NOISE = -1
NEIGHBOURS = 5  # min_samples: on ISIIS a better adjusted Rand than the 1 of MorphoCluster (docs/lab-notes.md)


def dense_groups(points: np.ndarray, smallest: int) -> tuple[np.ndarray, np.ndarray]:
    """Of float (n, dimensions) the group of each, int (n,), from 0 on, NOISE for what lies in none; and how firmly it
    belongs there, float (n,), 0 to 1."""
    if len(points) < max(2 * smallest, 4):
        return np.full(len(points), NOISE), np.zeros(len(points))
    model = fast_hdbscan.HDBSCAN(
        min_cluster_size=smallest,
        min_samples=NEIGHBOURS,
        cluster_selection_method="leaf",
    )
    groups = model.fit_predict(np.ascontiguousarray(points, dtype=np.float32))
    return groups, model.probabilities_
