"""Objects of a scan by a detector instead of a recipe's threshold: boxes without outlines, the rest of `segment` is the
same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from classifier.contract.segmentation import SegmentedObject
from classifier.detection.apply import Detections, detected
from classifier.detection.boxes import ORGANISM
from classifier.detection.evaluation import as_object
from classifier.detection.folder import LoadedDetector, load_detector
from classifier.inference.network_folder import weights_hash
from classifier.instruments.records import InstrumentLabel
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.source import Scan
from classifier.segmentation.stored_tiles import OnStoredTile
from classifier.segmentation.unet.reading import open_scan


@dataclass(frozen=True)
class DetectorFinder:
    """`name` tells one network's boxes from those of another, or from another score on."""

    detector: LoadedDetector
    name: str
    has_outlines = False

    @classmethod
    def of(cls, folder: Path, device: str = "auto", score: float | None = None) -> "DetectorFinder":
        """Proposes from `score` on, or from the one that it was judged by. Raises ClassifierError for a folder that is
        no detector."""
        detector = load_detector(folder, device)
        detector = detector if score is None else replace(detector, score=score)
        return cls(detector, f"detector {weights_hash(folder)} from {detector.score:g}")

    def objects(
        self, scan: Scan, contrast: ScanContrast, on_tile: OnStoredTile
    ) -> Iterator[tuple[SegmentedObject, InstrumentLabel | None]]:
        """From top to bottom. Raises ClassifierError for a scan whose pixels have quite another size."""
        self.detector.require_size(contrast.pixel_um)
        yield from self.proposed(scan.path, on_tile, scan.page)

    def proposed(
        self, path: Path, on_tile: OnStoredTile, page: int = 0
    ) -> Iterator[tuple[SegmentedObject, InstrumentLabel | None]]:
        """Boxes in pixels of a scan. Raises ClassifierError for one that can't be read."""
        boxes = detected(
            self.detector.network,
            open_scan(path, self.detector.colour, page),
            least_score=self.detector.score,
            on_tile=on_tile,
        )
        for place in np.lexsort((boxes.boxes[:, 0], boxes.boxes[:, 1])):
            yield as_object(boxes.boxes[place]), self._label(boxes, place)

    def _label(self, boxes: Detections, place: int) -> InstrumentLabel | None:
        """None where it tells organisms from the background alone."""
        if self.detector.classes == [ORGANISM]:
            return None
        return InstrumentLabel(
            self.detector.classes[boxes.classes[place]], score=round(float(boxes.scores[place]), 4)
        )
