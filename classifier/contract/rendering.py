"""One 8-bit, upright picture for people and for models.

Browsers and Pillow disagree about pictures of 16 bits, floats, transparency, CMYK and those that a camera turned by a
note in their header; TIFF and BMP most browsers don't show at all. The site renders such pictures once, when they are
imported; `python -m classifier` renders them when it reads them. Both do it here.
"""

from dataclasses import dataclass

import numpy as np
from PIL import ExifTags, Image, ImageChops

from classifier.contract.deep_pixels import deep_pixels, has_deep_colours, tiff_tag
from classifier.contract.refusals import Unshowable
from classifier.contract.windows import ValueRange, Window, to_eight_bits, value_range, window_of

SHOWN_BY_BROWSERS = ("PNG", "JPEG", "MPO", "GIF", "WEBP")
EIGHT_BIT_MODES = ("L", "RGB", "P", "LA", "PA", "RGBA")
ALPHA_MODES = ("LA", "La", "PA", "RGBA", "RGBa")
PHOTOMETRIC, WHITE_IS_ZERO = 262, 0
SRGB_GAMMA = 1 / 2.2
SRGB = (b"sRGB", "sRGB".encode("utf-16-be"))  # as profiles write their names
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
FORMAT_NAMES = {
    "MPO": "JPEG",
    "WEBP": "WebP",
    "PPM": "PNM",
}  # as people write those that Pillow calls otherwise
MODE_NAMES = {
    "1": "1 bit",
    "L": "8-bit grey",
    "LA": "8-bit grey with transparency",
    "P": "palette",
    "RGB": "8-bit colour",
    "RGBA": "8-bit colour with transparency",
    "I": "integers",
    "F": "floating point",
}


@dataclass(frozen=True, slots=True)
class Rendering:
    """A picture of mode L or RGB, the window if it was deep, what it was, and what is not seen of it any more."""

    image: Image.Image
    window: Window | None
    origin: str  # as "TIFF, 16-bit grey"
    warnings: tuple[str, ...]


def needs_rendering(picture: Image.Image) -> bool:
    """Whether browsers and models could see different pixels. Decodes only pictures that may be transparent."""
    if picture.format not in SHOWN_BY_BROWSERS or picture.mode not in EIGHT_BIT_MODES:
        return True
    # a JPEG with several pictures in it (MPO) shows its first one everywhere
    is_animated = picture.format != "MPO" and getattr(picture, "is_animated", False)
    if is_animated or orientation(picture) in TURNS or has_deep_colours(picture) or has_own_greys(picture):
        return True
    return picture.has_transparency_data and not _is_opaque(picture)


def colour_range(pixels: np.ndarray) -> ValueRange:
    """The range of deep pixels without their transparency. Raises Unshowable when none has a value."""
    return value_range(pixels[..., :3] if pixels.ndim == 3 else pixels)


def render(picture: Image.Image, window: Window | None = None) -> Rendering:
    """The first frame or page, 8 bits, upright; of deep pictures with the window, else with that of its own values.

    Raises Unshowable for pixels that can't be shown, and what Pillow raises for damaged files.
    """
    turn, frames, kind = orientation(picture), int(getattr(picture, "n_frames", 1)), _kind(picture)
    picture.seek(0)
    pixels = deep_pixels(picture)
    notes: list[str] = []
    warnings: list[str] = []
    if pixels is None:
        image, window = _eight_bits(picture), None
    else:
        window = window or window_of(colour_range(pixels))
        image = _windowed(picture, pixels, window)
        warnings += _missing_values(pixels)
    if _has_alpha(picture) and not _is_opaque(picture):
        notes.append("laid on white")
        warnings += _nothing_left(image)
    if has_own_greys(picture):
        notes.append("greys as in the file, without its colour profile")
    if turn in TURNS:
        # TIFFs come upright from their decoders
        image = image if picture.format == "TIFF" else image.transpose(TURNS[turn])
        notes.append("turned upright")
    if frames > 1 and picture.format != "MPO":
        part = "page" if picture.format == "TIFF" else "frame"
        notes.append(f"{part} 1 of {frames}")
        warnings.append(f"It has {frames} {part}s, and only the first is shown, measured and learnt from.")
    return Rendering(image, window, ", ".join([_format(picture), kind, *notes]), tuple(warnings))


