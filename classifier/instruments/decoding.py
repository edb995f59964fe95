"""Pictures of an instrument's files as pixels, with a sentence where they can't be read."""

import numpy as np
from PIL import Image

from classifier.contract.deep_pixels import deep_pixels, open_picture
from classifier.contract.refusals import DAMAGE, ZIP_DAMAGE, is_transient
from classifier.instruments.files import Files

UNREADABLE = (*DAMAGE, *ZIP_DAMAGE, Image.DecompressionBombError)
MOST_GREY = 2**16 - 1
MOST_BYTES = 500 * 10**6  # a picture is read whole: as of other packages
GREY = ("1", "L", "LA", "La")


class UnreadablePictureError(Exception):
    """A picture that can't be decoded; its text is a sentence."""


def read_pixels(files: Files, path: str) -> np.ndarray:
    """Height × width or height × width × 3, uint8 or uint16; raises UnreadablePictureError."""
    if files.size(path) > MOST_BYTES:
        raise UnreadablePictureError(f"The picture has more than {MOST_BYTES // 10**6} MB. Save it smaller.")
    try:
        with files.open(path) as file:
            return pixels_of(open_picture(file.read()))
    except UNREADABLE as error:
        if is_transient(error):
            raise
        raise UnreadablePictureError(f"The picture can't be decoded ({error}).") from error


def pixels_of(picture: Image.Image) -> np.ndarray:
    """Height × width or height × width × 3, uint8 or uint16. Deeper grey is cut off, deeper colours become 8 bits."""
    deep = deep_pixels(picture)
    if deep is not None and deep.ndim == 2 and deep.dtype.kind in "iu":
        return deep.clip(0, MOST_GREY).astype(np.uint16)
    if picture.mode not in ("L", "RGB"):
        picture = picture.convert("L" if picture.mode in GREY else "RGB")
    return np.asarray(picture)
