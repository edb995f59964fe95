"""A recipe's threshold and a U-Net on the same held-out scans, against what people drew there."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from classifier.contract.errors import ClassifierError
from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.segmentation.contrast import estimate_contrast
from classifier.segmentation.joining import join
from classifier.segmentation.source import Scan
from classifier.segmentation.tiles import segment_tile, tiles_of
from classifier.segmentation.unet.folder import Segmenter
from classifier.segmentation.unet.manifest import ScanEntry, read_scans
from classifier.segmentation.unet.measuring import LEAST_AREA, measure_network, measure_segments
from classifier.segmentation.unet.scans import class_names, load_scan


@dataclass(frozen=True)
class ComparedScan:
    """What one of them makes of one scan: figures as measuring.py has them, seconds and megapixels a second."""

    scan: str
    method: str
    figures: dict[str, Any]
    seconds: float
    speed: float


def compare(manifest: Path, segmenter: Segmenter, recipe: SegmentationRecipe) -> Iterator[ComparedScan]:
    """Of each held-out scan the threshold first. Raises ClassifierError where none is held out.

    What people drew, the threshold and the network are held to the same bounds: those of measuring.py for size and
    border, not the recipe's, which would count what people drew at the border against the threshold alone.
    """
    recipe = _within_bounds(recipe)
    entries = read_scans(manifest)
    names = class_names(entries)
    if len(names) != len(segmenter.classes):
        raise ClassifierError(
            f"The masks have {len(names)} classes, the network {len(segmenter.classes)}. Take those it learnt from."
        )
    held_out = [entry for entry in entries if entry.held_out]
    if not held_out:
        raise ClassifierError("No scan is held out. Write `yes` in `held_out` of at least one.")
    for entry in held_out:
        yield from _of_scan(entry, names, segmenter, recipe)


def _of_scan(
    entry: ScanEntry, names: list[str], segmenter: Segmenter, recipe: SegmentationRecipe
) -> Iterator[ComparedScan]:
    segmenter.require_size(entry.pixel_um)
    with tempfile.TemporaryDirectory(prefix="seston-unet-") as scratch:
        scan = load_scan(entry, names, Path(scratch), segmenter.colour, lambda: False)
        megapixels, started = scan.width * scan.height / 1e6, time.monotonic()
        objects = threshold_objects(entry, recipe)
        seconds = time.monotonic() - started
        figures = measure_segments(scan, objects)
        yield ComparedScan(scan.name, "threshold", figures, seconds, megapixels / seconds)
        started = time.monotonic()
        measured = measure_network(segmenter.network, [scan], names)
        assert measured is not None
        seconds = time.monotonic() - started
        yield ComparedScan(scan.name, "U-Net", measured, seconds, megapixels / seconds)


def threshold_figures(
    manifest: Path, recipe: SegmentationRecipe, should_stop: Callable[[], bool] = lambda: False
) -> dict[str, Any] | None:
    """Figures of what a recipe makes of the first held-out scan, as measuring.py has them; None where none is.

    Raises ClassifierError, Cancelled.
    """
    entries = read_scans(manifest)
    entry = next((entry for entry in entries if entry.held_out), None)
    if entry is None:
        return None
    with tempfile.TemporaryDirectory(prefix="seston-unet-") as scratch:
        scan = load_scan(entry, class_names(entries), Path(scratch), False, should_stop)
        return measure_segments(scan, threshold_objects(entry, _within_bounds(recipe)))


def _within_bounds(recipe: SegmentationRecipe) -> SegmentationRecipe:
    return replace(recipe, keep_border=True, least_area_px=LEAST_AREA, least_esd_um=0.0)


def threshold_objects(entry: ScanEntry, recipe: SegmentationRecipe) -> list[SegmentedObject]:
    """What `segment` makes of the scan by the recipe."""
    with Scan(entry.scan, recipe.channel) as scan:
        contrast = estimate_contrast(scan, recipe, None, entry.pixel_um)
        tiles = (segment_tile(scan, contrast, tile) for tile in tiles_of(scan.width, scan.height))
        return list(join(tiles, contrast))
