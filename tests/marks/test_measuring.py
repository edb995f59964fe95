"""Measures against shapes whose measures are known, and against each other when a shape is moved, turned, enlarged."""

import math

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as some

from annotations.marks.geometry import checked
from annotations.marks.measuring import (
    Measures,
    crosses_itself,
    decoded,
    direction,
    ellipse_perimeter,
    encoded,
    length,
    measure,
    perimeter,
    polygon_area,
)

within = some.floats(0, 200, allow_nan=False, allow_subnormal=False).map(lambda x: round(x, 2))
points = some.lists(some.tuples(within, within), min_size=2, max_size=12, unique=True)
angles = some.floats(0, 2 * math.pi, allow_subnormal=False)
factors = some.floats(0.1, 10, allow_subnormal=False)
masks = some.integers(0, 2**24 - 1).map(
    lambda n: np.array([n >> i & 1 for i in range(24)], bool).reshape(4, 6)
)


@some.composite
def stars(draw) -> np.ndarray:
    """Polygons that don't cross themselves: seen from the middle, one corner after the other."""
    around = sorted(draw(some.lists(some.integers(0, 359), min_size=3, max_size=12, unique=True)))
    gaps = np.diff([*around, around[0] + 360])
    assume(gaps.max() < 170)
    far = draw(
        some.lists(some.floats(5, 50, allow_subnormal=False), min_size=len(around), max_size=len(around))
    )
    t = np.radians(around)
    return np.stack([np.array(far) * np.cos(t), np.array(far) * np.sin(t)], 1)


def turned(shape: np.ndarray, angle: float) -> np.ndarray:
    return shape @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def test_known_shapes():
    assert measure("line", {"points": [[10, 10], [13, 14]]}) == Measures(
        length=5, angle=pytest.approx(math.degrees(math.atan2(-4, 3)) % 180)
    )
    assert measure("polyline", {"points": [[0, 0], [3, 4], [3, 10]]}).length == 11
    assert measure("point", {"points": [[1, 1], [2, 2], [3, 1]]}) == Measures(count=3)
    box = measure("box", {"x": 2, "y": 3, "width": 4, "height": 5})
    assert (box.area, box.perimeter, box.esd) == (20, 18, pytest.approx(2 * math.sqrt(20 / math.pi)))
    triangle = measure("polygon", {"points": [[0, 0], [3, 0], [0, 4]]})
    assert (triangle.area, triangle.perimeter) == (6, 12)
    mask = measure("mask", encoded(np.ones((3, 4), bool)))
    assert (mask.area, mask.perimeter) == (12, pytest.approx(14 * math.pi / 4))


def test_a_circle_is_as_large_as_its_diameter_says():
    circle = measure("ellipse", {"cx": 50, "cy": 50, "rx": 10, "ry": 10, "angle": 0})
    assert circle.area == pytest.approx(100 * math.pi)
    assert circle.perimeter == pytest.approx(20 * math.pi)
    assert (circle.length, circle.esd) == (20, pytest.approx(20))


@given(
    rx=some.floats(1, 100, allow_subnormal=False),
    ry=some.floats(1, 100, allow_subnormal=False),
    angle=some.floats(0, 180, exclude_max=True, allow_subnormal=False),
)
def test_an_ellipse_measures_what_its_outline_does(rx, ry, angle):
    t = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    outline = turned(np.stack([rx * np.cos(t), ry * np.sin(t)], 1), math.radians(-angle))
    result = measure("ellipse", {"cx": 0, "cy": 0, "rx": rx, "ry": ry, "angle": angle})
    assert result.area == pytest.approx(polygon_area(outline), rel=1e-5)
    assert result.perimeter == pytest.approx(perimeter(outline), rel=5e-4)
    if max(rx, ry) > 1.2 * min(rx, ry):
        far = outline[np.argmax((outline**2).sum(1))]
        apart = abs(result.angle - direction([[0, 0], far]))
        assert min(apart, 180 - apart) < 0.2


def test_angles_are_counter_clockwise_as_one_sees_them():
    assert direction([[0, 10], [10, 0]]) == pytest.approx(45)
    assert direction([[0, 0], [10, 10]]) == pytest.approx(135)
    assert direction([[5, 0], [0, 0]]) == 0
    assert measure("ellipse", {"cx": 9, "cy": 9, "rx": 2, "ry": 5, "angle": 10}).angle == 100


@given(line=points, angle=angles, factor=factors, shift=some.tuples(within, within))
def test_a_line_is_as_long_wherever_it_lies(line, angle, factor, shift):
    there = turned(np.array(line), angle) * factor + shift
    assert length(there) == pytest.approx(length(line) * factor, rel=1e-9)


@given(
    polygon=stars(),
    angle=angles,
    factor=factors,
    shift=some.tuples(within, within),
    start=some.integers(0, 11),
)
def test_a_polygon_is_as_large_wherever_it_lies(polygon, angle, factor, shift, start):
    there = np.roll(turned(polygon, angle) * factor + shift, start, axis=0)[::-1]
    assert polygon_area(there) == pytest.approx(polygon_area(polygon) * factor**2, rel=1e-9)
    assert perimeter(there) == pytest.approx(perimeter(polygon) * factor, rel=1e-9)


@given(polygon=stars())
def test_a_polygon_is_as_large_as_its_triangles(polygon):
    apart = [polygon_area([[0, 0], a, b]) for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True)]
    assert polygon_area(polygon) == pytest.approx(sum(apart), rel=1e-9)


@given(polygon=stars())
def test_no_honest_polygon_is_refused(polygon):
    shape = np.round(polygon, 2)
    assert not crosses_itself(shape)


