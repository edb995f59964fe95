"""What the nearest labelled objects would say of an object, with these objects shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from annotations.labels.tally import project_counts
from annotations.samples.models import Object, State
from annotations.similarity.queries import Similarity, nearest, similarity_to

NEIGHBOURS = 10  # that vote; an odd one out is outvoted
EXACT = 20_000  # validated objects that are compared one by one

OF_LABELLED = """
SELECT o.id, {distance} AS distance FROM samples_object o
JOIN similarity_embedding e ON e.object_id = o.id AND e.space_id = {space}
WHERE o.project_id = %s AND {condition} ORDER BY distance, o.id LIMIT %s"""


@dataclass(frozen=True)
class Neighbour:
    """A validated object; `distance` is that of the cosine, from 0 to 2."""

    id: int
    taxon: int
    distance: float


@dataclass(frozen=True)
class VotedTaxon:
    """A taxon, and how many of the neighbours have it, also as a share from 0 to 1."""

    taxon: int
    votes: int
    share: float


@dataclass(frozen=True)
class Neighbourhood:
    neighbours: list[Neighbour]
    proposals: list[VotedTaxon]
    kind: str  # of the space in which these are near


def neighbourhood_of(
    object_id: int, project_id: int, kind: str = "", count: int = NEIGHBOURS
) -> Neighbourhood:
    """The nearest validated objects of the project, the nearest first, and what they vote for.

    Raises ValidationError for an object that lies in no space.
    """
    similarity = similarity_to(object_id, project_id, kind)
    near = _labelled(similarity, object_id, project_id, count)
    taxa = dict(Object.objects.filter(pk__in=[pk for pk, _ in near]).values_list("pk", "taxon_id"))
    neighbours = [Neighbour(pk, taxon, distance) for pk, distance in near if (taxon := taxa.get(pk))]
    return Neighbourhood(neighbours, vote(neighbours), similarity.kind)


def vote(neighbours: Sequence[Neighbour]) -> list[VotedTaxon]:
    """Each neighbour counts the same; of as many votes the taxon with the nearest comes first."""
    votes: dict[int, int] = {}
    for neighbour in neighbours:
        votes[neighbour.taxon] = votes.get(neighbour.taxon, 0) + 1
    ranked = sorted(votes, key=lambda taxon: -votes[taxon])  # stable: the nearest was met first
    return [VotedTaxon(taxon, votes[taxon], votes[taxon] / len(neighbours)) for taxon in ranked]


def _labelled(similarity: Similarity, object_id: int, project_id: int, count: int) -> list[tuple[int, float]]:
    condition = f"o.state = 'V' AND o.taxon_id IS NOT NULL AND o.id <> {object_id:d}"
    labelled = sum(n for taxon, state, n in project_counts(project_id) if state == State.VALIDATED and taxon)
    if labelled > EXACT:
        return nearest(similarity, project_id, count, (condition, []))
    sql = OF_LABELLED.format(distance=similarity.distance, space=f"{similarity.space:d}", condition=condition)
    with connection.cursor() as cursor:
        cursor.execute(sql, [project_id, count])
        return cursor.fetchall()
