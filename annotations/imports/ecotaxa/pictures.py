"""Looks at a picture before it is let in."""

import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 100_000_000
EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp", "TIFF": "tif"}
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    IndexError,
    TypeError,
    KeyError,
    OverflowError,
)

# Our own limit is lower; a `catch_warnings` around each picture would not be safe in threads.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    extension: str


def look_at(content: bytes, decode: bool = True) -> Picture:
    """Size (pixels) and format of a picture. Raises ValueError, with the remedy, when it can't be shown.

    The size is checked before a pixel is decoded. With `decode` every pixel is, so that a cut-off file is
    found.
    """
    if not content:
        raise ValueError("The picture is empty (0 bytes). Copy it again.")
    try:
        picture = Image.open(io.BytesIO(content), formats=list(EXTENSIONS))
    except Image.DecompressionBombError:
        raise ValueError(_too_large("more than 178 megapixels,")) from None
    except UnidentifiedImageError:
        raise ValueError("This is no picture that can be read. Save it as PNG or JPEG.") from None
    except BROKEN as error:
        raise ValueError(f"The picture is damaged or cut off ({error}). Copy it again.") from error
    with picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError(_too_large(f"{picture.width:,} × {picture.height:,} pixels,"))
        if decode:
            _decode(picture)
        return Picture(picture.width, picture.height, EXTENSIONS[str(picture.format)])


def _decode(picture: Image.Image) -> None:
    try:
        picture.load()
    except BROKEN as error:
        raise ValueError(f"The picture is damaged or cut off ({error}). Copy it again.") from error


def _too_large(size: str) -> str:
    most = MOST_PIXELS // 10**6
    return (
        f"The picture is too large: {size} where {most} megapixels are the most. Cut the organisms out of it."
    )
