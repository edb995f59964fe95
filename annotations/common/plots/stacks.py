"""Bars that lie, one to a row, each made of parts that stand for shares of it."""

from dataclasses import dataclass

from annotations.common.plots.chart import Chart
from annotations.common.plots.scales import finite

OTHERS = 8  # the place of all kinds without a colour of their own
MARGIN = 0.12  # of a row, above and below its bar


@dataclass(frozen=True)
class StackedPart:
    """`kind` is the place of its kind; a part with a `url` is a link there."""

    kind: int
    value: float
    text: str  # what it says when it is pointed at
    url: str | None = None

    def __post_init__(self) -> None:
        finite(self.value)


@dataclass(frozen=True)
class StackedKind:
    """A line of the legend; `place` is its colour."""

    place: int
    name: str
    is_italic: bool = False


@dataclass(frozen=True)
class DrawnPart:
    x: float
    y: float
    width: float
    height: float
    part: StackedPart


@dataclass(frozen=True, kw_only=True)
class StackedBars(Chart):
    """`rows` from above, each with its parts from the left, in the order of `kinds`. The colours are in the sheet: the
    eight of `kind0`, `kind1`, …, and the grey of OTHERS."""

    rows: tuple[tuple[StackedPart, ...], ...]
    kinds: tuple[StackedKind, ...]

    @property
    def drawn(self) -> list[DrawnPart]:
        return [drawn for place, parts in enumerate(self.rows) for drawn in self._row(place, parts)]

    def _row(self, place: int, parts: tuple[StackedPart, ...]) -> list[DrawnPart]:
        """A share of none has no width and is left out."""
        top, foot = sorted(self.y_of(place + way * (0.5 - MARGIN)) for way in (-1, 1))
        drawn, before = [], 0.0
        for part in parts:
            left, right = self.x_of(before), self.x_of(before + part.value)
            before += part.value
            if part.value:
                drawn.append(DrawnPart(left, top, round(right - left, 1), round(foot - top, 1), part))
        return drawn
