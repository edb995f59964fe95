"""Objects of a scan by a U-Net instead of a recipe's threshold: the rest of `segment` is the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classifier.contract.segmentation import SegmentedObject
from classifier.inference.network_folder import weights_hash
from classifier.instruments.records import InstrumentLabel
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.source import Scan
from classifier.segmentation.stored_tiles import OnStoredTile
from classifier.segmentation.unet.apply import SeenObject, seen_objects, seen_scan
from classifier.segmentation.unet.folder import Segmenter, load_segmenter
from classifier.segmentation.unet.reading import open_scan
from classifier.segmentation.unet.scans import ORGANISM


@dataclass(frozen=True)
class UnetFinder:
    """`name` tells one network's objects from those of another."""

    segmenter: Segmenter
    name: str
    has_outlines = True

    @classmethod
    def of(cls, folder: Path, device: str = "auto") -> "UnetFinder":
        """Raises ClassifierError for a folder that is no segmenter."""
        segmenter = load_segmenter(folder, device)
        return cls(segmenter, f"U-Net {weights_hash(folder)}")

    def objects(
        self, scan: Scan, contrast: ScanContrast, on_tile: OnStoredTile
    ) -> Iterator[tuple[SegmentedObject, InstrumentLabel | None]]:
        """From top to bottom. Raises ClassifierError for a scan whose pixels have quite another size."""
        self.segmenter.require_size(contrast.pixel_um)
        pixels = open_scan(scan.path, self.segmenter.colour)
        with seen_scan(self.segmenter.network, pixels, on_tile=on_tile) as seen:
            for one in seen_objects(seen, contrast.recipe, contrast.pixel_um):
                yield one.segment, self._label(one)

    def _label(self, one: SeenObject) -> InstrumentLabel | None:
        """None where it tells organisms from the background alone."""
        if self.segmenter.classes == [ORGANISM]:
            return None
        return InstrumentLabel(self.segmenter.classes[one.taxon - 1], score=round(one.score, 4))
