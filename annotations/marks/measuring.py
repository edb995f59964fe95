"""What a mark measures, in pixels. Plain NumPy: no database, no image is read.

Lengths are in pixels, areas in square pixels, angles in degrees. Pixels become micrometres by the side of a pixel,
`pixel_um` of the acquisition: a length times `pixel_um`, an area times `pixel_um` squared, an angle as it is.

An angle is that to the x axis, counter-clockwise as one sees the picture (whose y axis points down), from 0 to
below 180: as ImageJ's and ZooProcess's `angle`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Points = Sequence[Sequence[float]] | np.ndarray  # (n, 2): x to the right, y down


@dataclass(frozen=True)
class Measures:
    """None is what the kind of figure doesn't have."""

    count: int = 1
    length: float | None = None  # px
    perimeter: float | None = None  # px
    area: float | None = None  # px²
    esd: float | None = None  # px
    angle: float | None = None  # degrees


def measure(kind: str, geometry: Mapping) -> Measures:
    """The measures of a figure as geometry.py has it."""
    return MEASURED[kind](geometry)


def length(points: Points) -> float:
    """Length of a line through the points: Σ √(Δx² + Δy²), px."""
    return float(np.linalg.norm(np.diff(np.asarray(points, float), axis=0), axis=1).sum())


def direction(points: Points) -> float:
    """Angle of the straight line from the first to the last point: atan2(−Δy, Δx) mod 180, degrees."""
    first, last = np.asarray(points[0], float), np.asarray(points[-1], float)
    return float(np.degrees(np.arctan2(first[1] - last[1], last[0] - first[0])) % 180) % 180


def perimeter(points: Points) -> float:
    """Length of the closed line through the points, px."""
    corners = np.asarray(points, float)
    return length(np.concatenate([corners, corners[:1]]))


def polygon_area(points: Points) -> float:
    """The shoelace formula, ½ |Σ (xᵢ yᵢ₊₁ − xᵢ₊₁ yᵢ)|, px²: right for polygons that do not cross themselves."""
    corners = np.asarray(points, float)
    x, y = (corners - corners[0]).T  # near the origin no digits are lost
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def ellipse_perimeter(rx: float, ry: float) -> float:
    """Ramanujan's second formula, π (a + b) (1 + 3h / (10 + √(4 − 3h))) with h = ((a − b) / (a + b))², px.

    Off by less than 0.05 % for any ellipse, and by nothing that shows for one that is not a needle.
    """
    h = ((rx - ry) / (rx + ry)) ** 2
    return float(np.pi * (rx + ry) * (1 + 3 * h / (10 + np.sqrt(4 - 3 * h))))


def equivalent_diameter(area: float) -> float:
    """ESD, the diameter of a circle of the same area: 2 √(A / π), px."""
    return float(2 * np.sqrt(area / np.pi))


def crosses_itself(points: Points) -> bool:
    """Whether two sides of the polygon that are not neighbours meet, or two that are run back over each other."""
    a = np.asarray(points, float)
    b = np.roll(a, -1, axis=0)
    first, second = np.triu_indices(len(a), 2)
    apart = (second - first) % len(a) != len(a) - 1  # the last side is the first one's neighbour
    first, second = first[apart], second[apart]
    meet = _meet(a[first], b[first], a[second], b[second])
    return bool(meet.any() or _turns_back(a, b))


def _meet(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Whether the lines a–b and c–d have a point in common, ends included; each (n, 2)."""
    of_c, of_d, of_a, of_b = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    proper = (of_c * of_d < 0) & (of_a * of_b < 0)
    touch = (of_c == 0) & _within(a, b, c) | (of_d == 0) & _within(a, b, d)
    return proper | touch | (of_a == 0) & _within(c, d, a) | (of_b == 0) & _within(c, d, b)


def _side(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> np.ndarray:
    """On which side of the line a–b the point lies: the sign of the cross product."""
    u, v = b - a, p - a
    return np.sign(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0])


def _within(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Whether the point, which lies on the line, lies between its ends."""
    return ((np.minimum(a, b) <= p) & (p <= np.maximum(a, b))).all(axis=1)


def _turns_back(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether a side runs back over the one before it: the two are parallel and point against each other."""
    side, following = b - a, np.roll(b - a, -1, axis=0)
    cross = side[:, 0] * following[:, 1] - side[:, 1] * following[:, 0]
    return bool(((cross == 0) & ((side * following).sum(axis=1) < 0)).any())


def decoded(geometry: Mapping) -> np.ndarray:
    """The mask as bool, (height, width), from COCO's run lengths: columns first, beginning with what is outside."""
    height, width = geometry["size"]
    counts = np.asarray(geometry["counts"])
    inside = np.arange(len(counts)) % 2 == 1
    return np.repeat(inside, counts).reshape(width, height).T


def encoded(mask: np.ndarray) -> dict:
    """COCO's run lengths of a mask (height, width), uncompressed."""
    flat = np.asarray(mask, bool).T.ravel()
    changes = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate([[0], changes, [flat.size]])).tolist()
    return {"size": [int(n) for n in mask.shape], "counts": [0, *counts] if flat.size and flat[0] else counts}


def mask_perimeter(mask: np.ndarray) -> float:
    """Cauchy and Crofton's estimate, π / 4 times the pixel sides between inside and outside, px.

    Pixels make slanting outlines longer than they are; averaged over all directions this sets it right. A square that
    stands along the axes is measured short by π / 4.
    """
    padded = np.pad(mask, 1)
    sides = (padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum()
    return float(sides) * np.pi / 4


# --- One function a kind ----------------------------------------------------------------------------------------------


def _points(geometry: Mapping) -> Measures:
    return Measures(count=len(geometry["points"]))


def _line(geometry: Mapping) -> Measures:
    return Measures(length=length(geometry["points"]), angle=direction(geometry["points"]))


def _box(geometry: Mapping) -> Measures:
    """Area w · h, perimeter 2 (w + h)."""
    width, height = geometry["width"], geometry["height"]
    return _closed(2 * (width + height), width * height)


def _ellipse(geometry: Mapping) -> Measures:
    """Area π · rx · ry; its length is the major axis, and its angle that of the major axis."""
    rx, ry = geometry["rx"], geometry["ry"]
    angle = geometry["angle"] if rx >= ry else geometry["angle"] + 90
    measures = _closed(ellipse_perimeter(rx, ry), np.pi * rx * ry)
    return Measures(
        1, 2.0 * max(rx, ry), measures.perimeter, measures.area, measures.esd, float(angle % 180) % 180
    )


def _polygon(geometry: Mapping) -> Measures:
    return _closed(perimeter(geometry["points"]), polygon_area(geometry["points"]))


def _mask(geometry: Mapping) -> Measures:
    return _closed(mask_perimeter(decoded(geometry)), sum(geometry["counts"][1::2]))


def _closed(around: float, area: float) -> Measures:
    return Measures(perimeter=float(around), area=float(area), esd=equivalent_diameter(area))


MEASURED = {
    "point": _points,
    "line": _line,
    "polyline": _line,
    "box": _box,
    "ellipse": _ellipse,
    "polygon": _polygon,
    "mask": _mask,
}
