"""Objects of a scan by a U-Net instead of a recipe's threshold: the rest of `segment` is the same."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classifier.contract.segmentation import SegmentedObject
from classifier.contract.unet import ORGANISM
from classifier.inference.network_folder import weights_hash
from classifier.instruments.records import InstrumentLabel
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.source import Scan
from classifier.segmentation.stored_tiles import OnStoredTile
from classifier.segmentation.unet.apply import SeenObject, seen_objects, seen_scan
from classifier.segmentation.unet.folder import Segmenter, load_segmenter
from classifier.segmentation.unet.reading import open_scan


@dataclass(frozen=True)
class UnetFinder:
    """`name` tells one network's objects from those of another. What it sees of a scan waits in a folder within
    `waiting`, where a run that was killed goes on, until all objects are out; None: in a temporary one."""

    segmenter: Segmenter
    name: str
    waiting: Path | None = None
    has_outlines = True

    @classmethod
    def of(cls, folder: Path, device: str = "auto", waiting: Path | None = None) -> "UnetFinder":
        """Raises ClassifierError for a folder that is no segmenter."""
        segmenter = load_segmenter(folder, device)
        return cls(segmenter, f"U-Net {weights_hash(folder)}", waiting)

    def objects(
        self, scan: Scan, contrast: ScanContrast, on_tile: OnStoredTile
    ) -> Iterator[tuple[SegmentedObject, InstrumentLabel | None]]:
        """From top to bottom. Raises ClassifierError for a scan whose pixels have quite another size."""
        self.segmenter.require_size(contrast.pixel_um)
        pixels = open_scan(scan.path, self.segmenter.colour, scan.page)
        folder = self._folder(scan)
        with seen_scan(self.segmenter.network, pixels, resumable=folder, on_tile=on_tile) as seen:
            for one in seen_objects(seen, contrast.recipe, contrast.pixel_um):
                yield one.segment, self._label(one)
        if folder:
            shutil.rmtree(folder)

    def _folder(self, scan: Scan) -> Path | None:
        """Another one for a file that was written again."""
        path, about = scan.path, scan.path.stat()
        facts = f"{self.name} {path.resolve()} {about.st_mtime_ns} {about.st_size}"
        facts += f" page {scan.page}" if scan.page else ""
        return self.waiting and self.waiting / f"seen-{hashlib.sha256(facts.encode()).hexdigest()[:16]}"

    def _label(self, one: SeenObject) -> InstrumentLabel | None:
        """None where it tells organisms from the background alone."""
        if self.segmenter.classes == [ORGANISM]:
            return None
        return InstrumentLabel(self.segmenter.classes[one.taxon - 1], score=round(one.score, 4))
