"""Looks at a picture before it is let in, and makes of it what pages and models are shown."""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from annotations.common.forked import pickled_by_fields
from annotations.pictures.plain_png import is_whole, plain_png
from classifier.contract.deep_pixels import deep_pixels, open_picture
from classifier.contract.refusals import DAMAGE, MOST_PIXELS, Unshowable
from classifier.contract.rendering import Rendering, colour_range, needs_rendering, render
from classifier.contract.windows import ValueRange, Window

EXTENSIONS = {
    "PNG": "png",
    "JPEG": "jpg",
    "MPO": "jpg",
    "GIF": "gif",
    "WEBP": "webp",
    "TIFF": "tif",
    "BMP": "bmp",
    "PPM": "pnm",
}
FORMATS = [name for name in EXTENSIONS if name != "MPO"]  # Pillow finds several pictures in a JPEG by itself
TOO_LARGE = "The picture is too large: {} where {} megapixels are the most. Cut the organisms out of it."
UNREADABLE = "This is no picture that can be read. Save it as PNG, JPEG or TIFF."
DAMAGED = "The picture is damaged or cut off ({}). Copy it again."
Windows = Mapping[bool, Window]  # of an acquisition: of its floats (True) and of its integers (False)

# Our own limit is lower; a `catch_warnings` around each picture would not be safe in threads.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
# What is wrong with a header is either found when the pixels are decoded, or harmless.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


@pickled_by_fields
@dataclass(frozen=True, slots=True)
class Inspection:
    """What is to be known of a picture before anything is stored."""

    needs_rendering: bool = False
    values: ValueRange | None = None  # of more than 8 bits
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """What pages, models and measurements see of a picture: itself, or its rendering."""

    content: bytes
    extension: str
    width: int  # pixels, upright
    height: int
    original_extension: str = ""  # of a picture that was rendered
    origin: str = ""  # what that was, as "TIFF, 16-bit grey"
    window: Window | None = None


def inspect(content: bytes) -> Inspection:
    """Decodes every pixel. Raises ValueError, with the remedy, for what is damaged or can't be shown."""
    if (png := plain_png(content)) is not None and is_whole(png):
        return Inspection()
    with _opened(content) as picture:
        try:
            if not needs_rendering(picture):
                picture.load()
                return Inspection()
            pixels = deep_pixels(picture)
            values = None if pixels is None else colour_range(pixels)
            return Inspection(True, values, render(picture).warnings)
        except DAMAGE as error:
            raise _as_value_error(error) from error


def shown_picture(content: bytes, windows: Windows | None = None) -> ShownPicture:
    """The picture itself where everybody sees it alike, else its rendering as PNG.

    Deep pictures are rendered with the window of their kind of number, where there is one. Raises as `inspect`; of
    pictures that need no rendering only the header is read.
    """
    if (png := plain_png(content, head_only=True)) is not None:
        return ShownPicture(content, "png", png.width, png.height)
    with _opened(content) as picture:
        extension = EXTENSIONS[str(picture.format)]
        try:
            if not needs_rendering(picture):
                return ShownPicture(content, extension, picture.width, picture.height)
            rendering = render(picture, _window(picture, windows or {}))
        except DAMAGE as error:
            raise _as_value_error(error) from error
    return _as_png(rendering, extension)


def _window(picture: Image.Image, windows: Windows) -> Window | None:
    pixels = deep_pixels(picture) if windows else None
    return None if pixels is None else windows.get(pixels.dtype.kind == "f")


def _as_png(rendering: Rendering, original_extension: str) -> ShownPicture:
    out = io.BytesIO()
    image = rendering.image
    image.info.clear()  # notes of the original, as its colour profile, are not true of the rendering
    image.save(out, "PNG")
    return ShownPicture(
        out.getvalue(), "png", *image.size, original_extension, rendering.origin, rendering.window
    )


def _opened(content: bytes) -> Image.Image:
    """Its size is checked before a pixel is decoded."""
    if not content:
        raise ValueError("The picture is empty (0 bytes). Copy it again.")
    try:
        picture = open_picture(content, FORMATS)
    except Image.DecompressionBombError:
        raise ValueError(_too_large("more than 178 megapixels,")) from None
    except UnidentifiedImageError:
        raise ValueError(UNREADABLE) from None
    except DAMAGE as error:
        raise _as_value_error(error) from error
    if picture.width * picture.height > MOST_PIXELS:
        picture.close()
        raise ValueError(_too_large(f"{picture.width:,} × {picture.height:,} pixels,"))
    return picture


def _too_large(size: str) -> str:
    return TOO_LARGE.format(size, MOST_PIXELS // 10**6)


def _as_value_error(error: Exception) -> ValueError:
    """Of what the rendering itself refuses, its own words are for people; of Pillow's, only the gist."""
    return error if isinstance(error, Unshowable) else ValueError(DAMAGED.format(error))
