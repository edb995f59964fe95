"""Detectors as segmenters of the site: they learn from boxes of objects, and find boxes."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from classifier.contract.detection import DetectorRequest
from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.detection.apply import (
    Detections,
    detected,
    detected_in_tile,
    detections_of_tiles,
    tile_side,
)
from classifier.detection.boxes import COLUMNS, SIDES
from classifier.detection.evaluation import as_object
from classifier.detection.folder import LoadedDetector, detector_card, load_detector
from classifier.detection.run import train_detector
from classifier.inference.network_folder import FILES
from classifier.segmentation.unet.manifest import ScanEntry, read_scans
from classifier.segmentation.unet.reading import open_scan
from classifier.segmentation.unet.windows import PixelArray, ReadByBoxes, tile_places
from worker.segmenters.learners import OnProgress, ScanBox, ShouldStop

BOXES = "boxes.csv"


class DetectorLearner:
    files = FILES

    def learn(
        self,
        manifest: Path,
        folder: Path,
        settings: Mapping[str, Any],
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> dict[str, Any]:
        request = DetectorRequest(str(write_boxes(manifest)), str(folder), **settings)
        return train_detector(request, on_progress, should_stop).metrics

    def readme(self, config: dict, metrics: dict) -> str:
        return detector_card(config, metrics)

    def load(self, folder: Path) -> "SiteDetector":
        return SiteDetector(load_detector(folder))


@dataclass(frozen=True)
class SiteDetector:
    detector: LoadedDetector

    def look_at(self, path: Path, pixel_um: float | None) -> "DetectorLook":
        self.detector.require_size(pixel_um)
        return DetectorLook(self.detector, open_scan(path, self.detector.colour))

    def on_crop(self, path: Path, box: ScanBox) -> list[SegmentedObject]:
        scan, detector = open_scan(path, self.detector.colour), self.detector
        crop = PixelArray(scan.read(*box), scan.light)
        proposed = detected(detector.network, crop, least_score=detector.score)
        moved = proposed.boxes + np.array([box[0], box[1]] * 2, np.float32)
        return [as_object(one) for one in moved]


class DetectorLook:
    """A detector's look at a scan."""

    def __init__(self, detector: LoadedDetector, scan: ReadByBoxes):
        self.detector, self.scan = detector, scan
        self.side = tile_side(detector.network)
        self.places = list(tile_places(scan.height, scan.width, self.side))

    @property
    def tiles(self) -> int:
        return len(self.places)

    def tile(self, place: int) -> bytes:
        network, score, out = self.detector.network, self.detector.score, BytesIO()
        detections = detected_in_tile(network, self.scan, *self.places[place], self.side, score)
        np.savez(out, **detections._asdict())
        return out.getvalue()

    def objects(
        self, tiles: Iterable[bytes], recipe: SegmentationRecipe, pixel_um: float | None
    ) -> Iterator[tuple[SegmentedObject, str, float]]:
        """Of the recipe the border and the least area count: no organism of it fits into a smaller box."""
        least = recipe.least_area(pixel_um)
        proposed = detections_of_tiles(list(map(_detections, tiles)))
        for place in np.lexsort((proposed.boxes[:, 0], proposed.boxes[:, 1])):
            one = as_object(proposed.boxes[place])
            if one.area >= least and (recipe.keep_border or _is_inside(one, self.scan)):
                name = self.detector.classes[proposed.classes[place]]
                yield one, name, round(float(proposed.scores[place]), 4)


def _detections(content: bytes) -> Detections:
    with np.load(BytesIO(content), allow_pickle=False) as file:
        return Detections(**file)


def _is_inside(one: SegmentedObject, scan: ReadByBoxes) -> bool:
    x, y, width, height = one.box
    return x > 0 and y > 0 and x + width < scan.width and y + height < scan.height


def write_boxes(manifest: Path) -> Path:
    """The boxes of all annotations of a manifest, beside it, as detectors learn from them."""
    out = manifest.with_name(BOXES)
    draft = out.with_suffix(".unfinished")
    with draft.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for entry in read_scans(manifest):
            rows.writerows(_rows(entry, manifest.parent))
    draft.rename(out)
    return out


def _rows(entry: ScanEntry, folder: Path) -> Iterator[tuple]:
    content = json.loads(entry.mask.read_text(encoding="utf-8"))
    names = {category["id"]: category["name"] for category in content["categories"]}
    scan, held_out = entry.scan.relative_to(folder), "yes" if entry.held_out else "no"
    about = entry.pixel_um or "", held_out
    for one in content["annotations"]:
        yield scan, *one["bbox"], names[one["category_id"]], *about
    if not content["annotations"]:
        yield scan, *("" for _ in SIDES), "", *about
