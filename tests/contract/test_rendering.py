"""One 8-bit rendering of every kind of picture: the right grey at the right place, as a person would see it."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from classifier.contract.deep_pixels import open_picture
from classifier.contract.rendering import needs_rendering, render
from classifier.contract.windows import ValueRange, Window, to_eight_bits, window_of
from tests.contract.pictures import (
    HEIGHT,
    ORGANISM,
    WIDTH,
    animated,
    deep_png,
    saved,
    scene,
    tiff,
    transparent,
    turned,
)


def rendered(content: bytes) -> tuple[np.ndarray, object]:
    with open_picture(content) as picture:
        assert needs_rendering(picture)
        rendering = render(picture)
    return np.asarray(rendering.image), rendering


def ground_and_organism(pixels: np.ndarray) -> tuple[list, list]:
    return pixels[0, 0].tolist(), pixels[ORGANISM][5, 5].tolist()


SIXTEEN = scene(60000, 9000, "uint16")  # 233 and 35 of 255
TWELVE = scene(3800, 600, "uint16")  # 237 and 37
SHARES = scene(0.9, 0.1, "float32")  # 230 and 26 (25.5)
INVERTED = scene(65535 - 60000, 65535 - 9000, "uint16")
BIG_ENDIAN = {"byteorder": ">"}
DEEP = {
    "PNG of 16 bits": (saved(SIXTEEN), 233, 35, 65535),
    "PNG of 12 bits": (saved(TWELVE), 237, 37, 4095),
    "PNG of 16 bits, interlaced": (saved(SIXTEEN, interlace=True), 233, 35, 65535),
    "PNG of 16 bits, colour": (deep_png(np.dstack([TWELVE] * 3)), 237, 37, 4095),
    "PNG of 16 bits, grey and opaque": (
        deep_png(np.dstack([TWELVE, np.full_like(TWELVE, 65535)])),
        237,
        37,
        4095,
    ),
    "TIFF of 16 bits": (tiff(TWELVE), 237, 37, 4095),
    "TIFF of 16 bits, big-endian": (tiff(SIXTEEN, **BIG_ENDIAN), 233, 35, 65535),
    "TIFF of 16 bits, deflated": (tiff(TWELVE, compression="zlib", predictor=True), 237, 37, 4095),
    "TIFF of 16 bits, colour": (tiff(np.dstack([TWELVE] * 3), photometric="rgb"), 237, 37, 4095),
    "TIFF of 16 bits, colour planes": (
        tiff(np.stack([TWELVE] * 3), photometric="rgb", planarconfig="separate"),
        237,
        37,
        4095,
    ),
    "TIFF of 16 bits, 0 is white": (tiff(INVERTED, photometric="miniswhite"), 233, 35, 65535),
    "TIFF of floats": (tiff(SHARES), 230, 26, 1),
    "TIFF of 64-bit floats": (tiff(SHARES.astype("float64")), 230, 26, 1),
    "TIFF of 16-bit floats": (tiff(SHARES.astype("float16")), 230, 26, 1),
    "TIFF of signed 16 bits": (tiff(TWELVE.astype("int16")), 237, 37, 4095),
    "TIFF of unsigned 32 bits": (tiff(scene(3e9, 0, "uint32")), 178, 0, 2**32 - 1),
    "PGM of 16 bits": (b"P5\n40 30\n4095\n" + TWELVE.astype(">u2").tobytes(), 237, 37, 65535),
}


@pytest.mark.parametrize("name", DEEP)
def test_a_deep_picture_is_seen_in_the_range_of_its_camera(name):
    content, ground, organism, high = DEEP[name]
    pixels, rendering = rendered(content)
    assert pixels.shape == (HEIGHT, WIDTH) and pixels.dtype == np.uint8
    assert ground_and_organism(pixels) == (pytest.approx(ground, abs=1), pytest.approx(organism, abs=1))
    assert rendering.window == Window(0, high)


def grey_palette() -> Image.Image:
    picture = Image.fromarray(scene(1, 0, "uint8")).convert("P")
    picture.putpalette([40, 40, 40, 220, 220, 220])
    return picture


CMYK = Image.fromarray(scene(220, 40, "uint8", 3)).convert("CMYK")
FLAT = {
    "TIFF of 8 bits": (saved(scene(220, 40, "uint8"), "TIFF"), 220, 40),
    "TIFF of 8 bits, LZW": (saved(scene(220, 40, "uint8"), "TIFF", compression="tiff_lzw"), 220, 40),
    "TIFF of 8 bits, 0 is white": (tiff(scene(35, 215, "uint8"), photometric="miniswhite"), 220, 40),
    "BMP": (saved(scene(220, 40, "uint8"), "BMP"), 220, 40),
    "BMP in colour": (saved(scene(220, 40, "uint8", 3), "BMP"), 220, 40),
    "PGM": (saved(scene(220, 40, "uint8"), "PPM"), 220, 40),
    "1-bit PNG": (saved(Image.fromarray(scene(255, 0, "uint8")).convert("1")), 255, 0),
    "1-bit TIFF, group 4": (
        saved(Image.fromarray(scene(255, 0, "uint8")).convert("1"), "TIFF", compression="group4"),
        255,
        0,
    ),
    "palette of a TIFF": (saved(grey_palette(), "TIFF"), 220, 40),
    "PNG with alpha": (saved(transparent("RGBA")), 255, 90),
    "PNG, grey with alpha": (saved(transparent("LA")), 255, 90),
    "PNG with one transparent grey": (saved(scene(0, 90, "uint8"), transparency=0), 255, 90),
    "WebP with alpha": (saved(transparent("RGBA"), "WEBP", lossless=True, exact=True), 255, 90),
    "GIF with a transparent colour": (saved(transparent("RGBA"), "GIF"), 255, 90),
    "PNG of 16 bits with alpha": (
        deep_png(np.dstack([scene(0, 65535, "uint16")] * 4)),
        255,
        255,
    ),
    "TIFF of CMYK": (saved(CMYK, "TIFF"), 220, 40),
    "JPEG of CMYK": (saved(CMYK, "JPEG", quality=100), 220, 40),
    "animated GIF": (animated("GIF"), 220, 40),
    "animated PNG": (animated("PNG"), 220, 40),
    "TIFF of three pages": (animated("TIFF"), 220, 40),
}


@pytest.mark.parametrize("name", FLAT)
def test_any_other_picture_is_seen_as_a_viewer_shows_it(name):
    content, ground, organism = FLAT[name]
    pixels, _ = rendered(content)
    assert pixels.shape == (HEIGHT, WIDTH), "grey stays grey"
    assert ground_and_organism(pixels) == (pytest.approx(ground, abs=1), pytest.approx(organism, abs=1))


def with_gamma(gamma: float) -> bytes:
    """A PNG whose greys a browser shows otherwise, unless the gamma is 1 / 2.2."""
    content = saved(scene(220, 40, "uint8"))
    body = b"gAMA" + struct.pack(">I", round(gamma * 100_000))
    chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
    return content[:33] + chunk + content[33:]


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
FLAT |= {
    "PNG with a gamma": (with_gamma(1), 220, 40),
    "PNG with a colour profile": (saved(scene(220, 40, "uint8"), icc_profile=LAB), 220, 40),
}
PLAIN = {
    "PNG with the gamma of sRGB": with_gamma(0.45455),
    "grey PNG": saved(scene(220, 40, "uint8")),
    "PNG in colour": saved(scene(220, 40, "uint8", 3)),
    "palette": saved(grey_palette()),
    "JPEG with the profile of sRGB": saved(scene(220, 40, "uint8", 3), "JPEG", icc_profile=SRGB),
    "opaque alpha": saved(np.dstack([scene(220, 40, "uint8", 3), scene(255, 255, "uint8")])),
    "JPEG": saved(scene(220, 40, "uint8"), "JPEG"),
    "upright JPEG": turned("JPEG", 1),
    "progressive JPEG": saved(scene(220, 40, "uint8", 3), "JPEG", progressive=True),
    "GIF": saved(scene(220, 40, "uint8"), "GIF"),
    "WebP": saved(scene(220, 40, "uint8", 3), "WEBP"),
    "interlaced PNG": saved(scene(220, 40, "uint8"), interlace=True),
}


@pytest.mark.parametrize("name", PLAIN)
def test_what_everybody_sees_alike_is_left_as_it_is(name):
    with open_picture(PLAIN[name]) as picture:
        assert not needs_rendering(picture)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "size", "dark"),
    [(3, (60, 30), (59, 15)), (6, (30, 60), (15, 0)), (8, (30, 60), (15, 59)), (5, (30, 60), (15, 0))],
)
def test_a_turned_picture_is_upright(kind, orientation, size, dark):
    pixels, rendering = rendered(turned(kind, orientation))
    assert (rendering.image.size, rendering.image.mode) == (size, "L")
    assert pixels[dark[1], dark[0]] < 40 and "turned upright" in rendering.origin
    light = (size[0] - 1 - dark[0], size[1] - 1 - dark[1])
    assert pixels[light[1], light[0]] > 180


@pytest.mark.parametrize("orientation", range(1, 9))
def test_tiffs_of_both_decoders_are_turned_alike(orientation):
    pixels = np.arange(6, dtype="float32").reshape(2, 3) / 6
    tag = [(274, "H", 1, orientation, True)]
    rows = [rendered(tiff(pixels.astype(kind), extratags=tag))[0].tolist() for kind in ("float32", "float64")]
    assert rows[0] == rows[1]


def test_what_is_not_seen_of_a_picture_is_said():
    assert rendered(animated("TIFF"))[1].warnings == (
        "It has 3 pages, and only the first is shown, measured and learnt from.",
    )
    assert "only the first" in rendered(animated("GIF"))[1].warnings[0]
    assert rendered(animated("GIF"))[1].origin == "GIF, palette, frame 1 of 3"


def test_what_is_white_on_white_is_said():
    pixels = deep_png(np.dstack([scene(0, 65535, "uint16")] * 4))
    assert "Laid on white, nothing is to be seen" in rendered(pixels)[1].warnings[0]
    assert rendered(saved(transparent("LA")))[1].warnings == ()


def test_values_that_are_no_numbers():
    pixels = SHARES.copy()
    pixels[0, :3], pixels[1, 0], pixels[2, 0] = np.nan, np.inf, -np.inf
    picture, rendering = rendered(tiff(pixels))
    assert (picture[0, 0], picture[1, 0], picture[2, 0]) == (picture[5, 0], 255, 0)
    assert "3 of its pixels have no value (NaN)" in rendering.warnings[0]
    with pytest.raises(ValueError, match="No pixel of the picture has a value"):
        rendered(tiff(np.full((4, 4), np.nan, "float32")))


def test_what_cannot_be_shown_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="Save it as PNG, or as TIFF of 8 or 16 bits"):
        open_picture(tiff(np.zeros((4, 4, 3), "float32"), photometric="rgb"))


# --- Windows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "is_float", "window"),
    [
        (0, 200, False, (0, 255)),
        (600, 1000, False, (0, 1023)),
        (600, 3800, False, (0, 4095)),
        (0, 16383, False, (0, 16383)),
        (0, 16384, False, (0, 65535)),
        (0, 100_000, False, (0, 131_071)),
        (-300, 900, False, (-320, 1023)),
        (0, 0, False, (0, 1)),
        (0.1, 0.9, True, (0, 1)),
        (0.0, 0.07, True, (0, 1)),
        (0.0, 0.01, True, (0, 0.01171875)),
        (0.2, 1.1, True, (0, 1.25)),  # divided by its background
        (0.0, 230.0, True, (0, 255)),
        (0.0, 3800.0, True, (0, 4095)),
        (-0.3, 0.2, True, (-0.3125, 0.25)),
        (-2.0, -1.0, True, (-2, 0)),
    ],
)
def test_the_window_has_the_steps_of_cameras(low, high, is_float, window):
    assert window_of(ValueRange(low, high, is_float)) == Window(*window)


def test_an_acquisition_has_one_window():
    together = ValueRange(20, 900) | ValueRange(10, 3800)
    assert (together, window_of(together)) == (ValueRange(10, 3800), Window(0, 4095))


def test_what_lies_outside_a_window_is_black_or_white():
    assert to_eight_bits(np.array([[0, 100, 150, 300]], "uint16"), Window(100, 200)).tolist() == [
        [0, 0, 128, 255]
    ]
