"""Cutting a mask by a line: no pixel is lost, none is in two parts, and the parts together are what there was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from classifier.contract.segmentation import SegmentedObject
from classifier.segmentation.cutting import cut_mask, pixels_under
from classifier.segmentation.outlining import OutlineRefused, cut_object, union_of, within_ring

SIDES = st.integers(1, 24)
COORDINATE = st.floats(-30, 50, allow_subnormal=False)
LINES = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=6)


@st.composite
def masks(draw) -> np.ndarray:
    mask = draw(arrays(bool, (draw(SIDES), draw(SIDES))))
    mask[draw(st.integers(0, mask.shape[0] - 1)), draw(st.integers(0, mask.shape[1] - 1))] = True
    return mask


@given(masks(), LINES)
def test_the_parts_are_the_mask_and_share_no_pixel(mask, line):
    parts = cut_mask(mask, np.array(line))
    assert (sum(part.astype(int) for part in parts) == mask).all()
    areas = [np.count_nonzero(part) for part in parts]
    assert min(areas) > 0 and areas == sorted(areas, reverse=True)


@given(masks(), LINES, st.integers(0, 500), st.integers(0, 500))
def test_a_merge_of_a_cut_is_what_there_was(mask, line, x, y):
    rows, columns = mask.any(axis=1).nonzero()[0], mask.any(axis=0).nonzero()[0]
    tight = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    whole = SegmentedObject(x, y, tight)
    try:
        parts = cut_object(whole, [(x + left, y + top) for left, top in line])
    except OutlineRefused:
        return
    merged = union_of(parts)
    assert len(parts) > 1 and merged.box == whole.box and (merged.mask == whole.mask).all()


def test_a_line_across_parts_a_square_and_gives_its_pixels_to_the_nearer_side():
    left, right = cut_mask(np.ones((9, 9), bool), np.array([(3.5, -2), (3.5, 12)]))
    assert [np.count_nonzero(left), np.count_nonzero(right)] == [45, 36]
    assert not (left & right).any() and right[:, :3].all()


def test_a_line_that_ends_within_parts_nothing():
    assert len(cut_mask(np.ones((9, 9), bool), np.array([(3.5, -2), (3.5, 5)]))) == 1
    with pytest.raises(OutlineRefused, match="from one side to the other"):
        cut_object(SegmentedObject(5, 5, np.ones((9, 9), bool)), [(0, 0), (30, 0)])


def test_a_line_between_parts_sorts_them_by_its_sides():
    mask = np.zeros((10, 30), bool)
    mask[2:5, 2:6] = mask[6:9, 3:7] = mask[2:8, 20:26] = True
    first, second = cut_mask(mask, np.array([(12, -3), (14, 14)]))
    assert first[2:8, 20:26].all() and np.count_nonzero(first) == 36
    assert second[:, :8].sum() == 24


def test_what_the_line_leaves_whole_stays_with_the_nearest():
    mask = np.zeros((10, 40), bool)
    mask[2:8, 2:22] = mask[4:6, 25:28] = True
    parts = cut_mask(mask, np.array([(10, 0), (10, 10)]))
    assert len(parts) == 2
    assert parts[0][4:6, 25:28].all()


def test_a_diagonal_line_has_no_gap_at_corners():
    under = pixels_under(np.array([(0, 0), (8, 8)]), (8, 8))
    assert all(under[n, n + 1] or under[n + 1, n] for n in range(7))


def test_a_ring_is_the_pixels_within_and_ends_where_the_scan_does():
    square = within_ring([(2, 3), (6, 3), (6, 5), (2, 5)], 100, 100)
    assert square.box == (2, 3, 4, 2) and square.mask.all()
    assert within_ring([(-5, -5), (3, -5), (3, 3), (-5, 3)], 100, 100).box == (0, 0, 3, 3)


@pytest.mark.parametrize(
    "ring", [[(200, 0), (210, 0), (210, 9)], [(1, 1), (9, 9), (5, 5)], [(1.6, 1.6), (1.9, 1.6), (1.9, 1.9)]]
)
def test_a_ring_without_area_is_refused(ring):
    with pytest.raises(OutlineRefused, match="No pixel"):
        within_ring(ring, 100, 100)
