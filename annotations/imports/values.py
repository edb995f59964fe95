"""How the cells of a table are read. Each raises ValueError with a sentence that says what is accepted."""

import math
import posixpath
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time

# as Python, R, spreadsheets and databases write that there is none
EMPTY_NUMBERS = {"", "nan", "na", "n/a", "#n/a", "#nv", "null", "none"}
FAILED = re.compile(
    r"#[^\W\d_][\w/]*[!?]"
)  # a formula that failed, in any language: #DIV/0!, #VALEUR!, #NAME?
SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,}", re.ASCII)
DEEPEST = 11_500.0  # metres: no sea has as many
# -999, 9999.99, 99999: what programs write where a place was not filled in
UNKNOWN_PLACE = re.compile(r"(?:-9{3,6}|9{4,6})(?:\.(?:9+|0+))?", re.ASCII)
UNKNOWN_MEASURES = frozenset({-999.0, -9999.0, -99999.0, -999.99, 9999.99, 99999.0, 99999.99})
DEGREES_MINUTES = re.compile(
    r"^(-?\d{1,3})\s*°\s*(\d{1,2}(?:\.\d*)?)(?:\s*['′]?\s*(\d{1,2}(?:\.\d*)?)?)?\s*(?:[\"″]|'')?\s*([NSEW]?)$"
)
WITH_SIDE = re.compile(r"^(\d{1,3}(?:\.\d*)?)\s*°?\s*([NSEW])$", re.ASCII)  # 43.5 N
# behind a time nothing but the word that it is UTC: another zone, or “pm”, would be another time
CLOCK = re.compile(
    r"^(\d\d|\d(?=:\d\d:)):(\d\d)(?::(\d\d)(\.\d+)?)?\s*(?:Z|UTC|GMT|\+00:?00)?$", re.ASCII | re.IGNORECASE
)
DIGITS = re.compile(r"^(\d{1,6})(\.\d*)?\s*(?:Z|UTC|GMT)?$", re.ASCII | re.IGNORECASE)
DAY = re.compile(r"^(\d{4})([-/.]?)(\d\d)\2(\d\d)(?:\.0*|[ T]00:00(?::00(?:\.0+)?)?Z?)?$", re.ASCII)
DECIMAL_COMMA = re.compile(r"^[+-]?\d+,\d+$")
HOURS_AND_MINUTES = 4  # digits; a time with seconds has more
MOST_RANK = 32767
# a tenth of a micrometre: with numbers next to nothing PostgreSQL can't work out the sun
LEAST_DEGREES = 1e-12
INFINITE = {"inf", "+inf", "infinity", "+infinity"}


def number(text: str) -> float | None:
    """A finite number; blank, `nan` and `na` mean that there is none."""
    if text.lower() in EMPTY_NUMBERS:
        return None
    try:
        # Python reads over _, as in 1_000, and not the minus of typesetters
        value = float(text.replace("_", "?").replace("\u2212", "-"))
    except ValueError:
        raise ValueError(_no_number(text)) from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not finite. Leave the cell empty where nothing was measured.")
    return value


def _no_number(text: str) -> str:
    if DECIMAL_COMMA.match(text):
        point = text.replace(",", ".")
        return f"{text!r} is no number: it has a decimal comma. Write it with a decimal point, as {point}."
    return f"{text!r} is no number. Write it with a decimal point, or leave the cell empty."


def is_failed(text: str) -> bool:
    """Infinity is what a division by zero leaves, `#DIV/0!` what a spreadsheet makes of it."""
    return text.lower() in INFINITE or FAILED.fullmatch(text) is not None


def measure(text: str) -> float | None:
    """A free column's number; what failed means that there is none."""
    return None if is_failed(text) else number(text)


def depth(text: str) -> float | None:
    """Metres; none for a number that stands for an unknown depth."""
    if is_unknown_place(text):
        return None
    value = number(text)
    if value is not None and abs(value) > DEEPEST:
        raise ValueError(f"{text!r} is no depth: no sea has {DEEPEST:,.0f} m. Correct it, or empty the cell.")
    return value


def is_unknown_place(text: str) -> bool:
    """Whether it is one of the numbers that programs write where a place or depth was not filled in."""
    return UNKNOWN_PLACE.fullmatch(text) is not None


def name_of(most: int) -> Callable[[str], str]:
    """Reads an id of at most that many characters; not what a spreadsheet left of a long number."""
    read_text = text_of(most)

    def read(text: str) -> str:
        if "E+" in text and SHORTENED.fullmatch(text):
            raise ValueError(
                f"{text!r} is what a spreadsheet makes of a long number: the rest of its digits is lost. Take the id "
                "from the table as it was before, and let the spreadsheet read the column as text."
            )
        return read_text(text)

    return read


def latitude(text: str) -> float | None:
    return _angle(text, 90, "latitude")


def longitude(text: str) -> float | None:
    return _angle(text, 180, "longitude")


