"""Parts objects that touch, where they are narrow: a watershed of the distance to the background."""

import numpy as np
from scipy import ndimage
from skimage.morphology import local_maxima, reconstruction
from skimage.segmentation import watershed

from classifier.contract.segmentation import SegmentationRecipe

EIGHT = np.ones((3, 3), bool)
MOST_ON_THE_WAY = 4_000_000  # pixels of straight ways that are looked at at once


def parts_of(mask: np.ndarray, recipe: SegmentationRecipe) -> np.ndarray:
    """Parts 1, 2, … of a mask, int32 of its shape, 0 outside. An object without a waist is one part.

    Middles are the maxima of the distance that stand `split_depth` above the saddles to higher ones; of two that are
    nearer to each other than `split_distance`, the higher one.
    """
    distance = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    if distance.max() < 1 + recipe.split_depth:  # on no way from pixel to pixel is it below 1
        return mask.astype(np.int32)
    if _has_one_middle(distance, recipe.split_depth):
        return mask.astype(np.int32)
    middles = _middles(distance, recipe)
    if middles.max() < 2:
        return mask.astype(np.int32)
    return _with_torn_off(watershed(-distance, middles, connectivity=EIGHT, mask=mask), mask)


def _has_one_middle(distance: np.ndarray, depth: float) -> bool:
    """Whether from each maximum a straight way leads to the highest on which the distance falls by `depth` at most.

    Then no saddle is deeper, and `_middles` would say the same after a reconstruction, which costs ten times as much.
    """
    rows, columns = np.nonzero(local_maxima(distance, connectivity=2) & (distance > depth))
    heights = distance[rows, columns]
    top = heights.argmax()
    steps = max(int(rows.max() - rows.min()), int(columns.max() - columns.min()), 1)
    if steps * len(rows) > MOST_ON_THE_WAY:
        return False
    along = np.arange(steps + 1) / steps
    way = tuple(
        np.rint(side[:, None] + (side[top] - side[:, None]) * along).astype(np.intp)
        for side in (rows, columns)
    )
    return bool((distance[way].min(axis=1) >= heights - depth).all())


def _with_torn_off(parts: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """What lies across a gap and has no middle of its own belongs to the part that is nearest to it."""
    torn_off, count = ndimage.label(mask & (parts == 0), EIGHT)
    if not count:
        return parts
    distance, nearest = ndimage.distance_transform_edt(parts == 0, return_indices=True)
    places = ndimage.minimum_position(distance, torn_off, np.arange(1, count + 1))
    owners = [0, *(parts[tuple(nearest[:, y, x])] for y, x in places)]
    return np.where(parts > 0, parts, np.array(owners, parts.dtype)[torn_off])


def _middles(distance: np.ndarray, recipe: SegmentationRecipe) -> np.ndarray:
    """Numbered pixels from which the parts grow, int32."""
    levelled = reconstruction(distance - recipe.split_depth, distance, footprint=EIGHT)
    numbers, count = ndimage.label(local_maxima(levelled, connectivity=2) & (levelled > 0), EIGHT)
    every = np.arange(1, count + 1)
    heights = ndimage.maximum(distance, numbers, every)
    places = np.array(ndimage.center_of_mass(distance > 0, numbers, every)).reshape(-1, 2)
    chosen: list[int] = []
    for i in np.argsort(-np.asarray(heights), kind="stable").tolist():
        if all(np.hypot(*(places[i] - places[other])) >= recipe.split_distance for other in chosen):
            chosen.append(i)
    renumbered = np.zeros(count + 1, np.int32)
    renumbered[[i + 1 for i in chosen]] = np.arange(1, len(chosen) + 1)
    return renumbered[numbers]
