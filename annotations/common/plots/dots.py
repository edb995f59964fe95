"""Dots with their intervals: shares and medians against depth or time, two figures of each sample."""

from dataclasses import dataclass

from annotations.common.plots.chart import Chart
from annotations.common.plots.scales import finite


@dataclass(frozen=True)
class Dot:
    """`at` is its place among the others; `value`, its interval and its box (two quartiles) are what is measured.

    `other` is a second figure, an open dot joined to the first.
    """

    at: float
    value: float
    text: str  # what it says when it is pointed at
    interval: tuple[float, float] | None = None
    box: tuple[float, float] | None = None
    other: float | None = None

    def __post_init__(self) -> None:
        finite(self.at, self.value, self.other, *(self.interval or ()), *(self.box or ()))


@dataclass(frozen=True)
class Segment:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class DrawnMeasure:
    dot: Dot
    x: float
    y: float
    interval: Segment | None
    box: Segment | None
    gap: Segment | None  # its end is the second figure


@dataclass(frozen=True, kw_only=True)
class DotPlot(Chart):
    """What is measured runs up the y axis; where dots lie in rows (`is_horizontal`) along the x axis."""

    dots: tuple[Dot, ...]
    is_horizontal: bool = False
    legend: tuple[str, str] | None = None  # of filled and open dots

    @property
    def drawn(self) -> list[DrawnMeasure]:
        return [self._drawn(dot) for dot in self.dots]

    def _drawn(self, dot: Dot) -> DrawnMeasure:
        x, y = self._place(dot.at, dot.value)
        return DrawnMeasure(
            dot=dot,
            x=x,
            y=y,
            interval=self._segment(dot.at, dot.interval),
            box=self._segment(dot.at, dot.box),
            gap=self._segment(dot.at, None if dot.other is None else (dot.value, dot.other)),
        )

    def _segment(self, at: float, ends: tuple[float, float] | None) -> Segment | None:
        return Segment(*self._place(at, ends[0]), *self._place(at, ends[1])) if ends else None

    def _place(self, at: float, value: float) -> tuple[float, float]:
        return (self.x_of(value), self.y_of(at)) if self.is_horizontal else (self.x_of(at), self.y_of(value))
