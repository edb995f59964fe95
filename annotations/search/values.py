"""The values of a filter, read from a URL: each raises ValidationError that names the parameter and the remedy."""

import math
import re
from datetime import date, time

from django.core.exceptions import ValidationError

from annotations.samples.models import Sun

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
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise ValidationError(f"`{name}` is {text!r}, but takes a number.")
    return found


def novelty(text: str, name: str) -> float:
    """In percent. What is nearer than 95 % is nothing to look for, and no index has it."""
    found = number(text, name)
    if not 95 <= found <= 100:
        raise ValidationError(f"`{name}` is {text}, but takes a percentage from 95 to 100.")
    return found


def words(text: str, name: str) -> str:
    if "\0" in text or not _is_utf8(text):  # PostgreSQL keeps neither
        raise ValidationError(f"`{name}` is {text!r}, but takes a text.")
    return text


def _is_utf8(text: str) -> bool:
    """Not so for half of a surrogate pair, which JSON can bring."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def day(text: str, name: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.max
    if found == date.max:  # it has no day after it, which the last day of a range needs
        raise ValidationError(f"`{name}` is {text!r}, but takes a date as 2026-04-30.")
    return found


def month(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 12:
        raise ValidationError(f"`{name}` is {text!r}, but takes a month from 1 to 12.")
    return int(text)


def clock(text: str, name: str) -> time:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise ValidationError(f"`{name}` is {text!r}, but takes a time as 21:30.")
    return time.fromisoformat(text)


def sun(text: str, name: str) -> str:
    if text not in Sun.names_in_words():
        raise ValidationError(f"`{name}` is {text!r}, but takes one of {', '.join(Sun.names_in_words())}.")
    return Sun[text.upper()].value


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


def cell(text: str, name: str) -> tuple[int, ...]:
    parts = tuple(whole(part, name) for part in text.split(":"))
    if len(parts) != 3:
        raise ValidationError(f"`{name}` takes three numbers: model:taxon:predicted.")
    return parts


COMPARISON = re.compile(r"(.+?)(>=|<=|!=|=|>|<|~)(.*)", re.DOTALL)


def comparison(text: str, name: str) -> Comparison:
    """`area>=100` → ("area", ">=", "100"); `~` is “contains”."""
    found = COMPARISON.fullmatch(words(text, name))
    if not found:
        raise ValidationError(f"`{name}` is {text!r}, but takes a comparison as area>=100 or remark~eggs.")
    return found[1].strip(), found[2], found[3].strip()


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


Compared = tuple[int, int, str, int, str]  # reading, reader, what they said, another reader, what they said


def compared_reading(text: str, name: str) -> Compared:
    """reading:reader:taxon:reader:taxon, where taxon 0 is “can't tell”; or with values of the trait that was read."""
    parts = words(text, name).split(":")
    if len(parts) != 5 or not all(parts[2::2]):
        raise ValidationError(
            f"`{name}` takes five parts: reading:reader:taxon:reader:taxon, or values in place of taxa."
        )
    reading, first, this, second, that = parts
    return whole(reading, name), whole(first, name), this, whole(second, name), that
