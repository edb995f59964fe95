"""Principal coordinates: samples as points whose distances come as near to their dissimilarities as axes can."""

from dataclasses import dataclass

import numpy as np

LEAST = 1e-9  # of the largest eigenvalue: what is below is rounding


@dataclass(frozen=True)
class PrincipalCoordinates:
    """`points` float (n, k), the axis of the largest eigenvalue first; `shares` float (k,), each eigenvalue ÷ the sum
    of the sizes of all; `negative` the share of those below 0, which no real axis can draw."""

    points: np.ndarray
    shares: np.ndarray
    negative: float


def principal_coordinates(dissimilarities: np.ndarray, most: int = 2) -> PrincipalCoordinates:
    """Of float (n, n), symmetric, by Gower's centring (1966). Bray and Curtis' measure is not Euclidean, so some
    eigenvalues may be negative: they are not corrected for but count in the whole, as in the first goodness of fit of
    R's `cmdscale` (Mardia), and no share is flattered by leaving them out. The sign of an axis is such that its
    farthest point is positive."""
    squared = -0.5 * np.square(np.asarray(dissimilarities, float))
    centred = squared - squared.mean(0) - squared.mean(1)[:, None] + squared.mean()
    values, axes = np.linalg.eigh(centred)
    largest_first = slice(None, -min(most, len(values)) - 1, -1)
    whole = max(float(np.abs(values).sum()), LEAST)
    values = np.where(np.abs(values) > LEAST * whole, values, 0.0)
    along = np.maximum(values[largest_first], 0.0)
    return PrincipalCoordinates(
        points=upright(axes[:, largest_first] * np.sqrt(along)),
        shares=along / whole,
        negative=float(-values[values < 0].sum() / whole),
    )


def upright(points: np.ndarray) -> np.ndarray:
    """float (n, k), turned round along each axis whose farthest point is negative."""
    farthest = np.take_along_axis(points, np.abs(points).argmax(axis=0)[None], axis=0)
    return points * np.where(farthest < 0, -1.0, 1.0)
