"""What is measured of an object from its mask, under ZooProcess's names, in pixels and mm, placed on the scan."""

import numpy as np

from classifier.contract.measurements import IN_THE_VIGNETTE, with_millimetres
from classifier.contract.segmentation import SegmentedObject
from classifier.measuring.regions import measure_region
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.source import Scan

SEVERAL = "several"  # column: how probably these are several organisms, 0 to 1
ACROSS, DOWN = IN_THE_VIGNETTE & {"x", "xm", "bx"}, IN_THE_VIGNETTE & {"y", "ym", "by"}


def placed(scan: Scan, contrast: ScanContrast, one: SegmentedObject) -> dict[str, float]:
    """Where the box of an object without outline lies on the scan, and how large it is."""
    values = dict(zip(("bx", "by", "width", "height"), map(float, one.box), strict=True))
    all_of_them = with_millimetres(values, contrast.pixel_um or float("nan"))
    return {name: round(value, 6) for name, value in all_of_them.items() if np.isfinite(value)}


def measured(scan: Scan, contrast: ScanContrast, one: SegmentedObject) -> dict[str, float]:
    """By name, without those that are not defined; `bx`, `by`, `x`, `y`, `xm`, `ym` are pixels of the scan."""
    pixels = np.rint(scan.region(*one.box)).astype(np.uint8)
    values = measure_region(pixels, one.mask, one.body, is_bright=contrast.is_lighter)
    for names, offset in ((ACROSS, one.x), (DOWN, one.y)):
        values |= {name: values[name] + offset for name in names}
    all_of_them = with_millimetres(values, contrast.pixel_um or float("nan")) | {SEVERAL: one.several}
    return {name: round(float(value), 6) for name, value in all_of_them.items() if np.isfinite(value)}