def has_own_greys(picture: Image.Image) -> bool:
    """Whether a browser shows other greys and colours than the file has, for its gamma or its colour profile."""
    profile = picture.info.get("icc_profile") or b""
    if profile:
        return not any(name in profile for name in SRGB)
    gamma = picture.info.get("gamma", SRGB_GAMMA) if "srgb" not in picture.info else SRGB_GAMMA
    return abs(gamma - SRGB_GAMMA) > 0.01


def orientation(picture: Image.Image) -> int:
    """EXIF's number, 1 for upright. Read as browsers do: not from XMP, and of a PNG only what precedes the pixels."""
    if picture.format == "TIFF":
        return tiff_tag(picture, ExifTags.Base.Orientation, 1)
    if "exif" not in picture.info:
        return 1
    exif = Image.Exif()
    try:
        exif.load(picture.info["exif"])
        return int(exif.get(ExifTags.Base.Orientation, 1))
    except (SyntaxError, TypeError, ValueError, KeyError, OSError):
        return 1  # a header that nobody can read turns nothing


def _windowed(picture: Image.Image, pixels: np.ndarray, window: Window) -> Image.Image:
    colours = to_eight_bits(pixels[..., :3] if pixels.ndim == 3 else pixels, window)
    if picture.format == "TIFF" and tiff_tag(picture, PHOTOMETRIC, 1) == WHITE_IS_ZERO:
        colours = 255 - colours
    if pixels.ndim == 2 or pixels.shape[2] == 3:
        return _grey_if_equal(Image.fromarray(colours))
    alpha = (pixels[..., 3:] >> 8).astype(np.uint8)
    return _grey_if_equal(_on_white(Image.fromarray(np.concatenate([colours, alpha], axis=2), "RGBA")))


def _nothing_left(image: Image.Image) -> list[str]:
    extremes = image.convert("L").getextrema()
    if extremes[0] != extremes[1]:
        return []
    return ["Laid on white, nothing is to be seen of it. Save it without transparency if there is more."]


def _missing_values(pixels: np.ndarray) -> list[str]:
    missing = int(np.isnan(pixels).sum()) if pixels.dtype.kind == "f" else 0
    if not missing:
        return []
    return [f"{missing:,} of its pixels have no value (NaN) and are shown as grey as its median."]


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in ("L", "RGB") and not picture.has_transparency_data:
        return _grey_if_equal(picture)
    try:
        flat = _on_white(picture) if _has_alpha(picture) else picture.convert("RGB")
    except ValueError as error:
        message = f"Its pixels are {picture.mode}, which can't be shown. Save it as PNG, grey or RGB."
        raise Unshowable(message) from error
    return _grey_if_equal(flat)


def _on_white(picture: Image.Image) -> Image.Image:
    """As on a page: what is transparent shows what lies behind."""
    if picture.mode in ("La", "RGBa"):
        picture = picture.convert(picture.mode.upper())
    picture = picture.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture).convert("RGB")


def _grey_if_equal(image: Image.Image) -> Image.Image:
    if image.mode == "L":
        return image.copy()  # a picture of its own: the file may be closed
    red, green, blue = image.split()
    differ = ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox()
    return image if differ else red


def _has_alpha(picture: Image.Image) -> bool:
    return picture.mode in ALPHA_MODES or picture.has_transparency_data


def _is_opaque(picture: Image.Image) -> bool:
    alpha = (picture if picture.mode in ("LA", "RGBA") else picture.convert("RGBA")).getchannel("A")
    return alpha.getextrema()[0] == 255


def _format(picture: Image.Image) -> str:
    return FORMAT_NAMES.get(str(picture.format), str(picture.format))


def _kind(picture: Image.Image) -> str:
    if picture.mode.startswith("I;16"):
        return "16-bit grey"
    return "16-bit colour" if has_deep_colours(picture) else MODE_NAMES.get(picture.mode, picture.mode)
