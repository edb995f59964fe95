"""What an entry of a zip may be called, what no honest zip holds, and what a file is that is no zip."""

import re
import stat
import struct
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from annotations.imports.errors import PackageError
from annotations.imports.names import decodings

# a path that is none but itself: no part is empty, begins with a dot, or has another sign
PLAIN_PATH = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*", re.ASCII)
RATIO_FROM = 10 * 2**20  # small files may pack as they like
MOST_RATIO = 200  # a picture or a table packs 20 to 1 at best; a zip bomb 1,000 to 1
OTHER_FORMATS = {
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "a gzip file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"%PDF": "a PDF",
}
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # PNG, JPEG, TIFF, BigTIFF
UTF8_FLAG, UTF8_PATH = 0x800, 0x7075  # in a zip: the name is UTF-8; the extra field that gives it in UTF-8


def kind_of_file(file: BinaryIO) -> str:
    """What a file that opens as no zip is, and what to do about it."""
    file.seek(0)
    start = file.read(512)
    if start.startswith(PICTURES):
        return (
            "is a picture, and no zip file. A scan of many organisms comes in under Data, Scans; pictures of single "
            "ones come in a zip or a folder."
        )
    for magic, what in OTHER_FORMATS.items():
        if start.startswith(magic):
            return (
                f"is {what} that is only called .zip: it is no zip file. Unpack it, and zip what was in it."
            )
    if start[257:262] == b"ustar":
        return "is a tar archive: it is no zip file. Unpack it, and zip what was in it."
    if b"object_id" in start:
        return "is a table: it is no zip file. Zip it together with the pictures that it names."
    return "is no zip file, or it is damaged. Make the zip again."


def safe_names(info: zipfile.ZipInfo, prefix: str) -> list[str]:
    """What the entry's path may be, with forward slashes, the likeliest first.

    Raises PackageError for what no honest package holds.
    """
    if PLAIN_PATH.fullmatch(info.filename):
        _refuse_unsafe(info, prefix + info.filename)
        return [info.filename]
    names = [name.replace("\\", "/") for name in _names(info)]
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or ":" in next(iter(path.parts), ""):
            raise PackageError(
                f"{prefix + name} would be unpacked outside the package. "
                "Make the zip again from inside its folder."
            )
    _refuse_unsafe(info, prefix + names[0])
    return [PurePosixPath(name).as_posix() for name in names]


def _names(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """Python takes names without the flag of UTF-8 for code page 437, which few tools still write."""
    if info.flag_bits & UTF8_FLAG or info.filename.isascii():
        return (info.filename,)
    if (name := _extra_name(info.extra)) is not None:
        return (name,)
    return decodings(info.filename.encode("cp437"))


def _extra_name(extra: bytes) -> str | None:
    """The name that Info-ZIP puts into an extra field: version, checksum of the plain name, UTF-8."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == UTF8_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8", errors="replace")
        extra = extra[4 + size :]
    return None


def _refuse_unsafe(info: zipfile.ZipInfo, name: str) -> None:
    if stat.S_ISLNK(info.external_attr >> 16):
        raise PackageError(f"{name} is a link. Put the file itself into the zip.")
    if info.flag_bits & 1:
        raise PackageError(f"{name} is encrypted. Make the zip again without a password.")
    if info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise PackageError(
            f"{name} unpacks to {info.file_size / 10**6:,.0f} MB, {MOST_RATIO} times its size or more: "
            "that looks like a zip bomb. Leave it out."
        )