def _angle(text: str, most: int, name: str) -> float | None:
    """Decimal degrees, or degrees and minutes as `43°41.5`."""
    parts = DEGREES_MINUTES.match(text)
    if parts and parts[4] and (parts[4] in "NS") != (name == "latitude"):
        raise ValueError(f"{text!r} is no {name}. Swap latitude and longitude.")
    side = WITH_SIDE.match(text)
    if side and (side[2] in "NS") != (name == "latitude"):
        raise ValueError(f"{text!r} is no {name}. Swap latitude and longitude.")
    if side:
        value: float | None = float(side[1]) * (-1 if side[2] in "SW" else 1)
    else:
        value = _from_minutes(parts) if parts else number(text)
    if value is not None and abs(value) > 180 and is_unknown_place(text):
        return None
    if value is not None and not -most <= value <= most:
        swapped = " It may be the longitude: then swap the two." if most == 90 and abs(value) <= 180 else ""
        raise ValueError(f"{text!r} is no {name}: it lies outside −{most} to +{most} degrees.{swapped}")
    return 0.0 if value is not None and abs(value) < LEAST_DEGREES else value


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
    try:
        match = DAY.match(text)
        if match is None:
            raise ValueError
        year, _, month, number = match.groups()
        return date(int(year), int(month), int(number))
    except ValueError:
        raise ValueError(f"{text!r} is no date. Write it as YYYYMMDD, for example 20260412.") from None


def clock(text: str, longest: int | None = None) -> time | None:
    """`HHMMSS`, `HHMM`, `HMM` or `HH:MM:SS`, with a fraction of a second where there is one.

    `longest` is the number of digits of the longest time of the column: where a spreadsheet has cut leading zeros off,
    it says what is left. Without it the text itself does.
    """
    if not text:
        return None
    if is_whole_clock(text):
        return whole_clock(text)
    match = CLOCK.match(text)
    parts = match.groups() if match else _digits_of_clock(text, longest)
    try:
        hour, minute, second, fraction = parts
        return time(int(hour), int(minute), int(second or 0), int(float(f"0{fraction or ''}") * 1e6 + 0.5))
    except ValueError:
        raise _no_clock(text, longest) from None


def is_whole_clock(text: str) -> bool:
    """Whether it is `HHMMSS`, as in most tables."""
    return len(text) == 6 and text.isascii() and text.isdecimal()


def whole_clock(text: str) -> time:
    """`HHMMSS`."""
    try:
        return time(int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        raise _no_clock(text, 6) from None


def clock_digits(text: str) -> int:
    """How many digits a time of digits alone has; 0 for any other text."""
    match = DIGITS.match(text.strip())
    return len(match[1]) if match else 0


def _digits_of_clock(text: str, longest: int | None) -> tuple[str, str, str, str | None]:
    """A spreadsheet cuts leading zeros off: 420 is 04:20, and 93000 is 09:30:00."""
    match = DIGITS.match(text)
    if not match:
        raise _no_clock(text, longest)
    digits, fraction = match.groups()
    longest = max(longest or 0, len(digits))
    if longest > HOURS_AND_MINUTES:
        if digits.startswith("0") and len(digits) < 6 and int(digits):
            raise _no_clock(text, longest)  # its zeros were not cut off: it is another notation
        padded = digits.zfill(6)
    else:
        if longest <= 2 and int(digits):
            raise ValueError(
                f"{text!r} may be hours or minutes. Write it as HHMM or HHMMSS, for example 0930 or 093000."
            )
        if float(f"0{fraction or ''}"):
            raise _no_clock(text, longest)  # what a spreadsheet makes of a time: a part of a day
        padded = digits.zfill(4) + "00"
    return padded[:2], padded[2:4], padded[4:], fraction


def _no_clock(text: str, longest: int | None) -> ValueError:
    beside = ", as other times of the column are written" if (longest or 0) > len(text) else ""
    return ValueError(f"{text!r} is no time of day. Write it as HHMMSS{beside}, for example 093000.")


def moment(text: str) -> datetime | None:
    """A day with its time, as ISO 8601 writes it; UTC where it says no zone."""
    if not text:
        return None
    try:
        value = datetime.fromisoformat(text)
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no date. Write it as 2026-04-12T09:30:00Z.") from None


STATES = {
    "": "",
    "noid": "",
    "predicted": "P",
    "validated": "V",
    "dubious": "D",
    "p": "P",
    "v": "V",
    "d": "D",
}


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
    if value is not None and (not 0 <= value <= MOST_RANK or value != int(value)):
        raise ValueError(f"{text!r} is no rank: a rank is a whole number from 0 to {MOST_RANK}.")
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
    if "/" not in text and "\\" not in text:
        return text
    return posixpath.normpath(text.replace("\\", "/"))


def lineage(text: str) -> tuple[str, ...]:
    """`living>Metazoa>Copepoda`, the root first."""
    return tuple(text_of(200)(part.strip()) for part in text.split(">") if part.strip())
