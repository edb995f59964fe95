"""Where along depth or time samples lie: a volume of water is of a whole sample, so it has to lie in one place."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import ceil, floor
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce

from annotations.projects.models import Project
from annotations.results.caveats import SLACK
from annotations.results.gradients.query import DAY, DEPTH, MONTH, GradientQuery
from annotations.samples.models import Object, Sample
from annotations.samples.naming import readable_id

# not calendar.month_name: that follows the locale of the machine
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
UPPER, LOWER = Coalesce("depth_min", "depth_max"), Coalesce("depth_max", "depth_min")


@dataclass(frozen=True, order=True)
class GradientPlace:
    """`at` is its middle: metres, the day as a number of the calendar, or the month. `half` is half its height, m."""

    at: float
    name: str
    half: float = 0.0


def places_of(project: Project, query: GradientQuery) -> dict[int, GradientPlace | None]:
    """By sample; None of one that lies in several places, or whose depths or times nobody knows."""
    return {ends["sample"]: _place(ends, query) for ends in ends_by_sample(project)}


def places_of_samples(project: Project, samples: Collection[int]) -> dict[int, GradientPlace | None]:
    """Each its own, in the order of time, then of names; those without a time are the last."""
    firsts = {ends["sample"]: ends["first"] for ends in ends_by_sample(project, list(samples))}
    names = dict(Sample.objects.filter(pk__in=samples).values_list("pk", "original_id"))
    latest = datetime.max.replace(tzinfo=UTC)
    ordered = sorted(names, key=lambda sample: (firsts.get(sample) or latest, names[sample], sample))
    return {sample: GradientPlace(at, readable_id(names[sample])) for at, sample in enumerate(ordered)}


def layers_of(samples: Iterable[Mapping[str, Any]], layer_m: int) -> dict[int, tuple[float, float]]:
    """By sample, of those whose ends are given, the depths (m) between which it was taken, in whole layers; those of
    several depths are not in it."""
    places = {ends["sample"]: _layer(ends, layer_m) for ends in samples}
    return {
        sample: (place.at - place.half, place.at + place.half) for sample, place in places.items() if place
    }


def ends_by_sample(project: Project, of: Sequence[int] | None = None) -> Iterable[Mapping[str, Any]]:
    """Of each sample, or of some, the ends of its objects' depths and times, and the first and last letter of the sun;
    of objects as they are now, since an extent stays as wide as it was."""
    objects = Object.objects.filter(project=project)
    objects = objects if of is None else objects.filter(sample__in=of)
    samples = objects.values("sample").order_by()
    return samples.annotate(
        top=Min(UPPER), lowest_top=Max(UPPER), highest_bottom=Min(LOWER), bottom=Max(LOWER),
        first=Min("taken_at"), last=Max("taken_at"),
        first_sun=Min("sun"), last_sun=Max("sun"),
        without_depth=Count("id", filter=Q(depth_min=None, depth_max=None)),
        without_time=Count("id", filter=Q(taken_at=None)),
    )  # fmt: skip


def _place(ends: Mapping[str, Any], query: GradientQuery) -> GradientPlace | None:
    return _layer(ends, query.table.layer_m) if query.along == DEPTH else _time(ends, query.along)


def _layer(ends: Mapping[str, Any], layer_m: int) -> GradientPlace | None:
    """As a net is: all objects between the same two depths."""
    top, bottom = ends["top"], ends["bottom"]
    if ends["without_depth"] or (top, bottom) != (ends["lowest_top"], ends["highest_bottom"]):
        return None
    upper, lower = _whole_layers(top, bottom, layer_m)
    return GradientPlace((upper + lower) / 2, f"{upper}–{lower} m", (lower - upper) / 2)


def _whole_layers(top: float, bottom: float, layer_m: int) -> tuple[int, int]:
    """All the layers that a net went through: what it caught between 0 and 300 m is of no single one of them."""
    upper = floor(top / layer_m + SLACK) * layer_m
    lower = ceil(bottom / layer_m - SLACK) * layer_m
    if lower > upper:
        return upper, lower
    upper = floor((top + bottom) / 2 / layer_m) * layer_m
    return upper, upper + layer_m


def _time(ends: Mapping[str, Any], along: str) -> GradientPlace | None:
    if ends["without_time"]:
        return None
    first, last = (_step(moment, along) for moment in (ends["first"], ends["last"]))
    return first if first == last else None


def _step(moment: datetime, along: str) -> GradientPlace:
    day = moment.astimezone(UTC).date()
    if along == DAY:
        return GradientPlace(day.toordinal(), day.isoformat())
    if along == MONTH:
        return GradientPlace(date(day.year, day.month, 15).toordinal(), f"{day:%Y-%m}")
    return GradientPlace(day.month, MONTHS[day.month - 1])
