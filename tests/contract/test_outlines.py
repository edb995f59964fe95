import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco_masks

from classifier.contract.outlines import (
    OutlineError,
    boxed_mask_of_runs,
    compressed,
    mask_of_rings,
    mask_of_runs,
    polygons_of,
    rings_of,
    run_lengths,
    signed_area,
)

masks = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(lambda shape: arrays(bool, shape))


@settings(max_examples=80, deadline=None)
@given(masks)
def test_a_mask_comes_back_from_its_run_lengths(mask):
    runs = run_lengths(mask)
    assert (mask_of_runs(runs) == mask).all()
    assert (mask_of_runs(compressed(runs)) == mask).all()
    coco = coco_masks.encode(np.asfortranarray(mask.astype(np.uint8)))
    assert compressed(runs)["counts"] == coco["counts"].decode()


@settings(max_examples=80, deadline=None)
@given(masks)
def test_a_mask_comes_back_from_its_rings(mask):
    rings = rings_of(mask)
    assert (mask_of_rings(rings, *mask.shape) == mask).all()
    assert sum(map(signed_area, rings)) == mask.sum()


def test_a_polygon_follows_the_edges_of_pixels_and_fills_holes():
    ring = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], bool)
    assert len(rings_of(ring)) == 2
    (polygon,) = polygons_of(ring, x=10, y=20)
    corners = {tuple(point) for point in np.reshape(polygon, (-1, 2))}
    assert corners == {(10, 20), (13, 20), (13, 23), (10, 23)}


def test_parts_that_touch_at_a_corner_are_two_polygons():
    assert len(polygons_of(np.eye(2, dtype=bool))) == 2


@pytest.mark.parametrize(
    "runs",
    [
        {"size": [2, 2], "counts": [1, 2]},
        {"size": [2, 2], "counts": [5, -1]},
        {"size": [2, 0], "counts": []},
        {"size": [2, 2], "counts": "~~"},
        {"counts": [4]},
    ],
)
def test_run_lengths_that_fit_no_mask_are_refused(runs):
    with pytest.raises(OutlineError):
        mask_of_runs(runs)


@settings(max_examples=80, deadline=None)
@given(masks)
def test_a_mask_within_its_box(mask):
    x, y, own = boxed_mask_of_runs(compressed(run_lengths(mask)))
    whole = np.zeros_like(mask)
    whole[y : y + own.shape[0], x : x + own.shape[1]] = own
    assert (whole == mask).all()
    assert not mask.any() or (own.any(axis=0)[[0, -1]].all() and own.any(axis=1)[[0, -1]].all())


def test_a_small_mask_of_a_large_scan_takes_little_memory():
    side = 20_000
    tracemalloc.start()
    try:
        box = boxed_mask_of_runs({"size": [side, side], "counts": [5 * side + 3, 2, side**2 - 5 * side - 5]})
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (*box[:2], box[2].tolist()) == (5, 3, [[True], [True]])
    assert most < side**2 / 100
