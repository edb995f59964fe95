"""What UVP projects say of their profiles: `meta/uvp5_header_….txt`, `meta/uvp6_header_….txt`, and `metadata.ini`."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

from classifier.instruments.files import Files, once_for_files
from classifier.instruments.pid import meaning
from classifier.instruments.records import BrokenFile

HEADER = re.compile(r"(?:^|/)uvp[56]_header_[^/]*\.txt$", re.IGNORECASE)
WITH_SIGNS = re.compile(r"\s*([+-]?)(\d{1,3})\s*°\s*(\d{1,2}(?:\.\d+)?)['′ ]*(\d{1,2}(?:\.\d+)?)?[\"″]?\s*")
PACKED = re.compile(r"\s*([+-]?)(\d{2,5})\s+(\d{1,2}(?:\.\d+)?)\s*")
MOST_NORTH, MOST_EAST = 90, 180
SECTION = "sample_metadata"


@once_for_files
def header_rows(files: Files) -> list[dict[str, str]]:
    """The profiles of all header tables, names in lower case; a table that can't be read has none."""
    rows: list[dict[str, str]] = []
    for path in filter(HEADER.search, files.paths()):
        with suppress(csv.Error, zipfile.BadZipFile, zlib.error, EOFError), files.open(path) as file:
            table = csv.DictReader(io.TextIOWrapper(file, encoding="latin-1"), delimiter=";")
            rows += [named(row.items()) for row in table]
    return rows


def named(pairs: Iterable[tuple[str | None, object]]) -> dict[str, str]:
    return {name.strip().lower(): meaning(str(value or "")) for name, value in pairs if name}


def profile_of(rows: list[dict[str, str]], *names: str) -> dict[str, str]:
    """The row whose profile or first file is one of these names; empty where there is none."""
    digits = {name.replace("-", "").lower() for name in names}
    return next(
        (
            row
            for row in rows
            if {row.get("profileid", "").lower(), row.get("filename", "").replace("-", "").lower()} & digits
            or row.get("profileid", "") in names
        ),
        {},
    )


def read_ini(content: bytes) -> dict[str, dict[str, str]]:
    """`[section]` and `name=value`, names in lower case."""
    sections: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    for line in content.decode("latin-1").splitlines():
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            section = sections.setdefault(text[1:-1].lower(), {})
        elif "=" in text and not text.startswith(";"):
            name, _, value = text.partition("=")
            section[name.strip().lower()] = meaning(value)
    return sections


def degrees(text: str, most: int = MOST_EAST, *, of_minutes: bool = False) -> float | None:
    """`43.4111`, `43°48 08` or `-6429 57` (64° 29′ 57″ S) as degrees; None for what is none, or could be two.

    With `of_minutes` the decimals of a plain number are minutes: `43.4111` is 43° 41.11′.
    """
    if match := WITH_SIGNS.fullmatch(text):
        return _angle(*match.groups())
    if match := PACKED.fullmatch(text):
        return _without_signs(match[1], match[2], match[3], most)
    try:
        value = float(text)
    except ValueError:
        return None
    if of_minutes and abs(value) <= most:
        whole, minutes = int(value), round((value - int(value)) * 100, 6)
        return whole + minutes / 60 if abs(minutes) < 60 else None
    return value


def _angle(sign: str, whole: str, minutes: str, seconds: str | None) -> float | None:
    if float(minutes) >= 60 or float(seconds or 0) >= 60:
        return None
    value = int(whole) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -value if sign == "-" else value


def _without_signs(sign: str, digits: str, seconds: str, most: int) -> float | None:
    """The sign of degrees is lost, and minutes have one digit or two: `305 0` could be 3° 05′ or 30° 5′."""
    cuts = [(digits[:-count], digits[-count:]) for count in (1, 2) if len(digits) > count]
    angles = {_angle(sign, whole, minutes, seconds) for whole, minutes in cuts if int(whole) <= most}
    possible = angles - {None}
    return possible.pop() if len(possible) == 1 else None


def position_of(row: dict[str, str], *, of_minutes: bool = False) -> tuple[float | None, float | None]:
    """Degrees north and east of a row; None for both where one is missing, or is no position."""
    north = degrees(row.get("latitude", ""), MOST_NORTH, of_minutes=of_minutes)
    east = degrees(row.get("longitude", ""), MOST_EAST, of_minutes=of_minutes)
    if north is None or east is None or not (abs(north) <= MOST_NORTH and abs(east) <= MOST_EAST):
        return None, None
    return north, east


def position_faults(row: dict[str, str], path: str, *, of_minutes: bool = False) -> Iterator[BrokenFile]:
    """Says that a row has a position, of which none can be made, or more than one."""
    latitude, longitude = row.get("latitude", ""), row.get("longitude", "")
    if latitude and longitude and position_of(row, of_minutes=of_minutes) == (None, None):
        message = (
            f"The position {latitude}, {longitude} is none, or could be read in two ways: it is left out."
        )
        yield BrokenFile(path, message, "Write it as 43°48 08, or give it later.", warning=True)
