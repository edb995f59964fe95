"""What a segment comes to before it is an object: vignettes in the storage, its place, what is measured on it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image as Picture

from annotations.pictures.actions import StoredPicture, store_picture
from annotations.scans.segmentation.wording import SEVERAL_COLUMN
from classifier.contract.measurements import COLUMNS, NAMES, PREFIX, with_millimetres
from classifier.contract.outlines import mask_of_runs
from classifier.contract.segmentation import SegmentedObject
from classifier.measuring.regions import measure_region
from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.source import Scan as ScanFile
from classifier.segmentation.vignettes import vignette_of

# left and upper side of the box and the middle, in pixels of the scan; how probably it is several organisms; and the
# area once more, under the name from which results take sizes and volumes
BESIDE = ["scan_bx", "scan_by", "scan_x", "scan_y", SEVERAL_COLUMN, "area"]
OF_A_BOX = ["scan_bx", "scan_by", "scan_width", "scan_height"]  # pixels of the scan
IN_A_VIGNETTE = ("bx", "x", "xm", "by", "y", "ym")  # measured from its sides


@dataclass(frozen=True)
class PreparedSegment:
    """`region`: x, y, width and height of the first picture on the scan; `numbers` by the name of their column."""

    segment: SegmentedObject
    pictures: list[StoredPicture]
    region: tuple[int, int, int, int]
    numbers: dict[str, float | None]


class SegmentPreparer:
    """Cuts out, stores and measures segments of a scan; writes no row. Of boxes, which are no outlines, it measures
    nothing but where they lie."""

    def __init__(self, file: ScanFile, contrast: ScanContrast, has_outlines: bool = True):
        self.file, self.contrast, self.has_outlines = file, contrast, has_outlines
        self.measures = NAMES if contrast.pixel_um else NAMES[: len(COLUMNS)]
        self.columns = [*(PREFIX + name for name in self.measures), *BESIDE] if has_outlines else OF_A_BOX

    def prepared(self, segment: SegmentedObject) -> PreparedSegment:
        """With pictures in the storage, which a killed worker stores again under the same keys."""
        margin = self._margin(segment)
        pictures = [store_picture(_png(pixels)) for pixels in self._vignettes(segment, margin)]
        return PreparedSegment(
            segment, pictures, _widened(segment.box, margin), self._numbers(segment, margin)
        )

    def _margin(self, segment: SegmentedObject) -> int:
        """The recipe's, as far as the scan goes: so a vignette is the region that it is said to be. Of a box none,
        since the region of its vignette is all that says where it lies."""
        if not self.has_outlines:
            return 0
        right = self.contrast.width - segment.x - segment.width
        below = self.contrast.height - segment.y - segment.height
        return min(self.contrast.recipe.margin, segment.x, segment.y, right, below)

    def _vignettes(self, segment: SegmentedObject, margin: int) -> Iterator[np.ndarray]:
        """Without a scale bar, which is no part of the organism; then with one, where the recipe wants it."""
        plain = replace(self.contrast.recipe, margin=margin, scale_bar=False)
        yield vignette_of(self.file, self.contrast.with_recipe(plain), segment)
        if self.contrast.recipe.scale_bar and self.contrast.pixel_um:
            yield vignette_of(self.file, self.contrast, segment)

    def _numbers(self, segment: SegmentedObject, margin: int) -> dict[str, float | None]:
        if not self.has_outlines:
            return dict(zip(self.columns, map(float, segment.box), strict=True))
        greys = np.rint(self.file.region(*segment.box)).astype(np.uint8)
        measured = measure_region(greys, segment.mask, segment.body, is_bright=self.contrast.is_lighter)
        middle = [segment.x + measured["x"], segment.y + measured["y"]]
        beside = [segment.x, segment.y, *middle, segment.several, measured["area"]]
        measured |= {name: measured[name] + margin for name in IN_A_VIGNETTE}
        values = with_millimetres(measured, self.contrast.pixel_um) if self.contrast.pixel_um else measured
        numbers = [*(values[name] for name in self.measures), *beside]
        return dict(zip(self.columns, map(_finite, numbers), strict=True))


def segment_of_shape(shape: dict[str, Any]) -> SegmentedObject:
    """Of `box` and `counts`, run lengths within it; without these all pixels of the box."""
    x, y, width, height = shape["box"]
    if shape["counts"] is None:
        return SegmentedObject(x, y, np.ones((height, width), bool))
    return SegmentedObject(x, y, mask_of_runs({"size": [height, width], "counts": shape["counts"]}))


def _finite(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None


def _widened(box: tuple[int, int, int, int], margin: int) -> tuple[int, int, int, int]:
    x, y, width, height = box
    return x - margin, y - margin, width + 2 * margin, height + 2 * margin


def _png(pixels: np.ndarray) -> bytes:
    out = BytesIO()
    Picture.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
