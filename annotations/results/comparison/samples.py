"""What samples are made of, as a matrix: a row a sample, a column a taxon."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from annotations.projects.models import Project
from annotations.results.caveats import other_states
from annotations.results.comparison.query import ComparisonQuery
from annotations.results.table import ResultRow, figure_caveats, results_table

MOST_SAMPLES = 500
TOO_MANY = (
    "The first {most:,} of {total:,} samples, in the order of their names: narrow the filter for others."
)
WITHOUT_FIGURE = "{count:,} of {total:,} samples have no such figure: they are left out."


@dataclass(frozen=True)
class ComparedSample:
    id: int
    name: str
    count: int  # objects


@dataclass(frozen=True)
class SampleMatrix:
    """`amounts` float (n, p) of n samples, none of them empty, and p taxa."""

    samples: list[ComparedSample]
    taxa: list[tuple[int, str]]
    amounts: np.ndarray
    warnings: list[str]


def sample_matrix(project: Project, query: ComparisonQuery) -> SampleMatrix:
    """Of samples with an object that counts. Raises ValidationError where the filter can't be answered."""
    rows = results_table(project, query.table, with_sizes=False)
    of_samples = [list(each) for _, each in groupby(rows, lambda row: row.group.sample)]
    measured = [of for of in of_samples if all(getattr(row, query.quantity) is not None for row in of)]
    compared = measured[:MOST_SAMPLES]
    taxa = sorted({(row.taxon, row.taxon_name) for of in compared for row in of}, key=lambda each: each[1])
    return SampleMatrix(
        samples=[_sample(of) for of in compared],
        taxa=taxa,
        amounts=_amounts(compared, [taxon for taxon, _ in taxa], query.quantity),
        warnings=_warnings(of_samples, len(measured), query),
    )


def _sample(rows: list[ResultRow]) -> ComparedSample:
    group = rows[0].group
    return ComparedSample(group.sample or 0, group.sample_name, int(sum(row.count for row in rows)))


def _amounts(samples: list[list[ResultRow]], taxa: Iterable[int], quantity: str) -> np.ndarray:
    places = {taxon: place for place, taxon in enumerate(taxa)}
    amounts = np.zeros((len(samples), len(places)))
    for row, of in zip(amounts, samples, strict=True):
        for each in of:
            row[places[each.taxon]] = getattr(each, quantity)
    return amounts


def _warnings(samples: list[list[ResultRow]], measured: int, query: ComparisonQuery) -> list[str]:
    warnings = []
    if measured > MOST_SAMPLES:
        warnings.append(TOO_MANY.format(most=MOST_SAMPLES, total=measured))
    if measured < len(samples):
        warnings.append(WITHOUT_FIGURE.format(count=len(samples) - measured, total=len(samples)))
    others = {of[0].group.sample or 0: of[0].left_out for of in samples}
    rows = [row for of in samples for row in of]
    return [*warnings, *other_states(others), *figure_caveats(rows, query.quantity)]
