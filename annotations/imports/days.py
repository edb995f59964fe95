"""The days of one column, which countries write in two orders: `31/12/2025` or `12/31/2025`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from annotations.imports import values
from classifier.contract.days import DAY_FIRST, is_short_day, order_of, short_day

WRITE = "Write it as YYYYMMDD, for example 20260412."


class OpenDayError(ValueError):
    """A day that could be two; the person can say which is meant."""


@dataclass
class DayColumn:
    """Reads days of a column as all of its cells together tell, or as the person says.

    `cells` gives all of the column; it is asked for once, where there are days with their year last. `report` gets a
    sentence about the order that these were read in.
    """

    chosen: str  # one of DATE_ORDERS
    cells: Callable[[], Iterable[str]]
    report: Callable[[str], None]
    _order: str | None = field(default=None, init=False)
    _is_known: bool = field(default=False, init=False)

    def read(self, text: str) -> date | None:
        """Raises ValueError with a sentence; OpenDayError where an answer of the person settles it."""
        day_text = text.partition(" ")[0] if text.endswith((" 00:00", " 0:00", ":00:00")) else text
        if not is_short_day(day_text):
            return values.day(text)
        order = self._order_of_column()
        if order is None:
            raise ValueError(
                f"The column has dates with the day first and dates with the month first, so {text!r} can't be "
                f"read. {WRITE}"
            )
        day = short_day(day_text, order)
        if day is None and order == "":
            raise OpenDayError(
                f"{text!r} could be two days: no date of the column tells which number is the day. Say it under "
                f"“Dates like 12/01/2025 have”. Or w{WRITE[1:]}"
            )
        if day is None:
            raise ValueError(f"{text!r} is no date with the {_first(order)} first. {WRITE}")
        return day

    def _order_of_column(self) -> str | None:
        if not self._is_known:
            self._is_known = True
            self._order = self.chosen or order_of(cell.partition(" ")[0] for cell in self.cells())
            if self._order and not self.chosen:
                self.report(
                    f"Dates with their year last were read with the {_first(self._order)} first, as they tell."
                )
        return self._order


def _first(order: str) -> str:
    return "day" if order == DAY_FIRST else "month"
