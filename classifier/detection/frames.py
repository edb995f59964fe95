"""Scans with the boxes on them, as arrays on disk: patches of any scan are read without the rest of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifier.contract.errors import ClassifierError
from classifier.detection.boxes import BoxedScan
from classifier.segmentation.unet.reading import open_scan
from classifier.segmentation.unet.scans import unpacked
from classifier.segmentation.unet.windows import PixelArray


@dataclass(frozen=True)
class LearningFrame:
    """A scan that is learnt from or measured on. `boxes` float32 (n, 4) are left, top, right, bottom in its pixels,
    `classes` int64 (n,) from 0 on."""

    name: str
    scan: PixelArray
    boxes: np.ndarray
    classes: np.ndarray
    pixel_um: float | None
    held_out: bool

    @property
    def middles(self) -> np.ndarray:
        """(n, 2) of x, y."""
        return (self.boxes[:, :2] + self.boxes[:, 2:]) / 2


def load_frame(
    entry: BoxedScan, names: Sequence[str], folder: Path, colour: bool, should_stop: Callable[[], bool]
) -> LearningFrame:
    """Unpacks it into `folder`. Raises ClassifierError for files that are damaged or boxes beyond them, Cancelled."""
    pixels = open_scan(entry.scan, colour)
    boxes = boxes_within(entry, pixels.width, pixels.height)
    classes = np.array([names.index(box.label) for box in entry.boxes], np.int64)
    array = PixelArray(unpacked(pixels, folder / "pixels.npy", should_stop), pixels.light)
    return LearningFrame(entry.scan.name, array, boxes, classes, entry.pixel_um, entry.held_out)


def boxes_within(entry: BoxedScan, width: int, height: int) -> np.ndarray:
    """float32 (n, 4), cut to the scan. Raises ClassifierError for one of which less than a pixel lies on it."""
    sides = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in entry.boxes]
    boxes = np.array(sides, np.float32).reshape(-1, 4).clip(0, (width, height, width, height))
    for box, (left, top, right, bottom) in zip(entry.boxes, boxes, strict=True):
        if right - left < 1 or bottom - top < 1:
            raise ClassifierError(
                f"{box.place}: the box at {box.x:g}, {box.y:g} lies beyond {entry.scan.name}, which has {width} × "
                f"{height} pixels. Is it of another scan, or of the same in another size?"
            )
    return boxes.astype(np.float32)
