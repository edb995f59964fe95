"""Axes: a scale, its ticks, and what they measure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from annotations.common.figures import in_figures
from annotations.common.plots.scales import LinearScale, LogScale, Scale
from annotations.common.plots.ticks import date_ticks, linear_ticks, log_ticks, tick_labels

MOST_POSITIONS = 8
LONGEST = 28  # letters of a name beside its row


@dataclass(frozen=True)
class Tick:
    value: float
    label: str


@dataclass(frozen=True)
class Axis:
    """`title` says what is measured, with its unit; `is_reversed` runs down or to the left, as depth does."""

    title: str
    scale: Scale
    ticks: tuple[Tick, ...]
    is_reversed: bool = False
    has_grid: bool = True

    def share(self, value: float) -> float:
        """Where a value lies, from 0 (left, bottom) to 1 (right, top)."""
        return 1 - self.scale(value) if self.is_reversed else self.scale(value)


def linear_axis(
    title: str,
    low: float,
    high: float,
    *,
    whole: bool = False,
) -> Axis:
    """From the round number below `low` to that above `high`."""
    values = linear_ticks(low, high, whole=whole)
    return Axis(title, LinearScale(values[0], values[-1]), _ticks(values))


def position_axis(title: str, low: float, high: float, *, is_reversed: bool = False) -> Axis:
    """From `low` to `high` and no farther, with the round numbers between them and without a grid: of what the bars and
    dots stand on. `high` is above `low`."""
    values = [value for value in linear_ticks(low, high, most=MOST_POSITIONS) if low <= value <= high]
    return Axis(title, LinearScale(low, high), _ticks(values), is_reversed, has_grid=False)


def log_axis(title: str, low: float, high: float) -> Axis:
    """The same by powers, of what is above zero."""
    values = [value for value in log_ticks(low, high) if low <= value <= high]
    return Axis(title, LogScale(low, high), _ticks(values, in_figures), has_grid=False)


def share_axis(title: str) -> Axis:
    """All from 0 to 100 %."""
    values = linear_ticks(0, 1)
    return Axis(title, LinearScale(0, 1), _ticks(values, lambda value: f"{100 * value:.0f} %"))


def date_axis(title: str, first: date, last: date) -> Axis:
    """A day is one wide, the first begins at 0."""
    ticks = tuple(Tick((day - first).days + 0.5, day.isoformat()) for day in date_ticks(first, last))
    return Axis(title, LinearScale(0, (last - first).days + 1), ticks, has_grid=False)


def month_axis(title: str, first: date, last: date) -> Axis:
    """The same with ticks in the middle of months, or of Januaries where there are more than two years of them."""
    months = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    every = 12 if len(months) > 24 else 1
    days = [date(month // 12, month % 12 + 1, 15) for month in months if month % every == 0]
    ticks = tuple(Tick((day - first).days + 0.5, f"{day:%Y-%m}") for day in days if first <= day <= last)
    return Axis(title, LinearScale(0, (last - first).days + 1), ticks, has_grid=False)


def hour_axis(title: str) -> Axis:
    ticks = tuple(Tick(hour, f"{hour:02d}") for hour in range(0, 25, 3))
    return Axis(title, LinearScale(0, 24), ticks, has_grid=False)


def category_axis(title: str, names: Sequence[str], *, is_reversed: bool = False) -> Axis:
    """One unit of length for each name; the first has its middle at 0."""
    ticks = tuple(Tick(place, name) for place, name in enumerate(names))
    return Axis(title, LinearScale(-0.5, max(len(names), 1) - 0.5), ticks, is_reversed, has_grid=False)


def short_label(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _ticks(values: list[float], label: Callable[[float], str] | None = None) -> tuple[Tick, ...]:
    labels = [label(value) for value in values] if label else tick_labels(values)
    return tuple(Tick(value, text) for value, text in zip(values, labels, strict=True))
