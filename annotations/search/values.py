"""How a filter's text is read: each raises ValidationError that names the parameter and the remedy."""

import math
import re
from datetime import date, time

from django.core.exceptions import ValidationError

from annotations.samples.models import DayPhase

Comparison = tuple[str, str, str]  # what is compared, operator, text
SIGNS = {">=": "≥", "<=": "≤", "!=": "≠", "~": "contains"}  # operators as a chip shows them


def whole(text: str, name: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ValidationError(f"`{name}` is {text!r}, but takes the number of a {name}.") from None
    if not 0 < number < 2**63:
        raise ValidationError(f"`{name}` is {text}, but takes the number of a {name}.")
    return number


def number(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValidationError(f"`{name}` is {text!r}, but takes a number.")
    return value


def words(text: str, name: str) -> str:
    if "\0" in text or not _is_utf8(text):  # PostgreSQL keeps neither
        raise ValidationError(f"`{name}` is {text!r}, but takes a text.")
    return text


def _is_utf8(text: str) -> bool:
    """Not so for half of a surrogate pair, which JSON can bring."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def day(text: str, name: str) -> date:
    """In the one form that means the same everywhere: of weeks, and without hyphens, ISO has others."""
    try:
        value = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else date.max
    except ValueError:
        value = date.max
    if value == date.max:  # it has no day after it, which the last day of a range needs
        raise ValidationError(f"`{name}` is {text!r}, but takes a date as 2026-04-30 (YYYY-MM-DD).")
    return value


def month(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 12:
        raise ValidationError(f"`{name}` is {text!r}, but takes a month from 1 to 12.")
    return int(text)


def clock(text: str, name: str) -> time:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise ValidationError(f"`{name}` is {text!r}, but takes a time as 21:30.")
    return time.fromisoformat(text)


def sun(text: str, name: str) -> str:
    if text not in DayPhase.names_in_words():
        raise ValidationError(
            f"`{name}` is {text!r}, but takes one of {', '.join(DayPhase.names_in_words())}."
        )
    return DayPhase[text.upper()].value


def box(text: str, name: str) -> tuple[float, ...]:
    """west,south,east,north in degrees; west may be greater than east, across the date line."""
    parts = [number(part, name) for part in text.split(",")]
    if len(parts) != 4 or not (-90 <= parts[1] <= parts[3] <= 90) or max(abs(parts[0]), abs(parts[2])) > 180:
        raise ValidationError(f"`{name}` is {text!r}, but takes west,south,east,north in degrees.")
    return tuple(parts)


def yes(text: str, name: str) -> bool:
    if text.lower() not in ("1", "true", "yes"):
        raise ValidationError(f"`{name}` takes 1, or is left out.")
    return True


COMPARISON = re.compile(r"(.+?)(>=|<=|!=|=|>|<|~)(.*)", re.DOTALL)


def comparison(text: str, name: str) -> Comparison:
    """`area>=100` → ("area", ">=", "100"); `~` is “contains”."""
    parts = COMPARISON.fullmatch(words(text, name))
    if not parts:
        raise ValidationError(f"`{name}` is {text!r}, but takes a comparison as area>=100 or remark~eggs.")
    return parts[1].strip(), parts[2], parts[3].strip()


def times(text: str, name: str) -> tuple[time, time]:
    start, dash, end = text.partition("-")
    if not dash:
        raise ValidationError(f"`{name}` is {text!r}, but takes two times as 22:00-04:00.")
    return clock(start, name), clock(end, name)


def span(text: str, name: str) -> tuple[float, float]:
    """`50:100`: from 50, and below 100."""
    first, colon, last = text.partition(":")
    if not colon:
        raise ValidationError(f"`{name}` is {text!r}, but takes two numbers as 50:100.")
    return number(first, name), number(last, name)


def hour(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 23:
        raise ValidationError(f"`{name}` is {text!r}, but takes an hour from 0 to 23.")
    return int(text)
