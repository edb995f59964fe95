"""Which one answer objects most likely deserve, from what models said of them, else from what is like them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.db import connection
from pgvector import HalfVector

from annotations.similarity.vectors import best_space, vectors_of
from annotations.taxonomy.replacements import in_use

NEIGHBOURS = 15  # that people have named, of what no model has looked at
LEAST_AGREEING = 8

SCORES = """
SELECT p.object_id, best.taxon, best.score FROM learning_prediction p, unnest(p.taxa, p.scores) AS best (taxon, score)
WHERE p.object_id = ANY(%s) AND p.is_current
"""
NEAREST_NAMED = """
SELECT o.id, o.taxon_id FROM similarity_embedding e JOIN samples_object o ON o.id = e.object_id
WHERE e.space_id = %s AND e.project_id = %s AND o.state = 'V'
ORDER BY e.vector::halfvec({dimensions:d}) <=> %s::halfvec LIMIT %s
"""


@dataclass(frozen=True)
class ProposedTaxon:
    """A taxon, and for each object, in their order, how likely it is that; float (n,)."""

    taxon: int
    scores: np.ndarray


def proposal_for(project_id: int, ids: list[int], rejected: dict[int, set[int]]) -> ProposedTaxon | None:
    """The taxon that the models think likeliest of them together, but for what people have said they are not; where no
    model has looked, that of what people have named nearby. None where there is neither."""
    scores = scores_of(ids, rejected)
    if not scores:
        return _by_neighbours(project_id, ids, rejected)
    taxon = max(scores, key=lambda each: (sum(scores[each].values()), -each))
    return ProposedTaxon(taxon, np.array([scores[taxon].get(object_id, 0.0) for object_id in ids]))


def scores_of(ids: list[int], rejected: Mapping[int, set[int]]) -> dict[int, dict[int, float]]:
    """taxon → object → probability, of the few taxa that a model's predictions hold of each object."""
    scores: dict[int, dict[int, float]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(SCORES, [ids])
        rows = cursor.fetchall()
    became = in_use({taxon for _, taxon, _ in rows})
    for object_id, taxon, score in rows:
        if became[taxon] not in rejected.get(object_id, ()):
            of_taxon = scores[became[taxon]]
            of_taxon[object_id] = of_taxon.get(object_id, 0.0) + score
    return scores


def _by_neighbours(project_id: int, ids: list[int], rejected: dict[int, set[int]]) -> ProposedTaxon | None:
    space = best_space(project_id)
    _, vectors = vectors_of(space, ids)
    if space is None or not len(vectors):
        return None
    nearest = [taxon for _, taxon in nearest_named(project_id, space, vectors.mean(axis=0))]
    never = set.intersection(*(rejected.get(object_id, set()) for object_id in ids))
    votes = {taxon: nearest.count(taxon) for taxon in set(nearest) - never}
    taxon = max(votes, key=lambda each: (votes[each], -each), default=None)
    if taxon is None or votes[taxon] < LEAST_AGREEING:
        return None
    return ProposedTaxon(taxon, np.full(len(ids), votes[taxon] / (NEIGHBOURS + 1)))


def nearest_named(project_id: int, space: int, middle: np.ndarray) -> list[tuple[int, int]]:
    """(object, taxon) of what people have named nearest to a place, float (dimensions,), the nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            NEAREST_NAMED.format(dimensions=len(middle)),
            [space, project_id, HalfVector(middle).to_text(), NEIGHBOURS],
        )
        return cursor.fetchall()
