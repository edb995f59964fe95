"""What samples are made of: a bar each, of the most frequent taxa and of all others."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from annotations.common.plots.axes import category_axis, share_axis, short_label
from annotations.common.plots.chart import rows_frame
from annotations.common.plots.stacks import OTHERS, StackedBars, StackedKind, StackedPart
from annotations.projects.models import Project
from annotations.results.links import bench_address_of
from annotations.results.query import SAMPLE, ResultsQuery
from annotations.results.table import ResultRow
from annotations.samples.naming import readable_id

MOST_SAMPLES = 20


def composition_plot(
    project: Project, query: ResultsQuery, rows: Sequence[ResultRow], italic: set[int]
) -> StackedBars | None:
    """Of the first samples of whole `rows`, by the shares of the table; None where a row is of something else."""
    samples = [list(each) for _, each in groupby(rows, lambda row: row.group.sample)]
    drawn = samples[:MOST_SAMPLES]
    if query.by != SAMPLE or not drawn:
        return None
    frequent = _most_frequent(drawn)
    kinds = [StackedKind(place, name, taxon in italic) for place, (taxon, name) in enumerate(frequent)]
    places = {taxon: place for place, (taxon, _) in enumerate(frequent)}
    if any(row.taxon not in places for sample in drawn for row in sample):
        kinds.append(StackedKind(OTHERS, "others"))
    return StackedBars(
        title="What the samples are made of",
        description="The most frequent taxa of each, in shares of its objects. The table below has every number.",
        x=share_axis("share of the objects"),
        y=category_axis("", [short_label(_name(sample)) for sample in drawn], is_reversed=True),
        frame=rows_frame(len(drawn)),
        rows=tuple(tuple(_parts(project, query, sample, places)) for sample in drawn),
        kinds=tuple(kinds),
        caption=f"The first {MOST_SAMPLES} samples." if len(samples) > MOST_SAMPLES else "",
    )


def whole_samples(rows: Sequence[ResultRow], is_cut: bool) -> list[ResultRow]:
    """Without the last sample where the rows end somewhere in it."""
    return [row for row in rows if not is_cut or row.group.sample != rows[-1].group.sample]


def _name(sample: Sequence[ResultRow]) -> str:
    return readable_id(sample[0].group.sample_name)


def _most_frequent(samples: Sequence[Sequence[ResultRow]]) -> list[tuple[int, str]]:
    """(taxon, name), by how many objects the samples have of it together."""
    totals: defaultdict[tuple[int, str], float] = defaultdict(float)
    for sample in samples:
        for row in sample:
            totals[row.taxon, row.taxon_name] += row.count
    return sorted((taxon for taxon in totals if totals[taxon]), key=lambda taxon: -totals[taxon])[:OTHERS]


def _parts(
    project: Project, query: ResultsQuery, sample: Sequence[ResultRow], places: dict[int, int]
) -> list[StackedPart]:
    """In the order of the legend, the others last."""
    own = sorted((row for row in sample if row.taxon in places), key=lambda row: places[row.taxon])
    parts = [_part(project, query, [row], places[row.taxon], row.taxon_name) for row in own]
    others = [row for row in sample if row.taxon not in places]
    return [*parts, _part(project, query, others, OTHERS, "others")] if others else parts


def _part(
    project: Project, query: ResultsQuery, rows: Sequence[ResultRow], place: int, name: str
) -> StackedPart:
    share = sum(row.share or 0 for row in rows)
    count = sum(row.count for row in rows)
    text = f"{_name(rows)}: {name} {100 * share:.3g} % ({count:,.0f} objects)"
    url = bench_address_of(project, query, rows[0], [row.taxon for row in rows if row.count])
    return StackedPart(place, share, text, url)
