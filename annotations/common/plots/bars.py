"""Bars: histograms and counts a day stand, shares of a few kinds lie."""

from dataclasses import dataclass

from annotations.common.plots.chart import GAP, Chart
from annotations.common.plots.scales import finite

BETWEEN = 1  # pixels that neighbours are apart


@dataclass(frozen=True)
class Bar:
    """From `start` to `end` along its axis, as long as `value`; `label` stands at its end, where bars lie."""

    start: float
    end: float
    value: float
    text: str  # what it says when it is pointed at
    label: str = ""

    def __post_init__(self) -> None:
        finite(self.start, self.end, self.value)


@dataclass(frozen=True)
class DrawnBar:
    x: float
    y: float
    width: float
    height: float
    bar: Bar

    @property
    def end(self) -> float:
        return self.x + self.width

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, kw_only=True)
class BarChart(Chart):
    """Bars stand on the x axis; where they lie (`is_horizontal`) they begin at the y axis."""

    bars: tuple[Bar, ...]
    is_horizontal: bool = False

    @property
    def drawn(self) -> list[DrawnBar]:
        return [self._lying(bar) if self.is_horizontal else self._standing(bar) for bar in self.bars]

    @property
    def right(self) -> float:
        """A bar that lies may be as long as the axis, with its label behind it."""
        return max(
            super().right, max((len(bar.label) for bar in self.bars), default=0) * self.frame.letter + GAP
        )

    def _standing(self, bar: Bar) -> DrawnBar:
        left, right = self.x_of(bar.start), self.x_of(bar.end)
        top, foot = self.y_of(bar.value), self.y_of(0)
        return DrawnBar(left, top, max(round(right - left - BETWEEN, 1), 0.5), round(foot - top, 1), bar)

    def _lying(self, bar: Bar) -> DrawnBar:
        top, foot = sorted((self.y_of(bar.start), self.y_of(bar.end)))
        return DrawnBar(
            self.x_of(0), top, round(self.x_of(bar.value) - self.x_of(0), 1), round(foot - top, 1), bar
        )
