"""U-Nets as segmenters of the site."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.contract.unet import UnetRequest
from classifier.inference.network_folder import FILES
from classifier.segmentation.unet.apply import TILE, seen_objects, seen_scan, seen_tile
from classifier.segmentation.unet.folder import Segmenter, load_segmenter, segmenter_card
from classifier.segmentation.unet.measuring import MEASURED
from classifier.segmentation.unet.network_input import scan_of_tiles, tile_bytes
from classifier.segmentation.unet.reading import Pixels, open_scan
from classifier.segmentation.unet.run import train_segmenter
from classifier.segmentation.unet.windows import tile_places
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

    def readme(self, config: dict, metrics: dict) -> str:
        return segmenter_card(config, metrics)

    def load(self, folder: Path) -> "LoadedUnet":
        return LoadedUnet(load_segmenter(folder))


@dataclass(frozen=True)
class LoadedUnet:
    segmenter: Segmenter

    def look_at(self, path: Path, pixel_um: float | None) -> "UnetLook":
        self.segmenter.require_size(pixel_um)
        return UnetLook(self.segmenter, open_scan(path, self.segmenter.colour))

    def on_crop(self, path: Path, box: ScanBox) -> list[SegmentedObject]:
        crop = _Crop(open_scan(path, self.segmenter.colour), box)
        with seen_scan(self.segmenter.network, crop, tile=max(box[2:])) as seen:
            segments = [one.segment for one in seen_objects(seen, MEASURED)]
        return [SegmentedObject(s.x + box[0], s.y + box[1], s.mask, s.body) for s in segments]


class UnetLook:
    """A U-Net's look at a scan."""

    def __init__(self, segmenter: Segmenter, scan: Pixels):
        self.segmenter, self.scan = segmenter, scan
        self.side = segmenter.network.shape.rounded(TILE)
        self.places = list(tile_places(scan.height, scan.width, self.side))

    @property
    def tiles(self) -> int:
        return len(self.places)

    def tile(self, place: int) -> bytes:
        return tile_bytes(seen_tile(self.segmenter.network, self.scan, *self.places[place], self.side))

    def objects(
        self, tiles: Iterable[bytes], recipe: SegmentationRecipe, pixel_um: float | None
    ) -> Iterator[tuple[SegmentedObject, str, float]]:
        with scan_of_tiles(tiles, self.scan.height, self.scan.width, self.side) as seen:
            for one in seen_objects(seen, recipe, pixel_um):
                yield one.segment, self.segmenter.classes[one.taxon - 1], round(one.score, 4)


class _Crop:
    """A part of a scan, in the light of all of it."""

    def __init__(self, scan: Pixels, box: ScanBox):
        self.scan, self.light = scan, scan.light
        self.left, self.top, self.width, self.height = box

    def read(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        return self.scan.read(self.left + x, self.top + y, width, height)
