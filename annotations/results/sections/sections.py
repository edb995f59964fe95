"""How much there is by depth, along a track or in time: cells where something was taken, zero where no such object was,
and none elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean

from annotations.projects.models import Project
from annotations.results.caveats import other_states
from annotations.results.gradients.places import ends_by_sample, layers_of
from annotations.results.sections.columns import SectionColumn, columns_of
from annotations.results.sections.query import COUNT, DISTANCE, SectionQuery
from annotations.results.table import NO_DEPTH, ResultRow, figure_caveats, results_table

Depths = tuple[float, float]
SampleRows = tuple[int, list[ResultRow]]
MOST_BETWEEN = 2000  # layers of one cast
WITHOUT_COLUMN = "{count:,} of {total:,} samples have no {what}: they are left out."
WITHOUT_LAYER = (
    "{count:,} of {total:,} samples have objects at several depths, or at none that is stated. Volumes are of whole "
    "samples: look at the objects in each layer instead."
)


@dataclass(frozen=True)
class SectionCell:
    """Of the samples that were taken there; `value` is None where one of them has no figure."""

    column: SectionColumn
    top: float  # metres
    bottom: float
    samples: tuple[int, ...]
    count: int  # objects
    value: float | None  # the mean over the samples


@dataclass(frozen=True)
class WaterSection:
    cells: list[SectionCell]  # by column, and in these by depth
    warnings: list[str]


def section(project: Project, query: SectionQuery) -> WaterSection:
    """Raises ValidationError where the filter can't be answered."""
    rows = list(results_table(project, query.table, with_sizes=query.with_sizes))
    ends = list(ends_by_sample(project, list({row.group.sample or 0 for row in rows})))
    columns = columns_of(project, query.across, ends)
    layers = {} if query.quantity == COUNT else layers_of(ends, query.table.layer_m)
    cells: defaultdict[tuple[SectionColumn, Depths], list[SampleRows]] = defaultdict(list)
    for sample, depths, of in [*_sampled(query, rows, layers), *_between(query, rows)]:
        if column := columns.get(sample):
            cells[column, depths].append((sample, of))
    created = [
        _cell(query, column, depths, of)
        for (column, depths), of in sorted(cells.items(), key=lambda each: each[0])
    ]
    return WaterSection(created, _warnings(query, rows, columns, layers))


def _sampled(
    query: SectionQuery, rows: Iterable[ResultRow], layers: dict[int, Depths]
) -> Iterator[tuple[int, Depths, list[ResultRow]]]:
    for group, of in groupby(rows, lambda row: row.group):
        sample = group.sample or 0
        if depths := _depths(query, group.layer, layers.get(sample)):
            yield sample, depths, list(of)


def _between(query: SectionQuery, rows: Iterable[ResultRow]) -> Iterator[tuple[int, Depths, list[ResultRow]]]:
    """A cast that has objects above and below a layer went through it: it has none there."""
    if query.quantity != COUNT:
        return
    layers = defaultdict(set)
    for row in rows:
        if row.group.layer not in (None, NO_DEPTH):
            layers[row.group.sample or 0].add(row.group.layer)
    step = query.table.layer_m
    for sample, present in layers.items():
        for layer in range(min(present), max(present), step)[:MOST_BETWEEN]:
            if layer not in present:
                yield sample, (layer, layer + step), []


def _depths(query: SectionQuery, layer: int | None, of_sample: Depths | None) -> Depths | None:
    if query.quantity != COUNT:
        return of_sample
    return None if layer is None or layer == NO_DEPTH else (layer, layer + query.table.layer_m)


def _cell(
    query: SectionQuery, column: SectionColumn, depths: Depths, of: Sequence[SampleRows]
) -> SectionCell:
    totals = [_total(query, rows) for _, rows in of]
    return SectionCell(
        column,
        *depths,
        samples=tuple(sample for sample, _ in of),
        count=int(sum(row.count for _, rows in of for row in rows)),
        value=None if None in totals else fmean(total or 0 for total in totals),
    )


def _total(query: SectionQuery, rows: Iterable[ResultRow]) -> float | None:
    values = [getattr(row, query.quantity) for row in rows]
    return None if None in values else sum(values)


def _warnings(
    query: SectionQuery,
    rows: Sequence[ResultRow],
    columns: dict[int, SectionColumn],
    layers: dict[int, Depths],
) -> list[str]:
    samples = {row.group.sample or 0 for row in rows}
    outside = len(samples - columns.keys())
    warnings = []
    if outside:
        what = "position and time" if query.across == DISTANCE else "time"
        warnings.append(WITHOUT_COLUMN.format(count=outside, total=len(samples), what=what))
    if query.quantity != COUNT and (scattered := len(samples - layers.keys())):
        warnings.append(WITHOUT_LAYER.format(count=scattered, total=len(samples)))
    by_layer = {(row.group.sample or 0, row.group.layer): row.left_out for row in rows}
    others: Counter[int] = Counter()
    for (sample, _), objects in by_layer.items():
        others[sample] += objects
    return [*warnings, *other_states(others), *figure_caveats(rows, query.quantity)]
