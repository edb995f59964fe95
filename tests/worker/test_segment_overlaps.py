"""A segment is left out where an object lies already, whichever of the two is larger."""

import numpy as np
import pytest

from classifier.contract.segmentation import SegmentedObject
from worker.segmentation.overlaps import overlapping


def block(x: int, y: int, width: int, height: int) -> SegmentedObject:
    return SegmentedObject(x, y, np.ones((height, width), bool))


@pytest.mark.parametrize(
    ("standing", "is_left_out"),
    [
        ([], False),
        ([block(0, 0, 10, 10)], True),  # the same
        ([block(10, 0, 10, 10)], False),  # side by side
        ([block(0, 0, 5, 10)], True),  # it covers all of a smaller one
        ([block(5, 0, 10, 10)], False),  # half of both
        ([block(4, 0, 10, 10)], True),  # a little more than half
        ([block(-10, 0, 13, 10), block(7, 0, 13, 10)], True),  # by two together, 30 % each
        ([block(-10, 0, 12, 10), block(8, 0, 12, 10)], False),  # 20 % each
    ],
)
def test_what_is_covered_by_more_than_half_is_left_out(standing, is_left_out):
    segments = [block(600, 600, 5, 5), block(0, 0, 10, 10)]
    assert overlapping(segments, standing) == ([1] if is_left_out else [])


def test_objects_beside_each_other_in_one_box_do_not_overlap():
    corner = np.triu(np.ones((20, 20), bool), 1)
    assert overlapping([SegmentedObject(500, 500, corner)], [SegmentedObject(500, 500, ~corner)]) == []
