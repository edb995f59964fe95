"""How long the outline of a region is, and its convex hull."""

import numpy as np

# of a pixel of the outline, by 1 + 2 · neighbours at its sides + 10 · neighbours at its corners (Benkrid and Crookes)
LENGTHS = np.zeros(50)
LENGTHS[[5, 7, 15, 17, 25, 27]] = 1
LENGTHS[[21, 33]] = np.sqrt(2)
LENGTHS[[13, 23]] = (1 + np.sqrt(2)) / 2


def padded(region: np.ndarray) -> np.ndarray:
    """With a rim of one pixel that is not of the region."""
    wider = np.zeros((region.shape[0] + 2, region.shape[1] + 2), region.dtype)
    wider[1:-1, 1:-1] = region
    return wider


def outline_of(region: np.ndarray) -> np.ndarray:
    """Its pixels, bool, that have one at a side that is not of it. `region` bool, with its rim; the answer without."""
    inner = region[:-2, 1:-1] & region[2:, 1:-1]
    inner &= region[1:-1, :-2]
    inner &= region[1:-1, 2:]
    return region[1:-1, 1:-1] & ~inner


def perimeter(outline: np.ndarray) -> float:
    """Pixels, of an outline (bool) with 4 neighbours: as scikit-image's `perimeter`."""
    wider = padded(outline.view(np.uint8))
    beside = wider[:, :-2] + wider[:, 2:]
    corners = beside[:-2] + beside[2:]
    sides = beside[1:-1] + wider[:-2, 1:-1] + wider[2:, 1:-1]
    kinds = (1 + 2 * sides + 10 * corners)[outline]
    return float(np.bincount(kinds, minlength=len(LENGTHS)) @ LENGTHS)


def hull_area(region: np.ndarray) -> float:
    """px² of the convex hull of its pixels' corners."""
    return polygon_area(hull(region))


def polygon_area(corners: np.ndarray) -> float:
    """px², exact: the corners (N, 2), in order around it, are whole numbers."""
    (x, y), (next_x, next_y) = corners.T, following(corners).T
    return abs(float(x @ next_y - next_x @ y)) / 2


def length_around(corners: np.ndarray) -> float:
    """Pixels around a polygon (N, 2)."""
    return float(np.hypot(*(following(corners) - corners).T).sum())


def following(corners: np.ndarray) -> np.ndarray:
    """The next corner of each."""
    return np.concatenate([corners[1:], corners[:1]])


def hull(region: np.ndarray) -> np.ndarray:
    """Corners (x, y) of the convex hull of its pixels' corners, whole numbers (N, 2), in order around it."""
    levels, left, right = _ends(region)
    up = _convex(levels, left)
    down = _convex(levels, [-x for x in right])
    return np.array([*up, *((-x, y) for x, y in reversed(down))])


def _ends(region: np.ndarray) -> tuple[list[int], list[int], list[int]]:
    """The leftmost and rightmost corner of pixels at each height y that has one, from top to bottom."""
    rows = np.flatnonzero(region.any(axis=1))
    width = region.shape[1]
    left, right = np.full(region.shape[0] + 1, width), np.zeros(region.shape[0] + 1, int)
    left[rows] = first = region.argmax(axis=1)[rows]
    right[rows] = last = width - region[:, ::-1].argmax(axis=1)[rows]
    left[rows + 1] = np.minimum(left[rows + 1], first)
    right[rows + 1] = np.maximum(right[rows + 1], last)
    levels = np.flatnonzero(right)
    return levels.tolist(), left[levels].tolist(), right[levels].tolist()


def _convex(levels: list[int], ends: list[int]) -> list[tuple[int, int]]:
    """The ends (x, y) that no line between two others leaves to its right, by Andrew's monotone chain."""
    chain: list[tuple[int, int]] = []
    for y, x in zip(levels, ends, strict=True):
        while len(chain) > 1:
            (x0, y0), (x1, y1) = chain[-2:]
            if (x1 - x0) * (y - y0) < (x - x0) * (y1 - y0):
                break
            chain.pop()
        chain.append((x, y))
    return chain


def longest_distance(corners: np.ndarray) -> float:
    """Feret's diameter of a convex polygon (N, 2)."""
    x, y = corners.T
    dx, dy = x[:, None] - x, y[:, None] - y
    return float(np.sqrt((dx * dx + dy * dy).max()))
