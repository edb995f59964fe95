"""Pixels of more than 8 bits as they are in the file, also where Pillow would drop half of each."""

import io
from pathlib import Path
from typing import IO, cast

import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError

from classifier.contract.refusals import DAMAGE, MOST_PIXELS, Unshowable

DEEP_MODES = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
BITS, PHOTOMETRIC, ORIENTATION, PLANES, SAMPLE_FORMAT = 258, 262, 274, 284, 339
SEPARATE, UNSIGNED = 2, 1


def open_picture(source: Path | bytes, formats: list[str] | None = None) -> Image.Image:
    """As Pillow opens it; TIFFs that only tifffile can read (64-bit floats) as pictures of 32-bit floats.

    Raises what Pillow raises, and Unshowable for a TIFF that neither can show.
    """
    try:
        return Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, "r", formats)
    except UnidentifiedImageError:
        content = source if isinstance(source, bytes) else source.read_bytes()
        if not content.startswith(TIFF_STARTS):
            raise
        return _picture_of_floats(content)


def deep_pixels(picture: Image.Image) -> np.ndarray | None:
    """(height, width) or (height, width, 3 or 4) of more than 8 bits, not turned; None for a picture of 8 bits."""
    if picture.mode in DEEP_MODES:
        pixels = np.asarray(picture)
        return pixels.astype(np.int64) & 0xFFFFFFFF if _is_unsigned(picture) else pixels
    if has_deep_colours(picture):
        return _deep_colours(picture)
    return None


def has_deep_colours(picture: Image.Image) -> bool:
    """Whether it has colours of 16 bits, of which Pillow drops the lower 8."""
    return ";16" in _rawmode(picture) or _has_deep_planes(picture)


def tiff_tag(picture: Image.Image, tag: int, default: int) -> int:
    """The first number of a tag of a TIFF."""
    value = getattr(picture, "tag_v2", {}).get(tag, default)
    return int(value[0] if isinstance(value, tuple) else value)


def _is_unsigned(picture: Image.Image) -> bool:
    """32 bits without a sign, which Pillow reads as if they had one."""
    is_long = picture.format == "TIFF" and picture.mode == "I" and tiff_tag(picture, BITS, 1) == 32
    return is_long and tiff_tag(picture, SAMPLE_FORMAT, UNSIGNED) == UNSIGNED


def _rawmode(picture: Image.Image) -> str:
    """How Pillow would unpack the file; empty where its pixels have been read already."""
    tile = getattr(picture, "tile", None)
    args = tile[0].args if tile else ""
    rawmode = args[0] if isinstance(args, tuple) and args else args
    return rawmode if isinstance(rawmode, str) and picture.mode not in DEEP_MODES else ""


def _has_deep_planes(picture: Image.Image) -> bool:
    is_separate = picture.format == "TIFF" and tiff_tag(picture, PLANES, 1) == SEPARATE
    return is_separate and picture.mode not in DEEP_MODES and tiff_tag(picture, BITS, 8) > 8


def _deep_colours(picture: Image.Image) -> np.ndarray:
    """All 16 bits: Pillow unpacks the upper bytes, and in the other byte order the lower ones."""
    content, rawmode = _content(picture), _rawmode(picture)
    if _has_deep_planes(picture):
        return _first_page(content)[0]
    if rawmode == "LA;16B":  # four bytes a pixel, as RGBA has
        octets = _unpacked(content, "RGBA").astype(np.uint16)
        grey, alpha = octets[..., 0] << 8 | octets[..., 1], octets[..., 2] << 8 | octets[..., 3]
        return np.stack([grey, grey, grey, alpha], axis=2)
    other = rawmode[:-1] + ("L" if rawmode.endswith("B") else "B")
    return _unpacked(content, rawmode).astype(np.uint16) << 8 | _unpacked(content, other)


def _content(picture: Image.Image) -> bytes:
    file = cast(IO[bytes], cast(ImageFile.ImageFile, picture).fp)
    position = file.tell()  # Pillow goes on reading from here
    file.seek(0)
    content = file.read()
    file.seek(position)
    return content


def _unpacked(content: bytes, rawmode: str) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as opened:
        picture = cast(ImageFile.ImageFile, opened)
        picture.tile = [
            tile._replace(args=(rawmode, *tile.args[1:]) if isinstance(tile.args, tuple) else rawmode)
            for tile in picture.tile
        ]
        return np.asarray(picture)


def _picture_of_floats(content: bytes) -> Image.Image:
    pixels, tags, pages = _first_page(content)
    if pixels.ndim != 2 or pixels.dtype.kind not in "iuf":
        raise Unshowable(
            f"This TIFF has pixels that can't be shown ({pixels.dtype} in {pixels.ndim} dimensions). "
            "Save it as PNG, or as TIFF of 8 or 16 bits."
        )
    picture = Image.fromarray(pixels.astype(np.float32))
    picture.format = "TIFF"
    vars(picture).update(tag_v2=tags, n_frames=pages)  # as Pillow's own TIFFs have them
    return picture


def _first_page(content: bytes) -> tuple[np.ndarray, dict[int, int], int]:
    """Upright pixels of the first page, its photometric and orientation tags, and how many pages there are."""
    import tifffile  # only for what Pillow can't read

    try:
        with tifffile.TiffFile(io.BytesIO(content)) as file:
            page = file.pages.first
            if page.imagewidth * page.imagelength > MOST_PIXELS:
                raise ValueError(f"more than {MOST_PIXELS // 10**6} megapixels")
            tags = {tag: int(page.tags[tag].value) for tag in (PHOTOMETRIC, ORIENTATION) if tag in page.tags}
            pixels = page.asarray()
            pixels = (
                np.moveaxis(pixels, 0, -1) if page.planarconfig == SEPARATE and pixels.ndim == 3 else pixels
            )
            return _upright(pixels, tags.get(ORIENTATION, 1)), tags, len(file.pages)
    except (tifffile.TiffFileError, ImportError, *DAMAGE) as error:
        raise Unshowable(
            f"This TIFF can't be read ({error}). Save it as PNG, or as TIFF of 8 or 16 bits."
        ) from error


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """As Pillow turns the TIFFs that it reads."""
    if orientation > 4:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels
