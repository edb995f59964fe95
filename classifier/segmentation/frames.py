"""The rim of a dish, the frame of a tray: thin against what it surrounds, which is a good part of the scan."""

from collections.abc import Callable

import numpy as np

from classifier.segmentation.contrast import ScanContrast
from classifier.segmentation.objects import without_holes

LEAST_SHARE = 0.05  # of the scan that a rim surrounds: each of six dishes side by side has more
MOST_OWN = 1 / 3  # of what it surrounds, the rim with it: a wall as wide as a sixth of the radius
HALF, MOST_OF_HALF = 0.5, 0.75  # of the scan no organism surrounds half: there a wall may be wider

OnFrame = Callable[[tuple[int, int, int, int]], None]  # hears x, y, width, height of a frame


def is_frame(own: np.ndarray, contrast: ScanContrast) -> bool:
    """Whether pixels, bool (height, width), are a frame around a part of the scan."""
    scan = contrast.width * contrast.height
    if not contrast.recipe.look_within_frames or own.size < LEAST_SHARE * scan:
        return False
    surrounded = np.count_nonzero(without_holes(own))
    thin = MOST_OF_HALF if surrounded >= HALF * scan else MOST_OWN
    return bool(surrounded >= LEAST_SHARE * scan and np.count_nonzero(own) <= thin * surrounded)


def frame_sentence(name: str, box: tuple[int, int, int, int]) -> str:
    x, y, width, height = box
    return (
        f"{name}: what surrounds {width:,} × {height:,} pixels from ({x:,}, {y:,}) on was taken for the rim of a dish "
        "or a frame. It is no object; what lies within it was looked at."
    )
