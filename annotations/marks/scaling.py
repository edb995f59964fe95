"""Figures that were drawn on a copy of another size: scaled to the picture that is here, if it has the same shape."""

from collections.abc import Callable

import numpy as np
from django.core.exceptions import ValidationError

from annotations.common.numbers import is_number, is_whole
from annotations.marks.figures import Size
from annotations.marks.measuring import decoded, encoded

ROUNDING = 0.03  # by how much two shapes may differ at most


def scaled(kind: str, geometry: dict, drawn_on: Size, size: Size) -> dict:
    """The figure in pixels of a picture of `size`. Raises ValidationError where the two differ in shape."""
    if not is_same_shape(drawn_on, size):
        raise ValidationError(
            f"This was drawn on a picture of {drawn_on[0]} × {drawn_on[1]} pixels, the one here has {size[0]} × "
            f"{size[1]}: they differ in shape, so it can't be scaled. Draw it on a copy of the picture that is here."
        )
    across, down = size[0] / drawn_on[0], size[1] / drawn_on[1]
    return SCALERS[kind](geometry, across, down, size) if kind in SCALERS else geometry


def is_same_shape(one: Size, other: Size) -> bool:
    """But for the rounding of a side to whole pixels."""
    first, second = one[0] * other[1], one[1] * other[0]
    return abs(first - second) <= min(max(*one, *other), ROUNDING * first)


def _points(geometry: dict, across: float, down: float, size: Size) -> dict:
    points = geometry.get("points")
    if not isinstance(points, list):
        return geometry
    return {**geometry, "points": [_point(point, across, down) for point in points]}


def _parts(geometry: dict, across: float, down: float, size: Size) -> dict:
    return {"parts": [[_point(point, across, down) for point in points] for points in geometry["parts"]]}


def _point(point: object, across: float, down: float) -> object:
    """What is no point is left for who checks figures to say so."""
    match point:
        case [x, y] if is_number(x) and is_number(y):
            return [x * across, y * down]
    return point


def _numbers(**factors: str) -> Callable[[dict, float, float, Size], dict]:
    def scale(geometry: dict, across: float, down: float, size: Size) -> dict:
        by = {"across": across, "down": down}
        return {
            name: value * by[factors[name]] if name in factors and is_number(value) else value
            for name, value in geometry.items()
        }

    return scale


def _mask(geometry: dict, across: float, down: float, size: Size) -> dict:
    """Each pixel has the value of the one that it lies in."""
    match geometry:
        case {"size": [height, width], "counts": list(counts)} if (
            is_whole(height)
            and is_whole(width)
            and height > 0 < width
            and all(type(n) is int and n >= 0 for n in counts)
            and sum(counts) == height * width
        ):
            mask = decoded(geometry)
            rows = (np.arange(size[1]) * height // size[1]).astype(int)
            columns = (np.arange(size[0]) * width // size[0]).astype(int)
            return encoded(mask[rows][:, columns])
    return geometry


SCALERS: dict[str, Callable[[dict, float, float, Size], dict]] = {
    "point": _points,
    "line": _points,
    "polyline": _points,
    "polygon": _points,
    "parts": _parts,
    "box": _numbers(x="across", width="across", y="down", height="down"),
    "ellipse": _numbers(cx="across", rx="across", cy="down", ry="down"),
    "mask": _mask,
}
