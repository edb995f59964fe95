"""Several series of points in one box, told apart by colour and by shape: spectra, profiles, time series."""

from dataclasses import dataclass

from annotations.common.plots.chart import Chart
from annotations.common.plots.lines import Point
from annotations.common.plots.scales import finite

# paths around 0, 0, about eight pixels across: circle, square, triangle, diamond, triangle down, star, bar, cross
SHAPES = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "M-3.5 -3.5h7v7h-7z",
    "M0 -4.5L4.3 3.2H-4.3z",
    "M0 -5L5 0L0 5L-5 0z",
    "M0 4.5L4.3 -3.2H-4.3z",
    "M0 -5.5L1.5 -1.5L5.5 0L1.5 1.5L0 5.5L-1.5 1.5L-5.5 0L-1.5 -1.5z",
    "M-5.5 -2h11v4h-11z",
    "M-1.6 -5h3.2v3.4h3.4v3.2h-3.4v3.4h-3.2v-3.4h-3.4v-3.2h3.4z",
)
MOST_SERIES = len(SHAPES)


@dataclass(frozen=True)
class PlotMark:
    """A point that says `text` when it is pointed at, and with a `url` is a link; open where it is left out of what the
    series' line is of; with a `label` beside it."""

    x: float
    y: float
    text: str
    url: str | None = None
    is_open: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        finite(self.x, self.y)


@dataclass(frozen=True)
class Series:
    """`place` says its colour and shape, or `shade` the colour; `line` need not go through the marks."""

    place: int
    name: str
    marks: tuple[PlotMark, ...]
    line: tuple[Point, ...] = ()
    is_italic: bool = False
    shade: str = ""

    @property
    def colour(self) -> str:
        return self.shade or f"kind{self.place}"

    @property
    def places(self) -> list[tuple[float, float]]:
        """Of all that is drawn of it: axes have room for them."""
        marks = [(mark.x, mark.y) for mark in self.marks]
        return marks + [(point.x, point.y) for point in self.line]

    @property
    def shape(self) -> str:
        return SHAPES[self.place % MOST_SERIES]


@dataclass(frozen=True)
class DrawnMark:
    x: float
    y: float
    mark: PlotMark


@dataclass(frozen=True)
class DrawnSeries:
    series: Series
    points: str  # of an SVG polyline
    marks: list[DrawnMark]


@dataclass(frozen=True, kw_only=True)
class SeriesPlot(Chart):
    series: tuple[Series, ...]

    @property
    def drawn(self) -> list[DrawnSeries]:
        return [self._drawn(each) for each in self.series]

    def _drawn(self, series: Series) -> DrawnSeries:
        points = " ".join(f"{self.x_of(point.x):g},{self.y_of(point.y):g}" for point in series.line)
        marks = [DrawnMark(self.x_of(mark.x), self.y_of(mark.y), mark) for mark in series.marks]
        return DrawnSeries(series, points, marks)
