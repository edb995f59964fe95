"""Days as spreadsheets of different countries write them: `31/12/2025`, `12/31/25`, `31.12.2025`."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

DAY_FIRST, MONTH_FIRST = "day_first", "month_first"
DATE_ORDERS = {
    "": "as the files tell; ask where they don't",
    DAY_FIRST: "day first: 12/01/2025 is 12 January",
    MONTH_FIRST: "month first: 12/01/2025 is 1 December",
}
SHORT_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
MONTHS = 12


def is_short_day(text: str) -> bool:
    """Whether it is a day with its year last, which countries write in two orders."""
    return SHORT_DAY.fullmatch(text) is not None


def order_of(texts: Iterable[str]) -> str | None:
    """The order in which all of them are written, by the one that can be read in one order only.

    Empty where none tells; None where they contradict each other.
    """
    orders = {order for text in texts if (order := _order_by_itself(text))}
    return None if len(orders) > 1 else next(iter(orders), "")


def _order_by_itself(text: str) -> str:
    match = SHORT_DAY.fullmatch(text)
    first, second = (int(match[1]), int(match[3])) if match else (0, 0)
    if first > MONTHS >= second:
        return DAY_FIRST
    return MONTH_FIRST if second > MONTHS >= first else ""


def short_day(text: str, order: str) -> date | None:
    """The day in that order; None for what is no day, or could be two where no order is said."""
    match = SHORT_DAY.fullmatch(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    order = order or (DAY_FIRST if first == second else _order_by_itself(text))
    if not order:
        return None
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    try:
        return date(_year(match[4]), month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    """Of two digits the last such year that has begun: 95 is 1995."""
    if len(text) > 2:
        return int(text)
    now = datetime.now(UTC).year
    year = now - now % 100 + int(text)
    return year if year <= now else year - 100
