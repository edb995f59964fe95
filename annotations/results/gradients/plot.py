"""Profiles with depth running down, time series with time running to the right, a series for each taxon."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from annotations.common.figures import in_figures
from annotations.common.plots.axes import (
    Axis,
    category_axis,
    date_axis,
    linear_axis,
    log_axis,
    month_axis,
    position_axis,
    short_label,
)
from annotations.common.plots.chart import ACROSS, Frame
from annotations.common.plots.lines import Point
from annotations.common.plots.series import MOST_SERIES, PlotMark, Series, SeriesPlot
from annotations.projects.models import Project
from annotations.results.gradients.gradients import GradientRow
from annotations.results.gradients.links import address_of
from annotations.results.gradients.places import MONTHS
from annotations.results.gradients.query import (
    ALONG,
    DEPTH,
    EACH,
    LOG,
    MEASURES,
    MONTH,
    QUANTITIES,
    SEASON,
    UNITS,
    GradientQuery,
)

MOST_LABELS = 12  # of samples below the axis
FRAMES = {DEPTH: Frame(width=400, height=400, name="profile")}  # as deep as it is wide, on a phone too


def gradient_plot(
    project: Project, query: GradientQuery, rows: Sequence[GradientRow], italic: set[int]
) -> SeriesPlot | None:
    """Of the eight taxa that there are most of; None where no figure is known."""
    drawn = [row for row in rows if row.mean is not None]
    taxa = [(taxon, list(each)) for taxon, each in groupby(drawn, lambda row: row.taxon)]
    if not any(row.mean for row in drawn):
        return None
    measured, place = _measured(query, drawn), place_axis(query, drawn)
    first = min(row.place.at for row in drawn)
    quantity, along = QUANTITIES[query.quantity], ALONG[query.along]
    return SeriesPlot(
        title=f"{quantity.capitalize()} of taxa against {along}",
        description="Means of the samples; open points are zeros. The table has every number.",
        x=measured if query.along == DEPTH else place,
        y=place if query.along == DEPTH else measured,
        frame=FRAMES.get(query.along, ACROSS),
        series=tuple(
            _series(project, query, number, each, measured, first, taxon in italic)
            for number, (taxon, each) in enumerate(taxa[:MOST_SERIES])
        ),
        caption=_caption(len(taxa)),
    )


def _caption(taxa: int) -> str:
    of_how_many = f"The {MOST_SERIES} of {taxa} taxa that there are most of. " if taxa > MOST_SERIES else ""
    return f"{of_how_many}Open points are zeros."


def _measured(query: GradientQuery, rows: Sequence[GradientRow]) -> Axis:
    title = MEASURES[query.quantity]
    values = [row.mean for row in rows if row.mean]
    if query.scale == LOG:
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return replace(log_axis(title, 10.0**low, 10.0 ** max(high, low + 1)), has_grid=True)
    return linear_axis(title, 0, max(values))


def place_axis(query: GradientQuery, rows: Sequence[GradientRow]) -> Axis:
    places = [row.place.at for row in rows]
    if query.along == DEPTH:
        ends = [row.place.at + side * row.place.half for row in rows for side in (-1, 1)]
        return position_axis("depth, m", min(ends), max(ends), is_reversed=True)
    if query.along == SEASON:
        return category_axis("", MONTHS)
    if query.along == EACH:
        return category_axis("", _labels({row.place.at: row.place.name for row in rows}))
    first, last = (date.fromordinal(int(end)) for end in (min(places), max(places)))
    return month_axis("", first, last) if query.along == MONTH else date_axis("", first, last)


def _labels(names: Mapping[float, str]) -> list[str]:
    """Of samples at their places from 0 on; of very many only some have room."""
    places = range(int(max(names)) + 1)
    step = len(places) // MOST_LABELS + 1
    return [short_label(names.get(place, "")) if place % step == 0 else "" for place in places]


def _series(
    project: Project,
    query: GradientQuery,
    number: int,
    rows: Sequence[GradientRow],
    measured: Axis,
    first: float,
    is_italic: bool,
) -> Series:
    points = [(position_of(query, row, first), row.mean or measured.scale.low, row) for row in rows]
    marks = tuple(
        PlotMark(*_turned(query, at, value), _text(query, row), address_of(project, query, row), not row.mean)
        for at, value, row in points
    )
    line = tuple(Point(*_turned(query, at, value)) for at, value, _ in points)
    return Series(number, short_label(rows[0].taxon_name), marks, line, is_italic)


def _turned(query: GradientQuery, at: float, value: float) -> tuple[float, float]:
    return (value, at) if query.along == DEPTH else (at, value)


def position_of(query: GradientQuery, row: GradientRow, first: float) -> float:
    if query.along in (DEPTH, EACH):
        return row.place.at
    return row.place.at - 1 if query.along == SEASON else row.place.at - first + 0.5


def _text(query: GradientQuery, row: GradientRow) -> str:
    samples = "1 sample" if len(row.samples) == 1 else f"{len(row.samples):,} samples"
    value = f"{in_figures(row.mean)} {UNITS[query.quantity]}"
    return f"{row.taxon_name}, {row.place.name}: {value}, {row.count:,} objects in {samples}"
