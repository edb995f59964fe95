"""A section as cells between depths, no wider than half way to the next station or day, shaded by how much there is."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from annotations.common.figures import in_figures
from annotations.common.plots.axes import Axis, date_axis, position_axis
from annotations.common.plots.chart import ACROSS
from annotations.common.plots.rectangles import (
    SHADES,
    LegendEntry,
    Rectangle,
    RectanglePlot,
    shade_of,
    shades_legend,
)
from annotations.common.plots.scales import LinearScale
from annotations.projects.models import Project
from annotations.results.gradients.query import LOG
from annotations.results.links import SampleLinks
from annotations.results.sections.query import COUNT, DISTANCE, MEASURES, QUANTITIES, SectionQuery
from annotations.results.sections.sections import SectionCell

WIDEST, NARROWEST = 1 / 24, 1 / 200  # half a column, of the axis
ZERO = "zero"  # in the sheet: an outline


def section_plot(project: Project, query: SectionQuery, cells: Sequence[SectionCell]) -> RectanglePlot | None:
    """None where nothing is known."""
    drawn = [cell for cell in cells if cell.value is not None]
    if not any(cell.value for cell in drawn):
        return None
    range_of_values = _range(query, drawn)
    places = sorted({cell.column.at for cell in drawn})
    reaches, links = _reaches(places), SampleLinks(project, query.table)
    x = _across(query, places, max(reaches.values()))
    return RectanglePlot(
        title=f"{QUANTITIES[query.quantity].capitalize()} by depth and {query.across}",
        description="A cell is the mean of the samples taken there. The table has every number.",
        x=x,
        y=position_axis(
            "depth, m", min(cell.top for cell in drawn), max(cell.bottom for cell in drawn), is_reversed=True
        ),
        frame=ACROSS,
        rectangles=tuple(
            _rectangle(links, query, cell, reaches[cell.column.at], range_of_values) for cell in drawn
        ),
        legend=_legend(query, drawn, range_of_values),
        caption=f"{MEASURES[query.quantity]}. {_without_cell(query)}",
    )


def _without_cell(query: SectionQuery) -> str:
    """What no cell means there."""
    if query.quantity == COUNT:
        return (
            "0: a sample went through, and has no such object there. Where there is no cell, nothing was taken, or no "
            "object at all lies above or below."
        )
    return "0: taken, and no such object. Where there is no cell, nothing was taken."


def _range(query: SectionQuery, cells: Sequence[SectionCell]) -> tuple[float, float]:
    values = [cell.value for cell in cells if cell.value]
    least = min(values) if query.scale == LOG else 0.0
    return (least, max(values)) if least < max(values) else (least / 10, max(values))


def _share(query: SectionQuery, value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    if query.scale == LOG:
        return math.log(value / low) / math.log(high / low)
    return value / high


def _reaches(places: Sequence[float]) -> dict[float, float]:
    """How far a column goes to each side: no farther than half way to the next one."""
    span = (places[-1] - places[0]) or 1.0
    apart = [math.inf, *(b - a for a, b in pairwise(places)), math.inf]
    return {
        place: max(min(apart[n] / 2, apart[n + 1] / 2, span * WIDEST), span * NARROWEST)
        for n, place in enumerate(places)
    }


def _across(query: SectionQuery, places: Sequence[float], reach: float) -> Axis:
    margin = reach if len(places) > 1 else 0.5  # one station or day is a column, not all of the drawing
    low, high = places[0] - margin, places[-1] + margin
    if query.across == DISTANCE:
        return position_axis("distance along the track, km", low, high)
    first, last = (date.fromordinal(int(end)) for end in (places[0], places[-1]))
    days = date_axis("day (UTC)", first, last)
    origin = places[0] - 0.5  # the first day begins at 0 there
    ticks = tuple(replace(tick, value=tick.value + origin) for tick in days.ticks)
    return Axis(days.title, LinearScale(low, high), ticks, has_grid=False)


def _rectangle(
    links: SampleLinks, query: SectionQuery, cell: SectionCell, reach: float, ends: tuple[float, float]
) -> Rectangle:
    value = cell.value or 0.0
    at = cell.column.at
    colour = shade_of(_share(query, value, ends)) if value else ZERO
    text = (
        f"{cell.column.name}, {cell.top:g}–{cell.bottom:g} m: {MEASURES[query.quantity]} {in_figures(value)}, "
        f"{cell.count:,} objects"
    )
    return Rectangle(
        at - reach, at + reach, cell.top, cell.bottom, colour, text, cell_address(links, query, cell)
    )


def cell_address(links: SampleLinks, query: SectionQuery, cell: SectionCell) -> str | None:
    """The bench with the cell's objects; None where there are none, or the filter asks for depths already."""
    if not cell.count:
        return None
    if query.quantity != COUNT:
        return links.to(cell.samples)
    if "depth" in query.table.criteria.as_dict():
        return None
    return links.to(cell.samples, depth=f"{cell.top:g}:{cell.bottom:g}")


def _legend(
    query: SectionQuery, cells: Sequence[SectionCell], ends: tuple[float, float]
) -> tuple[LegendEntry, ...]:
    low, high = ends
    steps = [place / SHADES for place in range(SHADES + 1)]
    values = [low * (high / low) ** step if query.scale == LOG else high * step for step in steps]
    zero = (LegendEntry(ZERO, "0"),) if any(cell.value == 0 for cell in cells) else ()
    return (*zero, *shades_legend([in_figures(value) for value in values]))
