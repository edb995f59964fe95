"""Any project: exported as YOLO and imported into another one it is the same, but marks are boxes there."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.marks.exporting import OUTLINES
from tests.exports.test_coco_round_trip import (
    HEIGHT,
    OBJECTS,
    WIDTH,
    everything,
    marks_once,
    there_and_back,
)
from tests.imports.packages import run_import

pytestmark = pytest.mark.django_db


def as_boxes(project: tuple) -> tuple:
    """Of marks YOLO holds the box around each, as far as it lies in the picture; points have none."""
    objects, pictures, drawn = project
    boxes = []
    for name, rank, label, kind, geometry in drawn:
        x, y, width, height = OUTLINES[kind](geometry)["bbox"]
        left, top, right, bottom = max(x, 0), max(y, 0), min(x + width, WIDTH), min(y + height, HEIGHT)
        if right > left and bottom > top:
            box = {"x": left, "y": top, "width": round(right - left, 2), "height": round(bottom - top, 2)}
            boxes.append((name, rank, label, "box", box))
    return objects, pictures, boxes


def in_order(project: tuple) -> tuple:
    objects, pictures, drawn = project
    return objects, pictures, sorted(
        (name, rank, label, *(float(geometry[side]) for side in ("x", "y", "width", "height")))
        for name, rank, label, _, geometry in drawn
    )  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(OBJECTS, min_size=1, max_size=4))
def test_a_project_comes_back_as_far_as_yolo_holds_it(alice, tmp_path, objects):
    source, target, path = there_and_back(alice, tmp_path, objects, "yolo")
    assert in_order(everything(target)) == in_order(marks_once(as_boxes(everything(source))))
    again = run_import(target, path, alice)
    assert (again["objects"], again["images"], again["marks"]) == (0, 0, 0)
