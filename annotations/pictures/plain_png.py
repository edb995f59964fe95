"""PNGs of the plainest kind, as most vignettes are: grey or colours of 8 bits, without anything that changes how they
look. They are looked at without a decoder, in a fifth of its time.

Only what is right in every byte passes here: of all else Pillow finds out what it is.
"""

import struct
import zlib
from typing import NamedTuple, cast

from isal import isal_zlib

from classifier.contract.refusals import MOST_PIXELS

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = struct.Struct(">IIBBBBB")  # width, height, bits, kind of colours, packing, filters, interlacing
CHUNK = struct.Struct(">I4s")  # length of the content, name
CHANNELS = {0: 1, 2: 3}  # of greys and of colours
MOST_FILTER = 4
UNPACKING = cast(type[Exception], isal_zlib.error)  # which its types take for an exception, not for a class
MOST_NOTE = 2**16
# how long other chunks may be that change no pixel: of those that Pillow reads, what it needs
HARMLESS = {
    b"tEXt": range(MOST_NOTE),
    b"bKGD": range(MOST_NOTE),
    b"tIME": range(MOST_NOTE),
    b"vpAg": range(MOST_NOTE),
    b"pHYs": range(9, 10),
    b"sRGB": range(1, 2),
    b"cHRM": range(32, 33),
}
GAMMA, NO_GAMMA = b"gAMA", (45454, 45455, 45456)  # 1/2.2, as browsers take it without one


class PlainPng(NamedTuple):
    width: int  # pixels
    height: int
    channels: int
    packed: list[bytes]  # pixels, deflated; empty where only the head was asked for


def plain_png(content: bytes, head_only: bool = False) -> PlainPng | None:
    """None for any other picture, also one that is damaged. With `head_only` nothing behind the head is looked at."""
    if not content.startswith(SIGNATURE):
        return None
    head, is_over, place = None, False, len(SIGNATURE)
    packed: list[bytes] = []
    while place + 12 <= len(content) and not is_over:
        length, name = CHUNK.unpack_from(content, place)
        end = place + 8 + length
        is_pixels = name == b"IDAT"
        if head is not None and is_pixels and head_only:
            return PlainPng(*head, packed)
        chunk = content[place + 4 : end]
        if zlib.crc32(chunk).to_bytes(4, "big") != content[end : end + 4]:
            return None
        if head is None:
            head = _head(chunk)
            if head is None:
                return None
        elif is_pixels:
            packed.append(chunk[4:])
        elif name == b"IEND":
            is_over = True
        elif not _is_harmless(name, chunk):
            return None
        place = end + 4
    return PlainPng(*head, packed) if head is not None and is_over and packed else None


def _head(chunk: bytes) -> tuple[int, int, int] | None:
    """Width, height and channels."""
    if len(chunk) != 4 + HEAD.size or not chunk.startswith(b"IHDR"):
        return None
    width, height, bits, colours, *rest = HEAD.unpack_from(chunk, 4)
    is_plain = bits == 8 and colours in CHANNELS and rest == [0, 0, 0]
    return (width, height, CHANNELS[colours]) if is_plain and 0 < width * height <= MOST_PIXELS else None


def _is_harmless(name: bytes, chunk: bytes) -> bool:
    if name == GAMMA:
        return len(chunk) == 8 and int.from_bytes(chunk[4:], "big") in NO_GAMMA
    return name in HARMLESS and len(chunk) - 4 in HARMLESS[name]


def is_whole(png: PlainPng) -> bool:
    """Whether every row of pixels can be unpacked, and nothing else."""
    row = 1 + png.width * png.channels
    unpacking = isal_zlib.decompressobj()
    try:
        rows = unpacking.decompress(b"".join(png.packed), row * png.height + 1)
    except UNPACKING:
        return False
    return unpacking.eof and len(rows) == row * png.height and max(rows[::row]) <= MOST_FILTER
