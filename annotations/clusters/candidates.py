"""What lies near a cluster and may belong to it: of a large project by the index of its space, else all compared."""

from django.db import connection, transaction

from annotations.clusters.claims import OF_OTHERS, of_others
from annotations.clusters.models import Cluster
from annotations.labels.tally import count_unsettled
from annotations.search.registry import Sql
from annotations.similarity.examples import AlikeExamples
from annotations.similarity.nearest import nearest
from annotations.similarity.queries import Similarity, similarity_in

MOST = 10_000  # candidates: two hundred pages
FEWEST = 2000  # where the index gives fewer, most of what is near it is settled or taken: all is compared
# objects by dimensions: all of 400,000 by 64 take 0.4 s, and more with each; by the index so many candidates take 1.9 s
COMPARED_QUICKLY = 100_000_000
PLACES = 4  # of the cluster's core, from the nearest of which an object is measured

MAY_JOIN = f"""o.state IN ('U', 'P')
AND NOT EXISTS (SELECT FROM clusters_clustermember m WHERE m.object_id = o.id AND m.cluster_id = %(cluster)s)
AND NOT {OF_OTHERS.format(object="o.id")}"""
# exact, over all that waits in the project: once a cluster, since the answer is kept
NEAR = f"""
SELECT o.id, LEAST({{distances}}) AS distance
FROM samples_object o JOIN similarity_embedding e ON e.object_id = o.id AND e.space_id = %(space)s
WHERE o.project_id = %(project)s AND {MAY_JOIN} ORDER BY distance, o.id LIMIT %(most)s
"""


@transaction.atomic
def nearest_candidates(cluster: Cluster) -> list[tuple[int, float]]:
    """(object, cosine distance to the nearest place of the core), the nearest first: of what nobody settled, and not of
    a cluster that somebody else has open."""
    places = _places(cluster)
    if not places:
        return []
    if places[0].is_indexed and _numbers(cluster, places[0]) > COMPARED_QUICKLY:
        candidates = _by_index(cluster, places)
        if len(candidates) >= FEWEST:
            return candidates
    return _all_compared(cluster, places)


def _numbers(cluster: Cluster, place: Similarity) -> int:
    """That are read where all is compared."""
    return count_unsettled(cluster.project_id) * place.dimensions


def _places(cluster: Cluster) -> list[Similarity]:
    """Those of the core that still lie in the space."""
    space = cluster.clustering.space_id
    examples = [AlikeExamples((pk,)) for pk in cluster.core[:PLACES]] if space is not None else []
    places = (similarity_in(space or 0, each, cluster.project_id) for each in examples)
    return [place for place in places if place is not None]


def _by_index(cluster: Cluster, places: list[Similarity]) -> list[tuple[int, float]]:
    """What is among the nearest of all places is among the nearest of one."""
    nearest_of: dict[int, float] = {}
    for place in places:
        for pk, distance in nearest(place, cluster.project_id, MOST, _may_join(cluster)):
            nearest_of[pk] = min(distance, nearest_of.get(pk, distance))
    return sorted(nearest_of.items(), key=lambda pair: (pair[1], pair[0]))[:MOST]


def _may_join(cluster: Cluster) -> Sql:
    """As `nearest` takes it, whose parameters have no names."""
    values = of_others(cluster)
    numbers = {
        name: "NULL" if values[name] is None else f"{values[name]:d}" for name in values.keys() - {"held"}
    }
    return MAY_JOIN % {**numbers, "held": "%s"}, [values["held"]]


def _all_compared(cluster: Cluster, places: list[Similarity]) -> list[tuple[int, float]]:
    distances = ", ".join(place.distance for place in places)
    params = {"space": places[0].space, "project": cluster.project_id, **of_others(cluster), "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(NEAR.format(distances=distances), params)
        return [(pk, distance) for pk, distance in cursor.fetchall() if distance is not None]
