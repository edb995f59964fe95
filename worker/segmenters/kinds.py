"""How the kinds of `annotations/scans/segmenters/kinds.py` learn and find, under the same names."""

from worker.segmenters.detector import DetectorLearner
from worker.segmenters.learners import SegmenterLearner
from worker.segmenters.unet import UnetLearner

LEARNERS: dict[str, SegmenterLearner] = {"unet": UnetLearner(), "detector": DetectorLearner()}
