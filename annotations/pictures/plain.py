"""Pictures for strangers: without what cameras and programs note beside the pixels, as places and serial numbers.

The pixels stay as they are: notes are cut out of the file, which is not encoded anew. The copy is made when it is first
asked for, and kept beside the pictures. Its address is signed for it alone: it opens nothing of the picture itself.
"""

import hashlib
import io
from collections.abc import Iterator

from django.utils.crypto import constant_time_compare
from PIL import Image

from annotations.pictures.keys import KEY_PATTERN, PREFIX, signature
from annotations.pictures.store import is_stored, read_picture, store_once

PARAMETER = "plain"
RECIPE = "plain-1"
JPEG_NOTES = {0xE1, 0xED, 0xFE}  # APP1: EXIF and XMP, APP13: IPTC, comments
JPEG_END = b"\xff\xd9"
JPEG_SCAN = 0xDA  # behind it there is nothing but pixels
PNG_NOTES = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
WEBP_NOTES = {b"EXIF", b"XMP "}
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
    content = read_picture(key)
    without = without_notes(content, extension)
    if without == content:
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
    """Segments are a marker of two bytes, their length with its own two bytes, and so many bytes."""
    yield content[:2]
    place, is_first_of_several = 2, False
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != JPEG_SCAN:
        if content[place + 1] == 0xFF:  # fills up
            place += 1
            continue
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4])
        is_index = content[place + 4 : place + 8] == b"MPF\0"
        is_first_of_several |= is_index
        if content[place + 1] not in JPEG_NOTES and not is_index:
            yield content[place:end]
        place = end
    rest = content[place:]
    # further pictures of a camera have notes of their own
    yield rest.partition(JPEG_END)[0] + JPEG_END if is_first_of_several else rest


def _png_parts(content: bytes) -> Iterator[bytes]:
    """Chunks are a length, a kind, so many bytes, and a sum of four bytes."""
    yield content[:8]
    place = 8
    while place + 8 <= len(content):
        end = place + 12 + int.from_bytes(content[place : place + 4])
        if content[place + 4 : place + 8] not in PNG_NOTES:
            yield content[place:end]
        place = end


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
        if kind not in WEBP_NOTES:
            chunks.append(chunk)
        place = end
    size = 4 + sum(map(len, chunks))
    yield from (b"RIFF", size.to_bytes(4, "little"), b"WEBP", *chunks)


CUTTERS = {"jpg": _jpeg_parts, "png": _png_parts, "webp": _webp_parts}
