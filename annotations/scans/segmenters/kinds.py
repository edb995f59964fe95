"""The kinds of segmenters, each declared in a file of its own: what it is called, and the settings that it takes.

How one learns and finds stands beside torch, under the same name in `worker/segmenters/kinds.py`.
"""

from annotations.scans.segmenters.declaring import SegmenterKind
from annotations.scans.segmenters.detector import DETECTOR
from annotations.scans.segmenters.unet import UNET

KINDS: dict[str, SegmenterKind] = {kind.name: kind for kind in (UNET, DETECTOR)}
