"""What every chart with two axes has: a box in pixels, margins that its labels fit into, ticks with their places."""

import math
from dataclasses import dataclass
from itertools import pairwise

from annotations.common.plots.axes import Axis, Tick

GAP = 8  # between the box and a label
STROKE = 4


@dataclass(frozen=True)
class Frame:
    """The box between the axes, in units of the drawing, and how large a letter may get there.

    A drawing shrinks with the screen and its words do not: `letter` and `line` are those of a phone.
    """

    width: float = 520
    height: float = 200
    letter: float = 11.5  # width
    line: float = 24  # height
    name: str = "landscape"  # class in the sheet


LANDSCAPE = Frame()
SQUARE = Frame(width=240, height=240, letter=8, line=18, name="square")
WIDE = Frame(name="wide")  # across a card
ACROSS = Frame(height=250, name="wide")  # the same where the plot is what the page is about


def rows_frame(rows: int) -> Frame:
    """A line each, in a drawing that is scrolled where the screen is narrow; so its words need no more room there."""
    return Frame(height=22 * rows, letter=7.2, line=16, name="rows")


@dataclass(frozen=True)
class PlacedTick:
    """`at` is its distance from the left or the top; labels that would touch the one before are empty."""

    at: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`title` and `description` are what is read out instead of the drawing; the page has the numbers in a table."""

    title: str
    description: str
    x: Axis
    y: Axis
    caption: str = ""
    frame: Frame = LANDSCAPE

    @property
    def alternative(self) -> str:
        return f"{self.title}. {self.description}" if self.description else self.title

    def x_of(self, value: float) -> float:
        return round(self.frame.width * self.x.share(value), 1)

    def y_of(self, value: float) -> float:
        return round(self.frame.height * (1 - self.y.share(value)), 1)

    @property
    def x_ticks(self) -> list[PlacedTick]:
        widest = max((len(tick.label) for tick in self.x.ticks), default=0) * self.frame.letter
        return _thinned(
            [PlacedTick(self.x_of(tick.value), tick.label) for tick in self.x.ticks], widest + GAP / 2
        )

    @property
    def y_ticks(self) -> list[PlacedTick]:
        return _thinned(
            [PlacedTick(self.y_of(tick.value), tick.label) for tick in self.y.ticks], self.frame.line
        )

    @property
    def left(self) -> float:
        """Of the labels of the y axis, and of half the first one of the x axis."""
        return max(_longest(self.y.ticks) * self.frame.letter + GAP, self._half_label)

    @property
    def right(self) -> float:
        return self._half_label

    @property
    def top(self) -> float:
        return self.frame.line + (GAP if self.y.title else -GAP)

    @property
    def bottom(self) -> float:
        lines = bool(self.x.ticks) + bool(self.x.title)
        return GAP + lines * self.frame.line

    @property
    def view_box(self) -> str:
        width, height = self.left + self.frame.width + self.right, self.top + self.frame.height + self.bottom
        return f"{-self.left:g} {-self.top:g} {width:g} {height:g}"

    @property
    def grid(self) -> str:
        """Path of the lines across the box."""
        down = [f"M{tick.at:g} 0V{self.frame.height:g}" for tick in self.x_ticks if self.x.has_grid]
        across = [f"M0 {tick.at:g}H{self.frame.width:g}" for tick in self.y_ticks if self.y.has_grid]
        return "".join(down + across)

    @property
    def strokes(self) -> str:
        """Path of the foot of the box and of the ticks below it, where there is no grid to tell them by."""
        if self.x.has_grid:
            return ""
        foot = f"M0 {self.frame.height:g}H{self.frame.width:g}"
        return foot + "".join(f"M{tick.at:g} {self.frame.height:g}v{STROKE}" for tick in self.x_ticks)

    @property
    def foot(self) -> float:
        """Where the labels of the x axis begin."""
        return self.frame.height + GAP

    @property
    def middle(self) -> float:
        """Of the title of the x axis."""
        return self.frame.width / 2

    @property
    def _half_label(self) -> float:
        return GAP + _longest(self.x.ticks) * self.frame.letter / 2


def _longest(ticks: tuple[Tick, ...]) -> int:
    return max((len(tick.label) for tick in ticks), default=0)


def _thinned(ticks: list[PlacedTick], room: float) -> list[PlacedTick]:
    """Every second, third … label, such that none touches the next."""
    if len(ticks) < 2:
        return ticks
    apart = min(abs(b.at - a.at) for a, b in pairwise(ticks))
    every = math.ceil(room / max(apart, 0.1))
    return [tick if n % every == 0 else PlacedTick(tick.at, "") for n, tick in enumerate(ticks)]
