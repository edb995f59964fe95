"""Means of samples along depth or time, by taxon, with the zeros of samples that have none of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from annotations.projects.models import Project
from annotations.results.caveats import other_states
from annotations.results.gradients.places import GradientPlace, places_of, places_of_samples
from annotations.results.gradients.query import DEPTH, EACH, SHARE, GradientQuery
from annotations.results.table import ResultRow, figure_caveats, results_table

SEVERAL_DEPTHS = (
    "{count:,} of {total:,} samples have objects at several depths, or at none that is stated. Volumes are of whole "
    "samples, so nobody knows how much water of theirs is of which layer: they are left out."
)
SEVERAL_TIMES = (
    "{count:,} of {total:,} samples were taken over several of these times, or at none that is stated: they are left "
    "out."
)


@dataclass(frozen=True)
class GradientRow:
    """A taxon in a layer, on a day or in a month; figures are None where one of the samples has none."""

    place: GradientPlace
    taxon: int
    taxon_name: str
    samples: tuple[int, ...]
    count: int  # objects
    mean: float | None  # over the samples
    least: float | None
    most: float | None


@dataclass(frozen=True)
class Gradient:
    rows: list[GradientRow]  # by taxon, the most abundant first, and in these by place
    warnings: list[str]


def gradient(project: Project, query: GradientQuery) -> Gradient:
    """Raises ValidationError where the filter can't be answered."""
    rows = list(results_table(project, query.table, with_sizes=query.with_sizes))
    samples = {row.group.sample or 0 for row in rows}
    places = places_of_samples(project, samples) if query.along == EACH else places_of(project, query)
    groups: defaultdict[tuple[int, str, GradientPlace], list[ResultRow]] = defaultdict(list)
    for row in rows:
        if query.quantity == SHARE and row.share is None:
            continue  # a sample in which nothing counts is made of nothing: others of its place say what that is
        if place := places.get(row.group.sample or 0):
            groups[row.taxon, row.taxon_name, place].append(row)
    created = [_row(place, taxon, name, of, query.quantity) for (taxon, name, place), of in groups.items()]
    totals: defaultdict[int, float] = defaultdict(float)
    for each in created:
        totals[each.taxon] += each.mean or 0
    occurring = {each.taxon for each in created if each.count}
    created = [each for each in created if each.taxon in occurring]
    created.sort(key=lambda each: (-totals[each.taxon], each.taxon_name, each.taxon, each.place))
    return Gradient(created, _warnings(rows, places, query))


def _row(
    place: GradientPlace, taxon: int, name: str, rows: Sequence[ResultRow], quantity: str
) -> GradientRow:
    values = [getattr(row, quantity) for row in rows]
    has_all = None not in values
    return GradientRow(
        place=place,
        taxon=taxon,
        taxon_name=name,
        samples=tuple(row.group.sample or 0 for row in rows),
        count=int(sum(row.count for row in rows)),
        mean=fmean(values) if has_all else None,
        least=min(values) if has_all else None,
        most=max(values) if has_all else None,
    )


def _warnings(
    rows: Sequence[ResultRow], places: dict[int, GradientPlace | None], query: GradientQuery
) -> list[str]:
    samples = {row.group.sample or 0 for row in rows}
    without = sum(places.get(sample) is None for sample in samples)
    text = SEVERAL_DEPTHS if query.along == DEPTH else SEVERAL_TIMES
    of_places = [text.format(count=without, total=len(samples))] if without else []
    others = {row.group.sample or 0: row.left_out for row in rows}
    return of_places + other_states(others) + figure_caveats(rows, query.quantity)
