"""How the cells of a table are read. Each raises ValueError with a sentence that says what is accepted."""

import math
import posixpath
import re
from collections.abc import Callable
from datetime import date, time

EMPTY_NUMBERS = {"", "nan", "na"}
DEGREES_MINUTES = re.compile(
    r"^(-?\d{1,3})\s*°\s*(\d{1,2}(?:\.\d*)?)(?:\s*['′]?\s*(\d{1,2}(?:\.\d*)?)?)?\s*[\"″]?\s*([NSEW]?)$"
)
CLOCK = re.compile(r"^(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(?!\d)")
DIGITS = re.compile(r"^(\d{1,6})(?![\d:])(\.\d+)?")
MOST_RANK = 32767


def number(text: str) -> float | None:
    """A finite number; blank, `nan` and `na` mean that there is none."""
    if text.lower() in EMPTY_NUMBERS:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no number. Write it with a decimal point, or leave the cell empty."
        ) from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not finite. Leave the cell empty where nothing was measured.")
    return value


def measure(text: str) -> float | None:
    """A free column's number. Infinity, which is what a division by zero leaves, means that there is none."""
    return None if text.lower() in ("inf", "+inf", "infinity", "+infinity") else number(text)


def latitude(text: str) -> float | None:
    return _angle(text, 90, "latitude")


def longitude(text: str) -> float | None:
    return _angle(text, 180, "longitude")


def _angle(text: str, most: int, name: str) -> float | None:
    """Decimal degrees, or degrees and minutes as `43°41.5`."""
    parts = DEGREES_MINUTES.match(text)
    value = _from_minutes(parts) if parts else number(text)
    if value is not None and not -most <= value <= most:
        raise ValueError(f"{text!r} is no {name}: it lies outside −{most} to +{most} degrees.")
    return value


def _from_minutes(parts: re.Match) -> float:
    degrees, minutes, seconds, side = parts.groups()
    if float(minutes) >= 60 or float(seconds or 0) >= 60:
        raise ValueError(
            f"{parts[0]!r} has 60 minutes or seconds, or more. Write decimal degrees, for example 43.6917."
        )
    size = abs(int(degrees)) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -size if degrees.startswith("-") or side in ("S", "W") else size


def day(text: str) -> date | None:
    """`YYYYMMDD` or `YYYY-MM-DD`."""
    if not text:
        return None
    digits = text.replace("-", "")
    try:
        if len(digits) != 8:
            raise ValueError
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise ValueError(f"{text!r} is no date. Write it as YYYYMMDD, for example 20260412.") from None


def clock(text: str) -> time | None:
    """`HHMMSS`, `HHMM`, `HMM` or `HH:MM:SS`, with a fraction of a second where there is one."""
    if not text:
        return None
    try:
        if match := CLOCK.match(text):
            hour, minute, second, fraction = match.groups()
        else:
            hour, minute, second, fraction = _digits_of_clock(text)
        return time(int(hour), int(minute), int(second or 0), int(float(fraction or 0) * 1e6 + 0.5))
    except ValueError:
        raise ValueError(f"{text!r} is no time of day. Write it as HHMMSS, for example 093000.") from None


def _digits_of_clock(text: str) -> tuple[str, str, str, str | None]:
    """A spreadsheet cuts leading zeros off: 420 is 04:20."""
    match = DIGITS.match(text)
    if not match:
        raise ValueError
    digits, fraction = match.groups()
    padded = digits.zfill(4 if len(digits) <= 4 else 6).ljust(6, "0")
    return padded[:2], padded[2:4], padded[4:], fraction if len(digits) > 4 else None


STATES = {"": "", "noid": "", "predicted": "P", "validated": "V", "dubious": "D"}


def state(text: str) -> str:
    """One letter, or nothing for an object that waits to be classified."""
    try:
        return STATES[text.lower()]
    except KeyError:
        raise ValueError(
            f"{text!r} is no status. Use predicted, validated, dubious, or leave the cell empty."
        ) from None


def whole(text: str) -> int | None:
    value = number(text)
    if value is not None and (value != int(value) or not 0 <= value < 2**31):
        raise ValueError(f"{text!r} is no whole number from 0.")
    return None if value is None else int(value)


def rank(text: str) -> int | None:
    value = number(text)
    if value is not None and not 0 <= value <= MOST_RANK:
        raise ValueError(f"{text!r} is no rank: it lies outside 0 to {MOST_RANK}.")
    return None if value is None else int(value)


def share(text: str) -> float | None:
    value = number(text)
    if value is not None and not 0 <= value <= 1:
        raise ValueError(f"{text!r} is no score: it lies outside 0 to 1.")
    return value


def text_of(most: int) -> Callable[[str], str]:
    """Reads a text of at most that many characters."""

    def read(text: str) -> str:
        if len(text) > most:
            raise ValueError(f"The text has {len(text):,} characters, {most} are the most. Shorten it.")
        return text

    return read


def file_name(text: str) -> str:
    """A path relative to the table, written one way: `./a.png` and `sub\\a.png` are a.png and sub/a.png."""
    if len(text) > 500:
        raise ValueError(f"The file name has {len(text):,} characters, 500 are the most. Shorten it.")
    return posixpath.normpath(text.replace("\\", "/")) if text else ""


def lineage(text: str) -> tuple[str, ...]:
    """`living>Metazoa>Copepoda`, the root first."""
    return tuple(text_of(200)(part.strip()) for part in text.split(">") if part.strip())
