"""The core of a cluster: a few places where its members are densest, and how far around them it reaches."""

from dataclasses import dataclass

import numpy as np

MOST_PLACES = 4  # of a cluster, which need not be round
PER_PLACE = 16  # members that a place stands for, at least
STEPS = 8  # of k-means
REACH = 0.95  # the share of the denser members that lie within the radius
AT_ONCE = 8_000_000  # distances that are worked out at a time: 32 MB


@dataclass(frozen=True)
class Core:
    """`places`, float (k, dimensions), and `radius`: the distance from the nearest place within which it reaches."""

    places: np.ndarray
    radius: float

    @classmethod
    def of(cls, members: np.ndarray) -> "Core":
        places = _places(members)
        far = _squares(members, places).min(axis=1)
        return cls(places, float(np.sqrt(np.quantile(far, REACH))) + 1e-6)


def nearest_core(points: np.ndarray, cores: list[Core]) -> tuple[np.ndarray, np.ndarray]:
    """For float (n, dimensions) the nearest core, int (n,), and the distance to it, float32 (n,)."""
    places = np.vstack([core.places for core in cores])
    owner = np.repeat(np.arange(len(cores)), [len(core.places) for core in cores])
    nearest, distance = np.empty(len(points), int), np.empty(len(points), np.float32)
    step = max(AT_ONCE // len(places), 1)  # thousands of cores must not need thousands of megabytes
    for start in range(0, len(points), step):
        squares = _squares(points[start : start + step], places)
        best = squares.argmin(axis=1)
        nearest[start : start + step] = owner[best]
        distance[start : start + step] = np.sqrt(squares[np.arange(len(best)), best])
    return nearest, distance


def _places(members: np.ndarray) -> np.ndarray:
    """By k-means, which begins with members far from each other; the same for the same members."""
    count = int(np.clip(len(members) // PER_PLACE, 1, MOST_PLACES))
    places = members.mean(axis=0, keepdims=True)
    while len(places) < count:
        far = _squares(members, places).min(axis=1)
        places = np.vstack([places, members[far.argmax()]])
    for _ in range(STEPS):
        owner = _squares(members, places).argmin(axis=1)
        occupied = np.unique(owner)
        places = np.vstack([members[owner == place].mean(axis=0) for place in occupied])
    return places


def _squares(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Squared distances, float (n, k), never below 0."""
    squares = points @ (-2 * places.T)
    squares += (points**2).sum(axis=1)[:, None]
    squares += (places**2).sum(axis=1)
    return np.maximum(squares, 0, out=squares)
