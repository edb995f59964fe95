"""Moments with a day as other countries write it, of which no file says the order."""

import re
from datetime import datetime, time

from classifier.contract.days import DATE_ORDERS, short_day
from classifier.instruments.base import InstrumentOption

DATES = InstrumentOption(
    "dates",
    "Dates like 12/01/2025 have",
    "Needed only where no date of the files has a number above 12 that tells.",
    DATE_ORDERS,
)
CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([ap])?\.?(?:m\.?)?", re.ASCII | re.IGNORECASE)
NOON = 12


def moment_in(text: str, order: str) -> datetime | None:
    """`12/31/2025 1:05:09 PM` to the second, by the instrument's clock; None for what is none, or could be two."""
    day_text, _, clock_text = text.strip().partition(" ")
    day, clock = short_day(day_text, order), clock_in(clock_text)
    return datetime.combine(day, clock) if day and clock else None


def clock_in(text: str) -> time | None:
    """`1:05:09 PM` or `13:05`; None for what is no time of day."""
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, half = int(match[1]), (match[4] or "").lower()
    if half and not 1 <= hour <= NOON:
        return None
    if half:
        hour = hour % NOON + (NOON if half == "p" else 0)
    try:
        return time(hour, int(match[2]), int(match[3] or 0))
    except ValueError:
        return None
