"""A recipe tried on a crop of a scan: the serving worker looks for objects at once, and nothing is written."""

from dataclasses import dataclass
from typing import Any

from annotations.learning.serving import ask_worker
from annotations.scans.models import Scan
from annotations.scans.segmentation.forms import SIDE
from annotations.scans.segmentation.recipes import checked_settings, require_pixel_sizes

TASK = "worker.segment_crop"


@dataclass(frozen=True)
class Crop:
    """A part of a scan, in its pixels from its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def box(self) -> list[int]:
        return [self.x, self.y, self.width, self.height]


def crop_of(scan: Scan, x: int | None = None, y: int | None = None, side: int | None = None) -> Crop:
    """The square, moved to where it lies on the scan; in its middle where no place is named."""
    width, height = (min(side or SIDE, whole) for whole in (scan.parent.width, scan.parent.height))
    left = (scan.parent.width - width) // 2 if x is None else x
    top = (scan.parent.height - height) // 2 if y is None else y
    return Crop(min(left, scan.parent.width - width), min(top, scan.parent.height - height), width, height)


def try_recipe(
    scan: Scan, *, settings: dict[str, Any], crop: Crop, has_picture: bool = False, has_overview: bool = False
) -> dict:
    """What the recipe finds on the crop, as `worker.segmentation.crops.objects_on_crop` gives it, with pictures where
    they are wanted.

    Raises ValidationError for settings that no recipe may have, or whose µm need the size of a pixel, NoAnswer when the
    worker is away or too slow.
    """
    checked = checked_settings(settings)
    require_pixel_sizes(checked, [scan])
    about = {"settings": checked, "box": crop.box}
    return ask_worker(TASK, scan.pk, {**about, "has_picture": has_picture, "has_overview": has_overview})
