"""What the page of a run says of what it has found, in numbers."""

import numpy as np

from annotations.scans.segmentation.wording import SEVERAL
from classifier.contract.segmentation import SegmentedObject
from classifier.segmentation.contrast import ScanContrast

BINS = 24  # of the histogram of sizes


def figures_of(contrast: ScanContrast, segments: list[SegmentedObject], has_outlines: bool = True) -> dict:
    """The threshold in greys, the share of the scan that objects cover, how many are probably several, their sizes:
    nothing of boxes, whose areas are no organisms'."""
    if not has_outlines:
        return {}
    areas = np.array([segment.area for segment in segments], float)
    return {
        "threshold": round(contrast.level, 2),
        "organisms": "lighter" if contrast.is_lighter else "darker",
        "area_share": round(float(areas.sum()) / (contrast.width * contrast.height), 6),
        "several": sum(segment.several >= SEVERAL for segment in segments),
        "sizes": _histogram(areas, contrast.pixel_um),
    }


def _histogram(areas: np.ndarray, pixel_um: float | None) -> dict:
    """Of equivalent diameters, in bins of equal width of their logarithm."""
    unit, scale = ("mm", pixel_um / 1000) if pixel_um else ("px", 1.0)
    diameters = 2 * np.sqrt(areas / np.pi) * scale
    if not len(diameters):
        return {"unit": unit, "edges": [1, 10], "counts": [0]}
    low, high = diameters.min() / 1.001, diameters.max() * 1.001
    counts, edges = np.histogram(diameters, np.geomspace(low, high, BINS + 1))
    return {"unit": unit, "edges": edges.round(6).tolist(), "counts": counts.tolist()}
