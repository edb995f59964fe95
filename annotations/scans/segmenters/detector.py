"""Detectors among the segmenters."""

from annotations.scans.segmenters.declaring import SegmenterKind
from classifier.contract.detection import DETECTOR_OFFERED

DETECTOR = SegmenterKind(
    name="detector",
    title="Detector",
    help="Proposes boxes around organisms, without outlines: for frames, and scans on which organisms crowd.",
    settings=DETECTOR_OFFERED,
    has_outlines=False,
)
