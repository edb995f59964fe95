"""Rectangles between values of two axes: heat maps, sections, stacks that stand at their place in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from annotations.common.plots.chart import Chart
from annotations.common.plots.lines import Point
from annotations.common.plots.scales import finite

SHADES = 10  # in the sheet, from little to much, which those who tell no red from green see as others do


@dataclass(frozen=True)
class Rectangle:
    """From `left` to `right` and `low` to `high`, in units of the axes; `colour` is a class of the sheet, `kind0` … or
    `shade0` …. It says `text` when it is pointed at, and with a `url` is a link."""

    left: float
    right: float
    low: float
    high: float
    colour: str
    text: str
    url: str | None = None

    def __post_init__(self) -> None:
        finite(self.left, self.right, self.low, self.high)


@dataclass(frozen=True)
class LegendEntry:
    colour: str
    name: str
    is_italic: bool = False


@dataclass(frozen=True)
class DrawnRectangle:
    x: float
    y: float
    width: float
    height: float
    of: Rectangle


@dataclass(frozen=True, kw_only=True)
class RectanglePlot(Chart):
    """`lines` are drawn beside them, as the tree of a heat map is."""

    rectangles: tuple[Rectangle, ...]
    legend: tuple[LegendEntry, ...]
    lines: tuple[tuple[Point, ...], ...] = ()

    @property
    def drawn(self) -> list[DrawnRectangle]:
        return [self._drawn(each) for each in self.rectangles]

    def _drawn(self, of: Rectangle) -> DrawnRectangle:
        left, right = sorted((self.x_of(of.left), self.x_of(of.right)))
        top, foot = sorted((self.y_of(of.low), self.y_of(of.high)))
        return DrawnRectangle(left, top, round(right - left, 1), round(foot - top, 1), of)

    @property
    def polylines(self) -> list[str]:
        return [
            " ".join(f"{self.x_of(point.x):g},{self.y_of(point.y):g}" for point in line)
            for line in self.lines
        ]


def shade_of(share: float) -> str:
    """Of 0 to 1, as a class of the sheet."""
    return f"shade{min(SHADES - 1, max(0, int(share * SHADES)))}"


def shades_legend(ends: Sequence[str]) -> tuple[LegendEntry, ...]:
    """`ends` says where each shade begins, and where the last one ends."""
    return tuple(
        LegendEntry(f"shade{place}", f"{low}–{high}") for place, (low, high) in enumerate(pairwise(ends))
    )
