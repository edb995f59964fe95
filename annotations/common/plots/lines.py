"""Lines over a number: curves of a training, precision against recall, learning curves."""

from dataclasses import dataclass
from typing import Literal

from annotations.common.plots.chart import Chart
from annotations.common.plots.scales import finite

Style = Literal["primary", "secondary"]  # blue and solid; orange and dashed


@dataclass(frozen=True)
class Point:
    """`text` is what it says when it is pointed at."""

    x: float
    y: float
    text: str = ""

    def __post_init__(self) -> None:
        finite(self.x, self.y)


@dataclass(frozen=True)
class Line:
    """`forecast` are points that are expected after the last one: dotted and open. `note` stands beside the name."""

    name: str
    points: tuple[Point, ...]
    style: Style = "primary"
    forecast: tuple[Point, ...] = ()
    dots: Literal["all", "last", "none"] = "none"
    note: str = ""


@dataclass(frozen=True)
class Reference:
    """A dashed line to compare with: what chance gives, or what would be true."""

    start: Point
    end: Point


@dataclass(frozen=True)
class DrawnDot:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class DrawnLine:
    line: Line
    points: str  # of an SVG polyline
    forecast: str
    dots: list[DrawnDot]
    open_dots: list[DrawnDot]


@dataclass(frozen=True, kw_only=True)
class LineChart(Chart):
    lines: tuple[Line, ...]
    references: tuple[Reference, ...] = ()

    @property
    def drawn(self) -> list[DrawnLine]:
        return [self._drawn(line) for line in self.lines]

    @property
    def drawn_references(self) -> list[tuple[DrawnDot, DrawnDot]]:
        return [(self._dot(reference.start), self._dot(reference.end)) for reference in self.references]

    @property
    def has_legend(self) -> bool:
        return any(line.name for line in self.lines)

    def _drawn(self, line: Line) -> DrawnLine:
        dotted = {"all": line.points, "last": line.points[-1:], "none": ()}[line.dots]
        ahead = (*line.points[-1:], *line.forecast) if line.forecast else ()
        return DrawnLine(
            line=line,
            points=self._polyline(line.points),
            forecast=self._polyline(ahead),
            dots=[self._dot(point) for point in dotted],
            open_dots=[self._dot(point) for point in line.forecast],
        )

    def _dot(self, point: Point) -> DrawnDot:
        return DrawnDot(self.x_of(point.x), self.y_of(point.y), point.text)

    def _polyline(self, points: tuple[Point, ...]) -> str:
        return " ".join(f"{self.x_of(point.x):g},{self.y_of(point.y):g}" for point in points)
