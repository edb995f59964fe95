"""What a network, or a recipe, makes of held-out scans, against what people drew there."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from scipy import ndimage

from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.segmentation.unet.apply import seen_objects, seen_scan
from classifier.segmentation.unet.components import parts_of
from classifier.segmentation.unet.evaluation import (
    ScanObjects,
    object_figures,
    pixel_confusion,
    pixel_figures,
)
from classifier.segmentation.unet.loss import UNLABELLED
from classifier.segmentation.unet.network import Unet
from classifier.segmentation.unet.network_input import SeenScan
from classifier.segmentation.unet.reading import strips
from classifier.segmentation.unet.scans import LearningScan
from classifier.segmentation.unet.windows import PixelArray

LEAST_AREA = 20  # pixels: smaller specks are neither expected nor proposed
MEASURED = SegmentationRecipe(least_area_px=LEAST_AREA, keep_border=True)


def measure_network(
    network: Unet,
    scans: Sequence[LearningScan],
    names: Sequence[str],
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any] | None:
    """Figures of pixels and objects of the held-out scans; None where none is. Raises Cancelled."""
    held_out = [scan for scan in scans if scan.held_out]
    matrix, objects = np.zeros((len(names) + 1,) * 2, np.int64), []
    for scan in held_out:
        with seen_scan(network, PixelArray(scan.pixels, scan.light), should_stop=should_stop) as seen:
            matrix += pixel_confusion(_both(scan, seen), len(names) + 1)
            proposed = [(one.segment, one.taxon) for one in seen_objects(seen, MEASURED)]
        objects.append(ScanObjects(scan.width, scan.height, drawn_segments(scan), proposed))
    if not held_out:
        return None
    return {
        "scans": [scan.name for scan in held_out],
        "pixels": pixel_figures(matrix, names),
        "objects": object_figures(objects, names),
    }


def measure_segments(scan: LearningScan, segments: Sequence[SegmentedObject]) -> dict[str, Any]:
    """The same of segments that a recipe made of one scan: organisms against the background, without classes."""
    painted = np.zeros((scan.height, scan.width), np.uint8)
    for segment in segments:
        box = np.s_[segment.y : segment.y + segment.height, segment.x : segment.x + segment.width]
        painted[box][segment.mask] = 1
    pairs = (
        (_as_one(scan.classes[top:bottom]), painted[top:bottom])
        for top, bottom in strips(scan.height, scan.width)
    )
    proposed = [(segment, 1) for segment in segments if segment.area >= LEAST_AREA]
    objects = ScanObjects(scan.width, scan.height, drawn_segments(scan), proposed)
    return {
        "scans": [scan.name],
        "pixels": pixel_figures(pixel_confusion(pairs, 2), []),
        "objects": object_figures([objects]),
    }


def _both(scan: LearningScan, seen: SeenScan) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for top, bottom in strips(scan.height, scan.width):
        yield scan.classes[top:bottom], seen.classes(top, bottom)


def _as_one(classes: np.ndarray) -> np.ndarray:
    return np.where(classes == UNLABELLED, UNLABELLED, classes > 0).astype(np.uint8)


def drawn_segments(scan: LearningScan) -> list[tuple[SegmentedObject, int]]:
    """What people drew, with classes from 1 on; of a mask that only has classes each connected part."""
    created = _by_ids(scan) if scan.ids is not None else _by_classes(scan)
    return [(segment, taxon) for segment, taxon in created if segment.area >= LEAST_AREA]


def _by_ids(scan: LearningScan) -> Iterator[tuple[SegmentedObject, int]]:
    assert scan.ids is not None
    for number, box in enumerate(ndimage.find_objects(scan.ids), 1):
        if box is not None:
            mask = (scan.ids[box] == number) & (scan.classes[box] != UNLABELLED)
            taxa = np.bincount(scan.classes[box][mask], minlength=2)
            if taxa[1:].any():
                yield SegmentedObject(box[1].start, box[0].start, mask), int(taxa[1:].argmax()) + 1


def _by_classes(scan: LearningScan) -> Iterator[tuple[SegmentedObject, int]]:
    for number in range(1, len(scan.counts)):
        if scan.counts[number]:
            yield from _parts_of_class(scan, number)


def _parts_of_class(scan: LearningScan, number: int) -> Iterator[tuple[SegmentedObject, int]]:
    for part in parts_of(lambda top, bottom: scan.classes[top:bottom] == number, scan.height, scan.width):
        mask = part.mask(scan.classes[part.rows, part.columns] == number)
        yield SegmentedObject(part.x, part.y, mask), number
