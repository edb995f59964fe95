"""Scans and what people drew on them, as arrays on disk: patches of any scan are read without the rest of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.unet import BACKGROUND, OF_NOTHING, ORGANISM
from classifier.segmentation.unet.loss import UNLABELLED
from classifier.segmentation.unet.manifest import MOST_CLASSES, ScanEntry
from classifier.segmentation.unet.masks import coco_names, draw_coco, values_of
from classifier.segmentation.unet.reading import Pixels, open_scan, open_values, strips


@dataclass(frozen=True)
class LearningScan:
    """A scan that is learnt from or measured on. `ids` tells organisms apart; None where a mask only has classes."""

    name: str
    pixels: np.ndarray  # uint8 (H, W, channels)
    classes: np.ndarray  # uint8 (H, W): 0 background, then the classes; UNLABELLED
    ids: np.ndarray | None  # int32 (H, W)
    light: np.ndarray  # float32 (channels,): the median, which is the background's
    counts: np.ndarray  # pixels of each class
    pixel_um: float | None
    held_out: bool

    @property
    def height(self) -> int:
        return int(self.classes.shape[0])

    @property
    def width(self) -> int:
        return int(self.classes.shape[1])


def class_names(entries: Sequence[ScanEntry]) -> list[str]:
    """Of all scans, sorted; the background is not among them. Raises ClassifierError for too many."""
    names = {name for entry in entries for name in _names(entry).values() if name.lower() not in OF_NOTHING}
    named = sorted(name for name in names if name.lower() not in BACKGROUND) or [ORGANISM]
    if len(named) > MOST_CLASSES:
        raise ClassifierError(
            f"The masks have {len(named)} classes, {MOST_CLASSES} are the most. Is one a label image? Its `kind` is "
            "labels."
        )
    return named


def _names(entry: ScanEntry) -> Mapping[int, str]:
    """What the values of its mask are called."""
    if entry.names:
        return entry.names
    if entry.kind == "coco":
        return coco_names(entry.mask)
    if entry.kind == "semantic":
        return {value: str(value) for value in values_of(entry.mask) if value}
    return {1: ORGANISM}


def load_scan(
    entry: ScanEntry, names: Sequence[str], folder: Path, colour: bool, should_stop: Callable[[], bool]
) -> LearningScan:
    """Unpacks it into `folder`. Raises ClassifierError for files that are damaged or don't fit, Cancelled."""
    scan = open_scan(entry.scan, colour)
    shape = (scan.height, scan.width)
    pixels = unpacked(scan, folder / "pixels.npy", should_stop)
    classes = _on_disk(folder / "classes.npy", shape, np.uint8)
    ids = None if entry.kind == "semantic" else _on_disk(folder / "ids.npy", shape, np.int32)
    if entry.kind == "coco" and ids is not None:
        draw_coco(entry.mask, entry.scan.name, classes, ids, {name: n for n, name in enumerate(names, 1)})
    else:
        _copy_mask(entry, names, classes, ids)
    counts = sum(np.bincount(classes[top:bottom].ravel(), minlength=256) for top, bottom in strips(*shape))
    return LearningScan(
        entry.scan.name, pixels, classes, ids, scan.light, np.asarray(counts)[: len(names) + 1],
        entry.pixel_um, entry.held_out,
    )  # fmt: skip


def _copy_mask(entry: ScanEntry, names: Sequence[str], classes: np.ndarray, ids: np.ndarray | None) -> None:
    mask = open_values(entry.mask)
    if (mask.height, mask.width) != classes.shape:
        raise ClassifierError(
            f"{entry.mask.name} has {mask.width} × {mask.height} pixels, its scan {classes.shape[1]} × "
            f"{classes.shape[0]}. Take the mask of that scan, of the same size."
        )
    numbers = _numbers(entry, names)
    for top, bottom in strips(*classes.shape):
        values = mask.read(0, top, mask.width, bottom - top)
        if ids is None or entry.names:
            classes[top:bottom] = _numbered(values, numbers, entry)
        else:
            classes[top:bottom] = np.where(values > 0, numbers[1], 0)
        if ids is not None:
            ids[top:bottom] = values


def _numbers(entry: ScanEntry, names: Sequence[str]) -> dict[int, int]:
    """The class of each value of the mask."""
    numbers = {name: number for number, name in enumerate(names, 1)}

    def number_of(name: str) -> int:
        return UNLABELLED if name.lower() in OF_NOTHING else numbers.get(name, 0)

    return {value: number_of(name) for value, name in _names(entry).items()}


def _numbered(values: np.ndarray, numbers: Mapping[int, int], entry: ScanEntry) -> np.ndarray:
    present, where = np.unique(values, return_inverse=True)
    unnamed = [value for value in present.tolist() if value and value not in numbers]
    if unnamed:
        raise ClassifierError(
            f"{entry.mask.name} has a value {unnamed[0]} that its classes do not name. Add it, as `unlabelled` if it "
            "is nothing."
        )
    table = np.array([numbers.get(value, 0) for value in present.tolist()], np.uint8)
    return table[where].reshape(values.shape)


def unpacked(scan: Pixels, path: Path, should_stop: Callable[[], bool]) -> np.ndarray:
    """Its pixels on disk, uint8 (height, width, channels). Raises ClassifierError for a damaged file, Cancelled."""
    pixels = _on_disk(path, (scan.height, scan.width, scan.channels), np.uint8)
    for top, bottom in strips(scan.height, scan.width):
        if should_stop():
            raise Cancelled
        pixels[top:bottom] = scan.read(0, top, scan.width, bottom - top)
    return pixels


def _on_disk(path: Path, shape: tuple[int, ...], kind: Any) -> np.ndarray:
    path.parent.mkdir(parents=True, exist_ok=True)
    return np.lib.format.open_memmap(path, "w+", kind, shape)
