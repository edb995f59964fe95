"""Samples beside each other as a heat map with its tree, and as points on two axes."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from annotations.common.plots.axes import Axis, category_axis, linear_axis, short_label
from annotations.common.plots.chart import Frame
from annotations.common.plots.lines import Point
from annotations.common.plots.rectangles import SHADES, Rectangle, RectanglePlot, shade_of, shades_legend
from annotations.common.plots.scales import LinearScale
from annotations.common.plots.series import PlotMark, Series, SeriesPlot
from annotations.projects.models import Project
from annotations.results.comparison.colours import SampleGroup
from annotations.results.comparison.comparison import Ordination, PlacedTaxon, SampleComparison
from annotations.results.comparison.query import ComparisonQuery
from annotations.results.links import SampleLinks
from annotations.samples.naming import readable_id

MOST_ROWS = 60  # of a heat map on a page
ROW = 17  # height
TREE = 0.3  # of the cells, the width of the tree beside them
FLATTEST = 0.45  # height ÷ width of an ordination
LOWEST_TALL = 0.6  # above it, one across the card is taller than the screen
WIDTH = 520
LINE, NAME = 0.08, 0.25  # of the points’ spread: a line of text, and a name


# --- Heat map ---------------------------------------------------------------------------------------------------------


def heat_map(project: Project, query: ComparisonQuery, answer: SampleComparison) -> RectanglePlot | None:
    """A row and a column a sample, in the order of the tree; None of more than a page has room for."""
    count = len(answer.order)
    if not 0 < count <= MOST_ROWS:
        return None
    names = [short_label(readable_id(answer.matrix.samples[place].name)) for place in answer.order]
    top, links = _top(answer), SampleLinks(project, query.table)
    columns = Axis("", LinearScale(-0.5, count * (1 + TREE) + 0.5), ())
    return RectanglePlot(
        title="How unlike the samples are",
        description="Dissimilarity of each two samples, in the order of their tree. The CSV has every number.",
        x=columns,
        y=category_axis("", names, is_reversed=True),
        frame=Frame(width=WIDTH, height=ROW * count, letter=7.2, line=ROW - 2, name="rows"),
        rectangles=tuple(_cells(links, answer)),
        legend=shades_legend([f"{top * (1 - place / SHADES):.2g}" for place in range(SHADES + 1)]),
        lines=tuple(_branches(answer)),
        caption="The more a cell stands out from the page, the more alike; on the right the tree by average linkage.",
    )


def _top(answer: SampleComparison) -> float:
    """The largest dissimilarity, up to the next tenth: the shades are of what is there."""
    return max(math.ceil(10 * float(answer.dissimilarities.max()) - 1e-9), 1) / 10


def _cells(links: SampleLinks, answer: SampleComparison) -> list[Rectangle]:
    """Below the diagonal and on it: above it all would stand again."""
    return [
        _cell(links, answer, row, column) for row in range(len(answer.order)) for column in range(row + 1)
    ]


def _cell(links: SampleLinks, answer: SampleComparison, row: int, column: int) -> Rectangle:
    places = answer.order[row], answer.order[column]
    pair = [answer.matrix.samples[place] for place in dict.fromkeys(places)]
    value = float(answer.dissimilarities[places])
    names = " – ".join(readable_id(sample.name) for sample in pair)
    return Rectangle(
        column - 0.5,
        column + 0.5,
        row - 0.5,
        row + 0.5,
        shade_of(1 - value / _top(answer)),
        f"{names}: {value:.2f}" if len(pair) > 1 else names,
        links.to([sample.id for sample in pair]),
    )


def _branches(answer: SampleComparison) -> list[tuple[Point, ...]]:
    """A bracket a join: from the heights of its two groups to its own."""
    count = len(answer.order)
    ends = {place: (float(row), 0.0) for row, place in enumerate(answer.order)}
    highest = max((join.height for join in answer.joins), default=0.0)
    scale = TREE * count / highest if highest else 0.0  # none where all are the same
    lines: list[tuple[Point, ...]] = []
    for place, join in enumerate(answer.joins):
        (upper, before), (lower, other) = ends[join.left], ends[join.right]
        at = [count + scale * height for height in (before, join.height, other)]
        lines.append((Point(at[0], upper), Point(at[1], upper), Point(at[1], lower), Point(at[2], lower)))
        ends[count + place] = (upper + lower) / 2, join.height
    return lines


# --- Ordination -------------------------------------------------------------------------------------------------------


def ordination_plot(
    project: Project, query: ComparisonQuery, answer: SampleComparison, groups: Sequence[SampleGroup]
) -> SeriesPlot | None:
    """A point a sample, in the colour of its group; one unit is as long on both axes."""
    if not answer.is_drawn:
        return None
    links = SampleLinks(project, query.table)
    series = [_series(links, answer, place, group) for place, group in enumerate(groups)]
    if answer.taxa:
        series.append(Series(7, "taxa, at the mean of their samples", _taxon_marks(answer), shade="kind8"))
    x, y, frame = _axes(series, answer.ordination)
    return SeriesPlot(
        title="Samples by what they are made of",
        description="The nearer two points, the more alike the samples. The table has every number.",
        x=x,
        y=y,
        frame=frame,
        series=tuple(series),
        caption=_caption(answer.ordination),
    )


def _series(links: SampleLinks, answer: SampleComparison, number: int, group: SampleGroup) -> Series:
    marks = tuple(
        _mark(links, answer, place, group)
        for place, sample in enumerate(answer.matrix.samples)
        if sample.id in group.samples
    )
    shade = "" if group.shade is None else shade_of(group.shade)
    return Series(number, group.name or "samples", marks, shade=shade)


def _mark(links: SampleLinks, answer: SampleComparison, place: int, group: SampleGroup) -> PlotMark:
    sample = answer.matrix.samples[place]
    x, y = answer.ordination.points[place].tolist()
    name = readable_id(sample.name)
    text = f"{name}{', ' if group.name else ''}{group.name}: {sample.count:,} objects"
    return PlotMark(x, y, text, links.to([sample.id]))


def _taxon_marks(answer: SampleComparison) -> tuple[PlotMark, ...]:
    """Names are left out that would lie on another; pointing at the mark says them."""
    width, height = np.ptp(answer.ordination.points, axis=0)
    named: list[PlacedTaxon] = []
    marks = []
    for taxon in answer.taxa:
        has_room = all(
            abs(taxon.y - other.y) > LINE * height or abs(taxon.x - other.x) > NAME * width for other in named
        )
        named += [taxon] if has_room else []
        marks.append(PlotMark(taxon.x, taxon.y, taxon.name, label=taxon.name if has_room else ""))
    return tuple(marks)


def _axes(series: Sequence[Series], ordination: Ordination) -> tuple[Axis, Axis, Frame]:
    places = [place for each in series for place in each.places]
    titles = _titles(ordination)
    x, y = (
        linear_axis(title, min(along), max(along))
        for title, along in zip(titles, zip(*places, strict=True), strict=True)
    )
    shape = _length(y) / _length(x)
    if shape < FLATTEST:
        middle, half = (y.scale.low + y.scale.high) / 2, FLATTEST * _length(x) / 2
        y = replace(y, scale=LinearScale(middle - half, middle + half))
    height = max(shape, FLATTEST)
    return x, y, Frame(WIDTH, WIDTH * height, name="wide" if height <= LOWEST_TALL else "landscape")


def _length(axis: Axis) -> float:
    return axis.scale.high - axis.scale.low


def _titles(ordination: Ordination) -> tuple[str, str]:
    if ordination.stress is not None:
        return "nMDS axis 1", "nMDS axis 2"
    first, second = (f"PCoA axis {n}, {100 * share:.1f} %" for n, share in enumerate(ordination.shares, 1))
    return first, second


def _caption(ordination: Ordination) -> str:
    if ordination.stress is None:
        return ""
    return f"Stress {ordination.stress:.3f} (Kruskal’s first; below 0.1 is good, above 0.2 to be mistrusted)."
