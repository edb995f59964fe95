"""From a picture file to a square of grey pixels that keeps its shape.

One implementation, with a version that goes into every model: another resize filter changes predictions.
"""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from classifier.contract.deep_pixels import open_picture
from classifier.contract.refusals import DAMAGE, MOST_PIXELS
from classifier.contract.rendering import needs_rendering, render

VERSION = "letterbox-1"
MOST_ENLARGED = 4
DARK_BACKGROUND = 100  # grey of the border below which bright objects lie on black


def read_picture(source: Path | bytes) -> np.ndarray:
    """Grey picture, uint8 (height, width), upright, the background light. Raises OSError when it can't be read.

    What browsers would show otherwise (16 bits, floats, transparency) is rendered as the site does at import.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with open_picture(source) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise OSError(f"larger than {MOST_PIXELS // 10**6} megapixels")
                rendered = render(picture).image if needs_rendering(picture) else picture
                pixels = np.asarray(rendered.convert("L"))
        except OSError:
            raise  # says it already, as of a file that is not there
        except (Image.DecompressionBombError, *DAMAGE) as error:
            raise OSError(str(error)) from error
    return 255 - pixels if border_median(pixels) < DARK_BACKGROUND else pixels


def border_median(pixels: np.ndarray) -> int:
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return int(np.median(border))


def letterbox(pixels: np.ndarray, side: int) -> np.ndarray:
    """The picture on a square of `side` pixels, uint8 (side, side): scaled as a whole, padded, never stretched."""
    height, width = pixels.shape
    scale = min(side / max(height, width), MOST_ENLARGED)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    kind = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    small = np.asarray(Image.fromarray(pixels).resize(size, kind))
    square = np.full((side, side), border_median(pixels), np.uint8)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = small
    return square


def true_size(pixels: np.ndarray, pixel_um: float) -> tuple[float, float, float]:
    """Log of the longest side (in µm where the scale is known, else pixels), log aspect, whether it is known."""
    height, width = pixels.shape
    has_scale = np.isfinite(pixel_um) and pixel_um > 0
    longest = max(height, width) * (pixel_um if has_scale else 1.0)
    return float(np.log(longest)), float(np.log(max(height, width) / min(height, width))), float(has_scale)
