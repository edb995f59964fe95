"""A recipe tried on a part of a scan, for who looks at it and turns its knobs."""

from classifier.contract.segmentation import SegmentedObject
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.joining import joined
from classifier.segmentation.source import Scan
from classifier.segmentation.tiles import Tile, tile_pieces


def segment_crop(
    scan: Scan, contrast: ScanContrast, x: int, y: int, width: int, height: int
) -> list[SegmentedObject]:
    """The objects in a box within the scan, in pixels of the scan; of those that go on beyond it, what lies in it."""
    return list(joined(tile_pieces(scan, contrast, Tile(x, y, width, height)), contrast))


def segment_scan(scan: Scan, contrast: ScanContrast) -> list[SegmentedObject]:
    """All objects of a scan that is small enough to be held in memory."""
    return segment_crop(scan, contrast, 0, 0, scan.width, scan.height)
