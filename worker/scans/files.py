"""What a file of scans holds: its pages, how many bits, how large a pixel is by its header."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyvips

MOST_PIXELS = 2_200_000_000
DEEP_FORMATS = ("ushort", "short")
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
STARTS = {"PNG": (b"\x89PNG\r\n\x1a\n",), "JPEG": (b"\xff\xd8\xff",), "TIFF": TIFF_STARTS}
EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "TIFF": "tif"}
UNREADABLE = "This is no scan that can be read. Save it as TIFF, PNG or JPEG, or a video as MP4 or AVI."
TOO_LARGE = (
    "The scan has {width:,} × {height:,} pixels, {megapixels:,} megapixels: {most:,} are the most. "
    "Cut it into parts that overlap no organism."
)
TOO_DEEP = "Its pixels are {kind}, which no scan has. Save it with 8 or 16 bits, grey or colour."
MICROMETRES = 1000  # a millimetre
INCH = 25.4  # millimetres
UNMEASURED = (72, 96)  # dots an inch

# libvips keeps what it has opened by its path: another file there later would be the former one
pyvips.cache_set_max(0)


class ScanError(ValueError):
    """A file that does not come in: the message is for people and names the remedy."""


@dataclass(frozen=True, slots=True)
class ScanPage:
    """A page of a file, before a pixel of it is decoded."""

    path: Path
    format: str  # PNG, JPEG, TIFF
    number: int  # from 0
    width: int  # pixels, as in the file
    height: int
    bands: int
    is_deep: bool  # 16 bits
    turn: int  # EXIF's number, 1 for upright
    header_pixel_um: float | None

    def open(self) -> pyvips.Image:
        """As in the file. Pages that stand upright are read from top to bottom once, and take little memory."""
        access = "sequential" if self.turn == 1 else "random"
        return opened(self.path, self.format, self.number, access)

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.format]

    @property
    def origin(self) -> str:
        """What it was, for people."""
        kind = f"{16 if self.is_deep else 8}-bit {'colour' if self.bands >= 3 else 'grey'}"
        page = f", page {self.number + 1}" if self.number else ""
        return f"{self.format}, {kind}{page}"


def format_of(path: Path) -> str:
    """By its first bytes. Raises ScanError."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise ScanError("The file is empty (0 bytes). Copy it again.")
    for name, starts in STARTS.items():
        if start.startswith(starts):
            return name
    raise ScanError(UNREADABLE)


def page_numbers(path: Path) -> list[int]:
    """The scans of a file: those pages of a TIFF, from 0, that are no smaller copies of others. Raises ScanError."""
    return _full_pages(path) if format_of(path) == "TIFF" else [0]


def opened(path: Path, kind: str, number: int, access: str) -> pyvips.Image:
    """Raises ScanError for what libvips can't read; a file that is cut off fails when its pixels are read."""
    options = {"page": number} if kind == "TIFF" else {}
    try:
        return pyvips.Image.new_from_file(
            str(path), access=access, fail_on="truncated", unlimited=True, revalidate=True, **options
        )
    except pyvips.Error as error:
        raise ScanError(damage(error)) from error


def damage(error: pyvips.Error) -> str:
    """The gist of what libvips says."""
    lines = [line.strip() for line in str(error.detail or error.message).splitlines() if line.strip()]
    reason = lines[-1] if lines else "unreadable"
    return f"The scan is damaged or cut off ({reason[:120]}). Copy it again, or save it anew."


def _full_pages(path: Path) -> list[int]:
    """A pyramid keeps smaller copies as pages of their own."""
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            missing = max(map(_end_of, file.pages)) - path.stat().st_size
            full = [number for number, page in enumerate(file.pages) if not _is_reduced(page)]
    except (tifffile.TiffFileError, OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise ScanError(
            f"The scan is damaged or cut off ({str(error)[:120]}). Copy it again, or save it anew."
        ) from error
    if missing > 0:
        raise ScanError(f"The scan is cut off: its last {missing:,} bytes are missing. Copy it again.")
    return full or [0]


def _end_of(page: Any) -> int:
    """The byte behind the last of its pixels. libtiff only warns where there are none."""
    return max(map(sum, zip(page.dataoffsets, page.databytecounts, strict=True)), default=0)


def _is_reduced(page: object) -> bool:
    return bool(getattr(page, "is_reduced", False))


def page_of(path: Path, number: int) -> ScanPage:
    """Raises ScanError for one that can't come in."""
    kind = format_of(path)
    image = opened(path, kind, number, "sequential")
    _refuse(image)
    return ScanPage(
        path=path,
        format=kind,
        number=number,
        width=image.width,
        height=image.height,
        bands=image.bands,
        is_deep=image.format in DEEP_FORMATS,
        turn=int(image.get("orientation")) if image.get_typeof("orientation") else 1,
        header_pixel_um=_header_pixel(image),
    )


def _refuse(image: pyvips.Image) -> None:
    pixels = image.width * image.height
    if pixels > MOST_PIXELS:
        raise ScanError(
            TOO_LARGE.format(
                width=image.width, height=image.height, megapixels=pixels // 10**6, most=MOST_PIXELS // 10**6
            )
        )
    if image.format not in (*DEEP_FORMATS, "uchar"):
        raise ScanError(TOO_DEEP.format(kind=image.format))


def _header_pixel(image: pyvips.Image) -> float | None:
    """None where the header says nothing: libvips counts one pixel a millimetre then, other programs 72 or 96 dpi."""
    if image.xres <= 0 or image.xres == 1 or round(image.xres * INCH) in UNMEASURED:
        return None
    return round(MICROMETRES / image.xres, 4)
