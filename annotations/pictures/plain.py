"""Pictures for strangers: without what cameras and programs note beside the pixels, as places and serial numbers.

The pixels stay as they are: of the file, which is not encoded anew, only what they are decoded by is left, as makers
write notes of many kinds. The copy is made when it is first asked for, and kept beside the pictures. Its address is
signed for it alone: it opens nothing of the picture itself.
"""

import hashlib
import io
import re
from collections.abc import Iterator

from django.utils.crypto import constant_time_compare
from PIL import Image

from annotations.pictures.keys import KEY_PATTERN, PREFIX, signature
from annotations.pictures.store import SAME, is_stored, read_picture, store_once

PARAMETER = "plain"
RECIPE = "plain-2"
JPEG_APPLICATIONS = {*range(0xE0, 0xF0), 0xFE}  # what programs and makers write as they like, and comments
JPEG_COLOURS = {
    0xE0: b"JFIF\0",
    0xE2: b"ICC_PROFILE\0",
    0xEE: b"Adobe",
}  # of those, what pixels are decoded by
JPEG_END, JPEG_SCAN = 0xD9, 0xDA
JPEG_SEGMENT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
PNG_PIXELS = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"),
    *(b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs"),
}
WEBP_PIXELS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
WEBP_FLAGS = 0x08 | 0x04  # of VP8X: that there are EXIF and XMP
WITHOUT_NOTES = ("bmp", "pnm")  # formats that have no room for any


def plain_url(key: str) -> str:
    """The address of the picture without notes, for everybody."""
    return f"{PREFIX}{key}?{PARAMETER}={_signature(key)}"


def may_open_plain(key: str, signed: str) -> bool:
    return bool(KEY_PATTERN.match(key)) and constant_time_compare(_signature(key), signed)


def plain_of(key: str) -> str:
    """The key of the picture without notes; its own where it has none. Raises as `read_picture`."""
    extension = key.rpartition(".")[2]
    if extension in WITHOUT_NOTES:
        return key
    plain = _plain_key(key, extension if extension in CUTTERS else "png")
    if is_stored(plain):
        return plain
    if is_stored(f"{plain}{SAME}"):
        return key
    content = read_picture(key)
    without = without_notes(content, extension)
    if without == content:
        store_once(f"{plain}{SAME}", b"")
        return key
    store_once(plain, without)
    return plain


def without_notes(content: bytes, extension: str) -> bytes:
    """Of formats whose notes nobody here cuts out the pixels are saved as PNG."""
    if extension in CUTTERS:
        return b"".join(CUTTERS[extension](content))
    out = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        pixels = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        pixels.info.clear()
        pixels.save(out, "PNG")
    return out.getvalue()


def _signature(key: str) -> str:
    return signature(f"{RECIPE} {key}")


def _plain_key(key: str, extension: str) -> str:
    digest = hashlib.sha256(f"{key} {RECIPE}".encode()).hexdigest()
    return f"p/{digest[:2]}/{digest[2:]}.{extension}"


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    """Segments are a marker of two bytes, their length with its own two bytes, and so many bytes; pixels follow a scan.
    What stands behind the end, as further pictures of a camera with notes of their own, is left out."""
    yield content[:2]
    place = _next_segment(content, 2)
    while place < len(content) and content[place + 1] != JPEG_END:
        marker = content[place + 1]
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4])
        if marker == JPEG_SCAN:
            end = _next_segment(content, end)
        if marker not in JPEG_APPLICATIONS or content.startswith(JPEG_COLOURS.get(marker, ()), place + 4):
            yield content[place:end]
        place = _next_segment(content, end)
    yield content[place : place + 2]


def _next_segment(content: bytes, place: int) -> int:
    """In pixels 0xFF stands before 0x00 or the number of a restart alone; else it fills up."""
    following = JPEG_SEGMENT.search(content, place)
    return following.start() if following else len(content)


def _png_parts(content: bytes) -> Iterator[bytes]:
    """Chunks are a length, a kind, so many bytes, and a sum of four bytes."""
    yield content[:8]
    place = 8
    while place + 8 <= len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4])
        kind = content[place + 4 : place + 8]
        if kind in PNG_PIXELS:
            yield content[place:end]
        place = len(content) if kind == b"IEND" else end


def _webp_parts(content: bytes) -> Iterator[bytes]:
    """Chunks are a kind, a length and so many bytes, filled up to an even number."""
    chunks = []
    place = 12
    while place + 8 <= len(content):
        length = int.from_bytes(content[place + 4 : place + 8], "little")
        end = place + 8 + length + length % 2
        kind, chunk = content[place : place + 4], content[place:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~WEBP_FLAGS]) + chunk[9:]
        if kind in WEBP_PIXELS:
            chunks.append(chunk)
        place = end
    size = 4 + sum(map(len, chunks))
    yield from (b"RIFF", size.to_bytes(4, "little"), b"WEBP", *chunks)


CUTTERS = {"jpg": _jpeg_parts, "png": _png_parts, "webp": _webp_parts}
