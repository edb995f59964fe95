"""How unlike samples are, the tree that joins them, and their places on two axes."""

from dataclasses import dataclass

import numpy as np

from annotations.projects.models import Project
from annotations.results.comparison.query import NMDS, ComparisonQuery
from annotations.results.comparison.samples import SampleMatrix, sample_matrix
from classifier.statistics.dissimilarity import TRANSFORMATIONS, bray_curtis
from classifier.statistics.linkage import Join, average_linkage, leaf_order
from classifier.statistics.ordination import principal_coordinates
from classifier.statistics.scaling import nonmetric_scaling

LEAST_SAMPLES = 3
MOST_OF_NMDS = 100  # samples: a second or so
MOST_TAXA = 10  # that are placed among the samples
TOO_MANY_OF_NMDS = (
    f"An nMDS is of up to {MOST_OF_NMDS} samples while a page waits: these are principal coordinates."
)
NEGATIVE = (
    "{share:.0f} % of the variation can't be drawn on any axis (negative eigenvalues): it counts in the whole that the "
    "shares of the axes are of."
)


@dataclass(frozen=True)
class Ordination:
    """`points` float (n, 2); by principal coordinates `shares` of its axes and of what none draws; else `stress`."""

    points: np.ndarray
    shares: tuple[float, ...] = ()
    negative: float = 0.0
    stress: float | None = None


@dataclass(frozen=True)
class PlacedTaxon:
    """The mean of the samples' points, each weighted by how much it has of the taxon."""

    id: int
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class SampleComparison:
    """`dissimilarities` float (n, n) in the order of the samples of the matrix; `order` is that of the tree."""

    matrix: SampleMatrix
    dissimilarities: np.ndarray
    joins: list[Join]
    order: list[int]
    ordination: Ordination
    taxa: list[PlacedTaxon]
    warnings: list[str]

    @property
    def is_drawn(self) -> bool:
        return bool(self.order)

    def nearest(self, place: int) -> int:
        """The sample that is most like the one at this place."""
        others = self.dissimilarities[place].copy()
        others[place] = np.inf
        return int(others.argmin())


def comparison(project: Project, query: ComparisonQuery) -> SampleComparison:
    """Of fewer than three samples nothing is drawn. Raises ValidationError where the filter can't be answered."""
    matrix = sample_matrix(project, query)
    if len(matrix.samples) < LEAST_SAMPLES:
        return SampleComparison(
            matrix, np.zeros((0, 0)), [], [], Ordination(np.zeros((0, 2))), [], matrix.warnings
        )
    amounts = TRANSFORMATIONS[query.transformation](matrix.amounts)
    dissimilarities = bray_curtis(amounts)
    joins = average_linkage(dissimilarities)
    ordination = _ordination(dissimilarities, query.method)
    return SampleComparison(
        matrix=matrix,
        dissimilarities=dissimilarities,
        joins=joins,
        order=leaf_order(joins),
        ordination=ordination,
        taxa=_placed_taxa(matrix, amounts, ordination.points) if query.species else [],
        warnings=[*_caveats(query, ordination, len(amounts)), *matrix.warnings],
    )


def _ordination(dissimilarities: np.ndarray, method: str) -> Ordination:
    if method == NMDS and len(dissimilarities) <= MOST_OF_NMDS:
        scaling = nonmetric_scaling(dissimilarities)
        return Ordination(scaling.points, stress=scaling.stress)
    answer = principal_coordinates(dissimilarities)
    return Ordination(answer.points, tuple(answer.shares.tolist()), answer.negative)


def _placed_taxa(matrix: SampleMatrix, amounts: np.ndarray, points: np.ndarray) -> list[PlacedTaxon]:
    """Of the taxa that there is most of."""
    totals = amounts.sum(axis=0)
    places = (amounts.T @ points) / totals[:, None]
    return [
        PlacedTaxon(*matrix.taxa[place], *places[place].tolist()) for place in np.argsort(-totals)[:MOST_TAXA]
    ]


def _caveats(query: ComparisonQuery, ordination: Ordination, samples: int) -> list[str]:
    too_many = [TOO_MANY_OF_NMDS] if query.method == NMDS and samples > MOST_OF_NMDS else []
    negative = ordination.negative
    return [*too_many, *([NEGATIVE.format(share=100 * negative)] if negative >= 0.005 else [])]
