"""U-Nets among the segmenters."""

from annotations.scans.segmenters.declaring import SegmenterKind
from classifier.contract.unet import UNET_OFFERED

UNET = SegmenterKind(
    name="unet",
    title="U-Net",
    help="Says of each pixel whether it belongs to an organism, and parts organisms that touch.",
    settings=UNET_OFFERED,
)
