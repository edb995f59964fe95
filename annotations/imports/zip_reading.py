"""Reads small entries of a zip at one go, without the lock and the bookkeeping that `zipfile` has for streams: packages
hold a million small pictures, and these took longer to open than to read.

Only what is right in every byte comes from here: for all else `zipfile` says what is wrong.
"""

import os
import struct
import zipfile
import zlib

MOST_BYTES = 2**22  # larger ones are read as streams
LOCAL = struct.Struct(
    "<4s5H3I2H"
)  # head of an entry where it lies: the last two are lengths of its name and notes
SIGNATURE = b"PK\x03\x04"
PLAIN_FLAGS = 0x080E  # how hard it was packed; sizes stand behind the content; the name is UTF-8
SLACK = 64  # bytes of notes, which often are more here than in the list at the end


def read_small(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """Its content, checked by its length and checksum; None for one that isn't as usual. Any thread may ask."""
    if archive.fp is None or entry.file_size > MOST_BYTES or entry.compress_size > MOST_BYTES:
        return None
    name = entry.orig_filename.encode()
    start = LOCAL.size + len(name) + len(entry.extra) + SLACK
    try:
        block = os.pread(archive.fp.fileno(), start + entry.compress_size, entry.header_offset)
    except OSError:
        return None  # what it is, a stream says
    if len(block) < LOCAL.size:
        return None
    signature, _, flags, *_, name_length, notes_length = LOCAL.unpack_from(block)
    behind = LOCAL.size + name_length
    is_usual = signature == SIGNATURE and not flags & ~PLAIN_FLAGS and block[LOCAL.size : behind] == name
    start = behind + notes_length
    packed = block[start : start + entry.compress_size]
    if not is_usual or len(packed) < entry.compress_size or _is_overlapped(entry, start):
        return None
    content = _unpacked(packed, entry)
    is_right = content is not None and len(content) == entry.file_size and zlib.crc32(content) == entry.CRC
    return content if is_right else None


def _is_overlapped(entry: zipfile.ZipInfo, start: int) -> bool:
    """By the next one, as in zip bombs; known to Python from 3.11.8 on."""
    end = getattr(entry, "_end_offset", None)
    return end is not None and entry.header_offset + start + entry.compress_size > end


def _unpacked(packed: bytes, entry: zipfile.ZipInfo) -> bytes | None:
    if entry.compress_type == zipfile.ZIP_STORED:
        return packed
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return None
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.file_size + 1)
    except zlib.error:
        return None
