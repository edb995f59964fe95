"""What the water is made of along depth or time: a stack for each layer, day or month, gaps where there is none."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from annotations.common.figures import in_figures
from annotations.common.plots.axes import Axis, linear_axis, share_axis
from annotations.common.plots.chart import ACROSS
from annotations.common.plots.rectangles import LegendEntry, Rectangle, RectanglePlot
from annotations.common.plots.stacks import OTHERS
from annotations.projects.models import Project
from annotations.results.gradients.gradients import GradientRow
from annotations.results.gradients.places import GradientPlace
from annotations.results.gradients.plot import FRAMES, place_axis, position_of
from annotations.results.gradients.query import (
    ALONG,
    DEPTH,
    EACH,
    MEASURES,
    MONTH,
    QUANTITIES,
    SEASON,
    SHARE,
    UNITS,
    GradientQuery,
)
from annotations.results.links import MOST_TAXA, samples_address
from annotations.results.taxon_filters import filter_of

NARROWEST = 1 / 150  # of the axis: a day of several years is still seen
MONTH_DAYS, OF_ONE = (
    28,
    0.8,
)  # width of a month among days; of one of its kind, as a month of the year or a sample
Stacks = dict[GradientPlace, list[GradientRow]]


def stacked_plot(
    project: Project, query: GradientQuery, rows: Sequence[GradientRow], italic: set[int]
) -> RectanglePlot | None:
    """Of the eight taxa that there are most of, and all others; a place where a figure is missing has no stack. None
    where no place has one."""
    stacks = _complete(rows)
    drawn = [row for stack in stacks.values() for row in stack]
    if not any(row.mean for row in drawn):
        return None
    colours = {
        taxon: place for place, taxon in enumerate(dict.fromkeys(row.taxon for row in rows)) if place < OTHERS
    }
    measured, along = _measured(query, stacks), place_axis(query, drawn)
    is_deep = query.along == DEPTH
    return RectanglePlot(
        title=f"{QUANTITIES[query.quantity].capitalize()} by taxon against {ALONG[query.along]}",
        description="Means of the samples, stacked, with gaps where nothing was taken. The table has every number.",
        x=measured if is_deep else along,
        y=along if is_deep else measured,
        frame=FRAMES.get(query.along, ACROSS),
        rectangles=tuple(_rectangles(project, query, stacks, colours)),
        legend=_legend(drawn, colours, italic),
        caption="Where nothing was taken, or a figure is missing, there is a gap.",
    )


def _complete(rows: Sequence[GradientRow]) -> Stacks:
    """By place, in the order of the taxa."""
    stacks: defaultdict[GradientPlace, list[GradientRow]] = defaultdict(list)
    for row in rows:
        stacks[row.place].append(row)
    return {
        place: stacks[place] for place in sorted(stacks) if all(r.mean is not None for r in stacks[place])
    }


def _measured(query: GradientQuery, stacks: Stacks) -> Axis:
    if query.quantity == SHARE:
        return share_axis(MEASURES[SHARE])
    return linear_axis(MEASURES[query.quantity], 0, max(_total(stack) for stack in stacks.values()))


def _total(rows: Sequence[GradientRow]) -> float:
    return sum(row.mean or 0 for row in rows)


def _rectangles(
    project: Project, query: GradientQuery, stacks: Stacks, colours: dict[int, int]
) -> list[Rectangle]:
    first = min(place.at for place in stacks)
    half = _half_width(query, list(stacks))
    drawn: list[Rectangle] = []
    for place, stack in stacks.items():
        at, reach = position_of(query, stack[0], first), half or place.half
        drawn += _stack(project, query, _parts(stack, colours), (at - reach, at + reach))
    return drawn


def _stack(
    project: Project,
    query: GradientQuery,
    parts: Sequence[tuple[int, list[GradientRow]]],
    across: tuple[float, float],
) -> list[Rectangle]:
    """Each part begins where the one before ends; layers lie, times stand."""
    drawn, foot = [], 0.0
    for colour, part in parts:
        along = (foot, foot + _total(part))
        sides = (*along, *across) if query.along == DEPTH else (*across, *along)
        text, address = _text(query, part), _address(project, query, part)
        drawn.append(Rectangle(*sides, f"kind{colour}", text, address))
        foot = along[1]
    return drawn


def _half_width(query: GradientQuery, places: Sequence[GradientPlace]) -> float:
    """Of a stack in time, in units of its axis; 0 of a layer, which has its own."""
    if query.along == DEPTH:
        return 0.0
    if query.along in (SEASON, EACH):
        return OF_ONE / 2
    if query.along == MONTH:
        return MONTH_DAYS / 2
    apart = min((b.at - a.at for a, b in pairwise(places)), default=1.0)
    return min(max(1.0, NARROWEST * (places[-1].at - places[0].at)), apart) / 2


def _parts(stack: Sequence[GradientRow], colours: dict[int, int]) -> list[tuple[int, list[GradientRow]]]:
    """(colour, rows) that there is something of, the others last."""
    parts = [(colours[row.taxon], [row]) for row in stack if row.taxon in colours]
    parts.append((OTHERS, [row for row in stack if row.taxon not in colours]))
    return [(colour, part) for colour, part in parts if _total(part)]


def _text(query: GradientQuery, part: Sequence[GradientRow]) -> str:
    name = part[0].taxon_name if len(part) == 1 else "others"
    total = _total(part)
    value = (
        f"{100 * total:.3g} %" if query.quantity == SHARE else f"{in_figures(total)} {UNITS[query.quantity]}"
    )
    return f"{name}, {part[0].place.name}: {value}, {sum(row.count for row in part):,} objects"


def _address(project: Project, query: GradientQuery, part: Sequence[GradientRow]) -> str | None:
    taxa = [row.taxon for row in part if row.count]
    of_taxa = filter_of(query.table, taxa)
    if of_taxa is None or len(taxa) > MOST_TAXA:
        return None
    return samples_address(project, query.table, part[0].samples, **of_taxa)


def _legend(
    rows: Sequence[GradientRow], colours: dict[int, int], italic: set[int]
) -> tuple[LegendEntry, ...]:
    names = {row.taxon: row.taxon_name for row in rows}
    own = [
        LegendEntry(f"kind{place}", names[taxon], taxon in italic)
        for taxon, place in colours.items()
        if taxon in names
    ]
    has_others = any(row.taxon not in colours and row.mean for row in rows)
    return (*own, *([LegendEntry(f"kind{OTHERS}", "others")] if has_others else []))
