"""The background of a collage: pictures on black, as of a FlowCam, each with a grey of its own."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from classifier.contract.errors import ClassifierError
from classifier.segmentation.source import Scan

MOST_PIXELS = 200_000_000  # of a collage, which is read whole
BLACK = 5  # greys that JPEG makes of black
LEAST_SIDE = 3  # pixels of a picture: less is a leftover


@dataclass(frozen=True, eq=False)
class CollageBackground:
    """The grey of each picture within its box, black between them: there nothing stands out."""

    boxes: np.ndarray  # int64 (pictures, 4): x, y, width, height
    greys: np.ndarray  # float32 (pictures,)

    def region(self, x: int, y: int, width: int, height: int) -> np.ndarray:
        """float32 (height, width)."""
        result = np.zeros((height, width), np.float32)
        left, top = self.boxes[:, 0] - x, self.boxes[:, 1] - y
        right, bottom = left + self.boxes[:, 2], top + self.boxes[:, 3]
        meets = (right > 0) & (bottom > 0) & (left < width) & (top < height)
        for i in np.flatnonzero(meets).tolist():
            result[max(top[i], 0) : bottom[i], max(left[i], 0) : right[i]] = self.greys[i]
        return result

    def at_samples(self, step: int, shape: tuple[int, int]) -> np.ndarray:
        """The background of every `step`-th pixel of every `step`-th row, float32 of that shape."""
        return self.region(0, 0, (shape[1] - 1) * step + 1, (shape[0] - 1) * step + 1)[::step, ::step]

    @property
    def arrays(self) -> dict[str, Any]:
        """What makes the same background again."""
        return {"boxes": self.boxes, "greys": self.greys}


def collage_background(scan: Scan) -> CollageBackground:
    """Pictures are what black parts from each other. Raises ClassifierError for what is too large for a collage."""
    if scan.width * scan.height > MOST_PIXELS:
        raise ClassifierError(
            f"A collage is read whole, but this scan has {scan.width * scan.height:,} pixels: take another background."
        )
    pixels = scan.region(0, 0, scan.width, scan.height)
    labels, _ = ndimage.label(pixels > BLACK)
    boxes = [box for box in ndimage.find_objects(labels) if min(pixels[box].shape) >= LEAST_SIDE]
    greys = [float(np.median(pixels[box])) for box in boxes]
    corners = [(b[1].start, b[0].start, b[1].stop - b[1].start, b[0].stop - b[0].start) for b in boxes]
    return CollageBackground(np.array(corners, np.int64).reshape(-1, 4), np.array(greys, np.float32))