@given(polygon=stars(), data=some.data())
def test_two_corners_that_change_places_are_refused(polygon, data):
    i = data.draw(some.integers(0, len(polygon) - 1))
    twisted = polygon.copy()
    j = (i + 1) % len(polygon)
    twisted[[i, j]] = twisted[[j, i]]
    before, after = polygon[i - 1], polygon[(i + 2) % len(polygon)]
    assert crosses_itself(twisted) or not _cross(before, polygon[j], polygon[i], after)


def _cross(a, b, c, d) -> bool:
    """By solving for the point that both lines have, as an independent judge."""
    sides = np.stack([b - a, c - d], 1)
    if abs(np.linalg.det(sides)) < 1e-6:
        return False
    along, across = np.linalg.solve(sides, c - a)
    return 1e-6 < along < 1 - 1e-6 and 1e-6 < across < 1 - 1e-6


@pytest.mark.parametrize(
    "corners",
    [
        [[0, 0], [10, 10], [10, 0], [0, 10]],  # a bow tie
        [[0, 0], [10, 0], [5, 0], [5, 5]],  # runs back over a side
        [[0, 0], [10, 0], [10, 10], [5, 0], [0, 10]],  # a corner on a side
        [[0, 0], [10, 0], [5, 5], [10, 10], [0, 10], [5, 5]],  # two corners in one place
    ],
)
def test_self_crossing_polygons_are_refused_with_the_remedy(corners):
    with pytest.raises(ValidationError, match=r"crosses or touches itself.*Move the vertices apart"):
        checked("polygon", {"points": corners}, 20, 20)


@given(mask=masks)
def test_a_mask_comes_back_from_its_runs(mask):
    runs = encoded(mask)
    assert (decoded(runs) == mask).all()
    assert sum(runs["counts"][1::2]) == mask.sum()
    if mask.any():
        assert checked("mask", runs, 6, 4) == runs


@given(mask=masks)
def test_a_mask_is_as_large_wherever_it_lies(mask):
    assume(mask.any())
    here = measure("mask", encoded(mask))
    for there in (np.rot90(mask), mask[::-1], np.pad(mask, ((3, 1), (0, 5)))):
        assert measure("mask", encoded(there)) == here
    larger = measure("mask", encoded(np.kron(mask, np.ones((3, 3), bool))))
    assert larger.area == here.area * 9
    assert larger.perimeter == pytest.approx(here.perimeter * 3)


def test_coco_counts_columns_first_beginning_outside():
    mask = np.array([[0, 1], [0, 1], [1, 1]], bool)
    assert encoded(mask) == {"size": [3, 2], "counts": [2, 4]}
    assert encoded(~mask) == {"size": [3, 2], "counts": [0, 2, 4]}


def test_a_painted_disc_measures_like_the_ellipse_around_it():
    y, x = np.indices((201, 201)) + 0.5
    disc = measure("mask", encoded((x - 100) ** 2 + (y - 100) ** 2 <= 80**2))
    assert disc.area == pytest.approx(math.pi * 80**2, rel=0.002)
    assert disc.perimeter == pytest.approx(ellipse_perimeter(80, 80), rel=0.02)


@given(
    value=some.recursive(some.none() | some.floats(allow_subnormal=False) | some.text(max_size=3), some.lists)
)
def test_whatever_is_no_figure_is_refused_in_words(value):
    for kind in ("point", "polygon", "mask", "box"):
        for geometry in (value, {"points": value}, {"size": [4, 6], "counts": value}):
            try:
                checked(kind, geometry, 6, 4)
            except ValidationError as error:
                assert error.messages[0].endswith((".", "…]}."))


@pytest.mark.parametrize(
    ("kind", "geometry", "sentence"),
    [
        ("circle", {}, "`kind` is 'circle', but takes one of point, line"),
        ("line", {"points": [[1, 1], [1, 1]]}, "two different points"),
        ("line", {"points": [[1, 1], [2, 2], [3, 3]]}, "two different points"),
        ("polyline", {"points": [[1, 1], [7, 2]]}, r"Points\[1\], \(7, 2\), lies outside the image of 6 × 4"),
        ("polygon", {"points": [[1, 1], [2, 2], [1, 1]]}, "three or more"),
        ("point", {"points": [[True, 1]]}, "is no point"),
        ("point", {"points": [[float("nan"), 1]]}, "is no point"),
        ("box", {"x": 1, "y": 1, "width": 0, "height": 2}, "above 0 pixels"),
        ("box", {"x": 1, "y": 1, "width": 2}, "has x and y and width and height, like"),
        ("ellipse", {"cx": 3, "cy": 2, "rx": 99, "ry": 1, "angle": 0}, "larger than its image"),
        ("mask", {"size": [6, 4], "counts": [0, 24]}, r"\[height, width\] is \[4, 6\]"),
        ("mask", {"size": [4, 6], "counts": [0, 23]}, "add up to 23, but the image has 24"),
        ("mask", {"size": [4, 6], "counts": [24]}, "empty"),
        ("mask", {"size": [4, 6], "counts": "0124"}, "uncompressed run lengths"),
    ],
)
def test_what_is_wrong_is_said_with_the_remedy(kind, geometry, sentence):
    with pytest.raises(ValidationError, match=sentence):
        checked(kind, geometry, 6, 4)


def test_one_figure_is_written_in_one_way():
    closed = {"points": [[1, 1], [3, 1], [3, 1], [3, 3], [1, 1]]}
    assert checked("polygon", closed, 6, 4) == {"points": [[1, 1], [3, 1], [3, 3]]}
    assert checked("mask", {"size": [4, 6], "counts": [3, 2, 0, 4, 15, 0]}, 6, 4)["counts"] == [3, 6, 15]
    assert checked("point", {"points": [[1.23456, 4.005]]}, 6, 4) == {"points": [[1.23, 4.0]]}
