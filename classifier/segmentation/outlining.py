"""What a person draws on a scan becomes pixels: rings, unions, and parts of objects."""

from collections.abc import Sequence

import numpy as np

from classifier.contract.errors import ClassifierError
from classifier.contract.outlines import mask_of_rings
from classifier.contract.segmentation import MOST_AREA_PX, SegmentedObject
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.cutting import cut_mask
from classifier.segmentation.objects import without_holes
from classifier.segmentation.source import Scan

TOO_LARGE = (
    f"This is more than {MOST_AREA_PX // 1_000_000} megapixels of the scan: correct it by smaller parts."
)


class OutlineRefused(ClassifierError):
    """The sentence says why this can't be an outline."""


def cropped(mask: np.ndarray, x: int, y: int) -> SegmentedObject:
    """Of a mask, bool (height, width), whose upper left pixel is (x, y) of the scan. Raises OutlineRefused."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        raise OutlineRefused("No pixel of the scan lies within this line: draw it around the object.")
    top, left = int(rows[0]), int(columns[0])
    return SegmentedObject(x + left, y + top, mask[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1])


def within_ring(ring: Sequence[Sequence[float]], width: int, height: int) -> SegmentedObject:
    """The pixels whose middle lies within a closed line, as far as a scan of that size goes. Raises OutlineRefused."""
    points = np.array(ring, float)
    left, top = np.clip(np.floor(points.min(axis=0)).astype(int), 0, (width, height))
    right, bottom = np.clip(np.ceil(points.max(axis=0)).astype(int), 0, (width, height))
    _refuse_large(right - left, bottom - top)
    mask = mask_of_rings([points - (left, top)], bottom - top, right - left)
    return cropped(mask, int(left), int(top))


def union_of(objects: Sequence[SegmentedObject]) -> SegmentedObject:
    """All their pixels. Raises OutlineRefused."""
    left, top = min(one.x for one in objects), min(one.y for one in objects)
    right, bottom = max(one.x + one.width for one in objects), max(one.y + one.height for one in objects)
    _refuse_large(right - left, bottom - top)
    mask = np.zeros((bottom - top, right - left), bool)
    for one in objects:
        mask[one.y - top :, one.x - left :][: one.height, : one.width] |= one.mask
    return SegmentedObject(left, top, mask)


def cut_object(one: SegmentedObject, line: Sequence[Sequence[float]]) -> list[SegmentedObject]:
    """Its parts to the sides of a line in pixels of the scan, the largest first. Raises OutlineRefused."""
    masks = cut_mask(one.mask, np.array(line, float) - (one.x, one.y))
    if len(masks) < 2:
        raise OutlineRefused("The line does not part the object: draw it from one side to the other.")
    return [cropped(mask, one.x, one.y) for mask in masks]


def with_body(one: SegmentedObject, scan: Scan, contrast: ScanContrast) -> SegmentedObject:
    """The same with its holes, by the threshold of the recipe: what is background, and does not meet the outline."""
    values = contrast.of(scan.region(*one.box), one.x, one.y)
    dense = one.mask & (values >= np.float32(contrast.level * contrast.recipe.hysteresis))
    body = one.mask & ~(without_holes(dense) & ~dense)
    return SegmentedObject(one.x, one.y, one.mask, None if (body == one.mask).all() else body)


def _refuse_large(width: int, height: int) -> None:
    if int(width) * int(height) > MOST_AREA_PX:
        raise OutlineRefused(TOO_LARGE)
