"""What lies near a cluster and may belong to it."""

from django.db import connection, transaction

from annotations.clusters.holding import OF_OTHERS, of_others
from annotations.clusters.models import Cluster

MOST = 10_000  # candidates: two hundred pages
PLACES = 4  # of the cluster's core, from the nearest of which an object is measured

# exact, over all that waits in the project: once a cluster, since the answer is kept
NEAR = f"""
WITH near AS MATERIALIZED (
    SELECT o.id, {{distance}} AS distance
    FROM samples_object o JOIN similarity_embedding e ON e.object_id = o.id AND e.space_id = %(space)s
    WHERE o.project_id = %(project)s AND o.state IN ('U', 'P')
)
SELECT near.id, near.distance FROM near
WHERE NOT EXISTS (SELECT FROM clusters_clustermember m WHERE m.object_id = near.id AND m.cluster_id = %(cluster)s)
AND NOT {OF_OTHERS.format(object="near.id")}
ORDER BY near.distance, near.id LIMIT %(most)s
"""
OF_PLACE = "SELECT vector FROM similarity_embedding WHERE object_id = {place:d} AND space_id = {space:d}"
TO_PLACE = f"(e.vector <=> ({OF_PLACE}))"


@transaction.atomic
def nearest_candidates(cluster: Cluster) -> list[tuple[int, float]]:
    """(object, cosine distance to the nearest place of the core), the nearest first: of what nobody settled, and not of
    a cluster that somebody else has open."""
    space = cluster.clustering.space_id
    places = cluster.core[:PLACES]
    if space is None or not places:
        return []
    distances = ", ".join(TO_PLACE.format(place=place, space=space) for place in places)
    params = {
        "space": space,
        "project": cluster.project_id,
        **of_others(cluster),
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAR.format(distance=f"LEAST({distances})"), params)
        return [(pk, distance) for pk, distance in cursor.fetchall() if distance is not None]
