"""How the cells of a table are read. Each raises ValueError with a sentence that says what is accepted."""

import math
import re
from datetime import date, time

EMPTY_NUMBERS = {"", "nan", "na"}
DEGREES_MINUTES = re.compile(r"^(-?\d{1,3})\s*°\s*(\d{1,2}(?:\.\d*)?)(?:\s*['′]?\s*(\d{1,2}(?:\.\d*)?)?)?\s*[\"″]?\s*([NSEW]?)$")
CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?")
DIGITS = re.compile(r"^(\d{1,6})(?!\d)")


def number(text: str) -> float | None:
    """A finite number; blank, `nan` and `na` mean that there is none."""
    if text.lower() in EMPTY_NUMBERS:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number. Write it with a decimal point, or leave the cell empty.") from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not finite. Leave the cell empty where nothing was measured.")
    return value


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
    """`HHMMSS`, `HHMM`, `HMM` or `HH:MM:SS`; what follows, as fractions of a second, is left out."""
    if not text:
        return None
    try:
        if match := CLOCK.match(text):
            hour, minute, second = match.groups()
            if len(hour) != 2:
                raise ValueError
            return time(int(hour), int(minute), int(second or 0))
        digits = DIGITS.match(text)
        if not digits:
            raise ValueError
        padded = digits[1].zfill(4 if len(digits[1]) <= 4 else 6).ljust(6, "0")
        return time(int(padded[:2]), int(padded[2:4]), int(padded[4:]))
    except ValueError:
        raise ValueError(f"{text!r} is no time of day. Write it as HHMMSS, for example 093000.") from None


STATES = {"": "", "noid": "", "predicted": "P", "validated": "V", "dubious": "D"}


def state(text: str) -> str:
    """One letter, or nothing for an object that waits to be classified."""
    try:
        return STATES[text.lower()]
    except KeyError:
        raise ValueError(f"{text!r} is no status. Use predicted, validated, dubious, or leave the cell empty.") from None


def whole(text: str) -> int | None:
    value = number(text)
    if value is not None and (value != int(value) or not 0 <= value < 2**31):
        raise ValueError(f"{text!r} is no whole number from 0.")
    return None if value is None else int(value)


def share(text: str) -> float | None:
    value = number(text)
    if value is not None and not 0 <= value <= 1:
        raise ValueError(f"{text!r} is no score: it lies outside 0 to 1.")
    return value


def text_cell(text: str) -> str:
    if "\x00" in text:
        raise ValueError("The cell holds a NUL character. Save the table again as text.")
    return text
