"""Where along depth or time samples lie: a volume of water is of a whole sample, so it has to lie in one place."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import floor

from annotations.projects.models import Project
from annotations.results.gradients.query import DAY, DEPTH, MONTH, GradientQuery
from annotations.samples.models import Extent

# not calendar.month_name: that follows the locale of the machine
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, order=True)
class GradientPlace:
    """`at` is its middle: metres, the day as a number of the calendar, or the month."""

    at: float
    name: str


def places_of(project: Project, query: GradientQuery) -> dict[int, GradientPlace | None]:
    """By sample; None of one that lies in several places, or whose depths or times nobody knows."""
    return {extent.pk: _place(extent, query) for extent in Extent.objects.filter(project=project)}


def _place(extent: Extent, query: GradientQuery) -> GradientPlace | None:
    return _layer(extent, query.table.layer_m) if query.along == DEPTH else _time(extent, query.along)


def _layer(extent: Extent, layer_m: int) -> GradientPlace | None:
    """As a net is: all objects between the same two depths."""
    if extent.top is None or extent.bottom is None:
        return None
    if extent.top != extent.deepest or extent.bottom != extent.shallowest:
        return None
    upper = floor((extent.top + extent.bottom) / 2 / layer_m) * layer_m
    return GradientPlace(upper + layer_m / 2, f"{upper}–{upper + layer_m} m")


def _time(extent: Extent, along: str) -> GradientPlace | None:
    if extent.taken_first is None or extent.taken_last is None:
        return None
    first, last = (_step(moment, along) for moment in (extent.taken_first, extent.taken_last))
    return first if first == last else None


def _step(moment: datetime, along: str) -> GradientPlace:
    day = moment.astimezone(UTC).date()
    if along == DAY:
        return GradientPlace(day.toordinal(), day.isoformat())
    if along == MONTH:
        return GradientPlace(date(day.year, day.month, 15).toordinal(), f"{day:%Y-%m}")
    return GradientPlace(day.month, MONTHS[day.month - 1])
