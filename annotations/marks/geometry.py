"""The figures that a mark may be, and what is wrong with one that is none.

Coordinates are pixels of the image: (0, 0) is the upper left corner of its first pixel, x runs to the right, y down,
so that the middle of the first pixel is (0.5, 0.5) and the lower right corner of the image (width, height).

point                    {"points": [[x, y], …]}            one or more, counted
line                     {"points": [[x, y], [x, y]]}
polyline                 {"points": [[x, y], …]}            two or more
polygon                  {"points": [[x, y], …]}            three or more, not closed, not crossing itself
box                      {"x", "y", "width", "height"}      its upper left corner and its sides
ellipse                  {"cx", "cy", "rx", "ry", "angle"}  half axes; that of rx turned by `angle` degrees,
                                                            counter-clockwise as one sees it
mask                     {"size": [height, width], "counts": [n, …]}   COCO's run lengths, uncompressed
"""

import math
from collections.abc import Callable

from django.core.exceptions import ValidationError

from annotations.marks.measuring import crosses_itself

MOST_POINTS = 2000
DIGITS = 2  # a hundredth of a pixel is finer than any hand
LEAST = {"point": 1, "line": 2, "polyline": 2, "polygon": 3}


def checked(kind: str, geometry: object, width: int, height: int) -> dict:
    """The figure with its coordinates rounded. Raises ValidationError with what is wrong and what to do about it."""
    if kind not in CHECKS:
        raise ValidationError(f"`kind` is {kind!r}, but takes one of {', '.join(CHECKS)}.")
    if not isinstance(geometry, dict):
        raise ValidationError(f"`geometry` of a {kind} is an object like {EXAMPLES[kind]}.")
    return CHECKS[kind](kind, geometry, width, height)


def _with_points(kind: str, geometry: dict, width: int, height: int) -> dict:
    raw = _only(kind, geometry, "points")["points"]
    if not isinstance(raw, list) or len(raw) > MOST_POINTS:
        raise ValidationError(f"`points` of a {kind} is a list of [x, y], {MOST_POINTS:,} at most.")
    points = [_point(kind, place, point, width, height) for place, point in enumerate(raw)]
    if kind != "point":
        points = [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]
    if kind == "polygon" and len(points) > 1 and points[0] == points[-1]:
        points.pop()  # many programs close a polygon by its first point
    _enough(kind, points)
    if kind == "polygon" and crosses_itself(points):
        raise ValidationError(
            "This polygon crosses or touches itself: its area would be wrong. Move the vertices apart, draw it as two "
            "polygons, or paint a mask."
        )
    return {"points": points}


def _enough(kind: str, points: list) -> None:
    if len(points) < LEAST[kind] or (kind == "line" and len(points) > 2):
        number = "two" if kind == "line" else ["one or more", "two or more", "three or more"][LEAST[kind] - 1]
        raise ValidationError(f"A {kind} takes {number} different points, not {len(points)}.")


def _point(kind: str, place: int, point: object, width: int, height: int) -> list[float]:
    match point:
        case [int() | float() as x, int() | float() as y] if _is_number(x) and _is_number(y):
            return _inside(f"points[{place}]", x, y, width, height)
    raise ValidationError(f"`points[{place}]` of the {kind} is no point: it takes two numbers, [x, y].")


def _box(kind: str, geometry: dict, width: int, height: int) -> dict:
    g = _numbers(kind, geometry, "x", "y", "width", "height")
    if g["width"] <= 0 or g["height"] <= 0:
        raise ValidationError("A box needs a width and a height above 0 pixels.")
    _inside("the upper left corner", g["x"], g["y"], width, height)
    _inside("the lower right corner", g["x"] + g["width"], g["y"] + g["height"], width, height)
    return g


def _ellipse(kind: str, geometry: dict, width: int, height: int) -> dict:
    g = _numbers(kind, geometry, "cx", "cy", "rx", "ry", "angle")
    if g["rx"] <= 0 or g["ry"] <= 0:
        raise ValidationError("An ellipse needs half axes above 0 pixels.")
    if max(g["rx"], g["ry"]) > math.hypot(width, height):
        raise ValidationError(f"This ellipse is larger than its image of {width} × {height} pixels.")
    _inside("the middle", g["cx"], g["cy"], width, height)
    return {**g, "angle": g["angle"] % 180}


def _mask(kind: str, geometry: dict, width: int, height: int) -> dict:
    g = _only(kind, geometry, "size", "counts")
    if g["size"] != [height, width]:
        raise ValidationError(
            f"`size` is {g['size']}, but the image's [height, width] is [{height}, {width}]."
        )
    counts = g["counts"]
    if not isinstance(counts, list) or not all(type(n) is int and n >= 0 for n in counts):
        raise ValidationError(
            "`counts` is a list of whole numbers from 0: uncompressed run lengths. pycocotools' compressed text is "
            "decoded by its `mask.decode`."
        )
    if sum(counts) != width * height:
        raise ValidationError(
            f"`counts` add up to {sum(counts):,}, but the image has {width * height:,} pixels."
        )
    if not sum(counts[1::2]):
        raise ValidationError("This mask is empty: paint something, or remove it.")
    return {"size": [height, width], "counts": _joined(counts)}


def _joined(counts: list[int]) -> list[int]:
    """The same runs without empty ones in between, so that one mask is written in one way only."""
    runs = [counts[0]]
    for place, n in enumerate(counts[1:], start=1):
        if n == 0:
            continue
        if place % 2 == (len(runs) - 1) % 2:
            runs[-1] += n
        else:
            runs.append(n)
    return runs


def _only(kind: str, geometry: dict, *names: str) -> dict:
    if set(geometry) != set(names):
        raise ValidationError(f"`geometry` of a {kind} has {' and '.join(names)}, like {EXAMPLES[kind]}.")
    return geometry


def _numbers(kind: str, geometry: dict, *names: str) -> dict:
    for name, value in _only(kind, geometry, *names).items():
        if not _is_number(value):
            raise ValidationError(f"`{name}` of the {kind} is {value!r}, but takes a number.")
    return {name: round(float(geometry[name]), DIGITS) for name in names}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9  # NaN is not


def _inside(what: str, x: float, y: float, width: int, height: int) -> list[float]:
    if not (-0.01 <= x <= width + 0.01 and -0.01 <= y <= height + 0.01):
        raise ValidationError(
            f"{what[0].upper()}{what[1:]}, ({x:g}, {y:g}), lies outside the image of {width} × {height} pixels."
        )
    return [round(min(max(float(x), 0.0), width), DIGITS), round(min(max(float(y), 0.0), height), DIGITS)]


CHECKS: dict[str, Callable[[str, dict, int, int], dict]] = {
    "point": _with_points,
    "line": _with_points,
    "polyline": _with_points,
    "box": _box,
    "ellipse": _ellipse,
    "polygon": _with_points,
    "mask": _mask,
}
EXAMPLES = {
    "point": '{"points": [[10, 20]]}',
    "line": '{"points": [[10, 20], [30, 20]]}',
    "polyline": '{"points": [[10, 20], [30, 20], [40, 25]]}',
    "box": '{"x": 10, "y": 20, "width": 30, "height": 15}',
    "ellipse": '{"cx": 30, "cy": 20, "rx": 12, "ry": 5, "angle": 45}',
    "polygon": '{"points": [[10, 20], [30, 20], [30, 40]]}',
    "mask": '{"size": [height, width], "counts": [120, 5, 35, 6, …]}',
}
