"""Samples on a map: where each lies, and how much of the most abundant taxa it has."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from annotations.common.plots.stacks import OTHERS, StackedKind
from annotations.projects.models import Project
from annotations.results.caveats import other_states
from annotations.results.gradients.query import GradientQuery
from annotations.results.links import SampleLinks
from annotations.results.table import ResultRow, figure_caveats, results_table
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id
from annotations.taxonomy.ranks import italic_among

WITHOUT_POSITION = "{count:,} of {total:,} samples have no position: they are not on the map."
WITHOUT_FIGURE = "{count:,} of {total:,} samples have no such figure: they are not on the map."


@dataclass(frozen=True)
class SamplePie:
    name: str
    latitude: float
    longitude: float
    count: int  # objects
    parts: list[float]  # of each kind, in the order of the legend
    url: str

    @property
    def total(self) -> float:
        return sum(self.parts)


@dataclass(frozen=True)
class SampleMap:
    pies: list[SamplePie]
    kinds: list[StackedKind]
    warnings: list[str]


def sample_map(project: Project, query: GradientQuery) -> SampleMap:
    """Raises ValidationError where the filter can't be answered."""
    rows = list(results_table(project, query.table, with_sizes=query.with_sizes))
    samples = [list(each) for _, each in groupby(rows, lambda row: row.group.sample)]
    measured = [of for of in samples if all(getattr(row, query.quantity) is not None for row in of)]
    positions = _positions(project)
    placed = [of for of in measured if of[0].group.sample in positions]
    frequent = _most_frequent(placed, query.quantity)
    links = SampleLinks(project, query.table)
    pies = [_pie(links, query, of, positions, [taxon for taxon, _ in frequent]) for of in placed]
    italic = italic_among({taxon for taxon, _ in frequent})
    kinds = [StackedKind(place, name, taxon in italic) for place, (taxon, name) in enumerate(frequent)]
    has_others = any(len(pie.parts) > len(frequent) and pie.parts[-1] for pie in pies)
    return SampleMap(
        pies=pies,
        kinds=kinds + ([StackedKind(OTHERS, "others")] if has_others else []),
        warnings=_warnings(rows, len(samples), len(measured), len(placed), query),
    )


def _positions(project: Project) -> dict[int, tuple[float, float]]:
    rows = Sample.objects.filter(project=project).values_list("pk", "latitude", "longitude")
    return {number: (north, east) for number, north, east in rows if north is not None and east is not None}


def _most_frequent(samples: Sequence[Sequence[ResultRow]], quantity: str) -> list[tuple[int, str]]:
    totals: defaultdict[tuple[int, str], float] = defaultdict(float)
    for rows in samples:
        for row in rows:
            totals[row.taxon, row.taxon_name] += getattr(row, quantity)
    return sorted((taxon for taxon in totals if totals[taxon]), key=lambda taxon: -totals[taxon])[:OTHERS]


def _pie(
    links: SampleLinks,
    query: GradientQuery,
    rows: Sequence[ResultRow],
    positions: dict[int, tuple[float, float]],
    taxa: Sequence[int],
) -> SamplePie:
    values = {row.taxon: getattr(row, query.quantity) for row in rows}
    others = sum(value for taxon, value in values.items() if taxon not in taxa)
    sample = rows[0].group.sample or 0
    latitude, longitude = positions[sample]
    return SamplePie(
        name=readable_id(rows[0].group.sample_name),
        latitude=latitude,
        longitude=longitude,
        count=int(sum(row.count for row in rows)),
        parts=[*(values.get(taxon, 0.0) for taxon in taxa), others],
        url=links.to([sample]) or "",
    )


def _warnings(
    rows: Sequence[ResultRow], total: int, measured: int, placed: int, query: GradientQuery
) -> list[str]:
    warnings = []
    if measured < total:
        warnings.append(WITHOUT_FIGURE.format(count=total - measured, total=total))
    if placed < measured:
        warnings.append(WITHOUT_POSITION.format(count=measured - placed, total=total))
    others = {row.group.sample or 0: row.left_out for row in rows}
    return warnings + other_states(others) + figure_caveats(rows, query.quantity)
