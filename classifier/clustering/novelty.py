"""How far a cluster lies from all that has a name: perhaps it is something that nobody has named yet."""

import numpy as np

AT_ONCE = 2000  # points whose distances are worked out at a time
LEAST_LABELLED = 20  # of fewer nothing is known of how far the members of a taxon lie from each other


def novelties(typical: list[np.ndarray], labelled: np.ndarray, taxa: np.ndarray) -> list[float | None]:
    """Of each cluster, given its typical members as float (k, dimensions): the median distance of these to the nearest
    labelled one, in units of the median distance of a labelled one to the nearest other of its taxon.

    `labelled` is float (n, dimensions), `taxa` int (n,). 1 is as near as within a taxon; None where too little is
    labelled to tell.
    """
    spread = _spread(labelled, taxa) if len(labelled) >= LEAST_LABELLED else 0.0
    if not spread:
        return [None] * len(typical)
    return [float(np.median(_nearest(points, labelled))) / spread for points in typical]


def _spread(labelled: np.ndarray, taxa: np.ndarray) -> float:
    nearest = []
    for taxon in np.unique(taxa):
        points = labelled[taxa == taxon]
        if len(points) > 1:
            nearest.append(_nearest(points, points, skip_self=True))
    return float(np.median(np.concatenate(nearest))) if nearest else 0.0


def _nearest(points: np.ndarray, others: np.ndarray, skip_self: bool = False) -> np.ndarray:
    """The distance of each of float (n, dimensions) to the nearest of float (m, dimensions)."""
    distances = []
    for start in range(0, len(points), AT_ONCE):
        some = points[start : start + AT_ONCE]
        squares = (some**2).sum(axis=1)[:, None] - 2 * some @ others.T + (others**2).sum(axis=1)
        if skip_self:
            squares[np.arange(len(some)), start + np.arange(len(some))] = np.inf
        distances.append(np.sqrt(np.maximum(squares.min(axis=1), 0)))
    return np.concatenate(distances)
