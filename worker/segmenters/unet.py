"""U-Nets as segmenters of the site."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.contract.unet import UnetRequest
from classifier.segmentation.unet.apply import seen_objects, seen_scan
from classifier.segmentation.unet.folder import FILES, Segmenter, load_segmenter
from classifier.segmentation.unet.measuring import MEASURED
from classifier.segmentation.unet.reading import Pixels, open_scan
from classifier.segmentation.unet.run import train_segmenter
from worker.segmenters.learners import OnProgress, ScanBox, ShouldStop


class UnetLearner:
    files = FILES

    def learn(
        self,
        manifest: Path,
        folder: Path,
        settings: Mapping[str, Any],
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> dict[str, Any]:
        request = UnetRequest(str(manifest), str(folder), **settings)
        return train_segmenter(request, on_progress, should_stop).metrics

    def load(self, folder: Path) -> "LoadedUnet":
        return LoadedUnet(load_segmenter(folder))


@dataclass(frozen=True)
class LoadedUnet:
    segmenter: Segmenter

    def on_scan(
        self,
        path: Path,
        recipe: SegmentationRecipe,
        pixel_um: float | None,
        on_tile: Callable[[int, int], None],
    ) -> Iterator[tuple[SegmentedObject, str, float]]:
        self.segmenter.require_size(pixel_um)
        pixels = open_scan(path, self.segmenter.colour)
        with seen_scan(self.segmenter.network, pixels, on_tile=on_tile) as seen:
            for one in seen_objects(seen, recipe, pixel_um):
                yield one.segment, self.segmenter.classes[one.taxon - 1], round(one.score, 4)

    def on_crop(self, path: Path, box: ScanBox) -> list[SegmentedObject]:
        crop = _Crop(open_scan(path, self.segmenter.colour), box)
        with seen_scan(self.segmenter.network, crop, tile=max(box[2:])) as seen:
            segments = [one.segment for one in seen_objects(seen, MEASURED)]
        return [SegmentedObject(s.x + box[0], s.y + box[1], s.mask, s.body) for s in segments]


class _Crop:
    """A part of a scan, in the light of all of it."""

    def __init__(self, scan: Pixels, box: ScanBox):
        self.scan, self.light = scan, scan.light
        self.left, self.top, self.width, self.height = box

    def read(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        return self.scan.read(self.left + x, self.top + y, width, height)
