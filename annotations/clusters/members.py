"""The rows of members: taken out, put back, joined. The sizes of clusters follow in the same transaction."""

from collections.abc import Collection, Sequence

from django.db import connection

from annotations.clusters.claims import OF_OTHERS, of_others
from annotations.clusters.models import Cluster

OUT = "UPDATE clusters_clustermember SET state = 'O' WHERE cluster_id = %s AND object_id = ANY(%s) AND state <> 'O'"
BACK = "UPDATE clusters_clustermember SET state = 'F' WHERE cluster_id = %s AND object_id = ANY(%s) AND state = 'O'"
REFUSE = """
INSERT INTO clusters_clustermember (cluster_id, object_id, distance, state)
SELECT %s, id, distance, 'O' FROM unnest(%s::bigint[], %s::float8[]) AS refused (id, distance)
JOIN samples_object o USING (id) WHERE o.project_id = %s
ON CONFLICT (cluster_id, object_id) DO UPDATE SET state = 'O'
"""
# those that the objects are taken from; one that somebody is at just now is not waited for, and keeps its members
LOCK_FORMER = """
SELECT c.id FROM clusters_cluster c
WHERE c.clustering_id = %(clustering)s AND c.id <> %(cluster)s AND EXISTS (
    SELECT FROM clusters_clustermember m WHERE m.cluster_id = c.id AND m.object_id = ANY(%(ids)s) AND m.state <> 'O')
ORDER BY c.id FOR NO KEY UPDATE OF c SKIP LOCKED
"""
# so that nobody deletes any while rows of members are written
LOCK_OBJECTS = "SELECT FROM samples_object o WHERE o.id = ANY(%(ids)s) ORDER BY o.id FOR KEY SHARE"
ELSEWHERE = """EXISTS (
    SELECT FROM clusters_clustermember m JOIN clusters_cluster c ON c.id = m.cluster_id
    WHERE m.object_id = o.id AND m.state <> 'O' AND c.clustering_id = %(clustering)s
    AND c.id <> %(cluster)s AND c.id <> ALL(%(former)s))"""
# what a person has said does not belong stays out; what somebody has settled meanwhile needs no cluster, and what lies
# in one that somebody else has open stays there
JOIN = f"""
WITH joining AS (
    SELECT o.id, near.distance FROM unnest(%(ids)s::bigint[], %(distances)s::float8[]) AS near (id, distance)
    JOIN samples_object o ON o.id = near.id
    WHERE o.project_id = %(project)s AND o.state IN ('U', 'P') AND NOT {OF_OTHERS.format(object="o.id")}
    AND NOT {ELSEWHERE}
), joined AS (
    INSERT INTO clusters_clustermember (cluster_id, object_id, distance, state)
    SELECT %(cluster)s, id, distance, 'G' FROM joining ON CONFLICT DO NOTHING RETURNING object_id
)
DELETE FROM clusters_clustermember m USING joined, clusters_cluster c
WHERE m.object_id = joined.object_id AND m.cluster_id = c.id AND m.state <> 'O'
AND c.clustering_id = %(clustering)s AND c.id <> %(cluster)s
"""
SIZES = """
UPDATE clusters_cluster c SET size = (
    SELECT count(*) FROM clusters_clustermember m WHERE m.cluster_id = c.id AND m.state <> 'O')
WHERE c.id = ANY(%s)
"""
MERGE = """
INSERT INTO clusters_clustermember (cluster_id, object_id, distance, state)
SELECT DISTINCT ON (object_id) %(into)s, object_id, distance, state FROM clusters_clustermember
WHERE cluster_id = ANY(%(others)s) AND state <> 'O' ORDER BY object_id, distance
ON CONFLICT (cluster_id, object_id) DO UPDATE SET state = 'F', distance = EXCLUDED.distance
"""
MERGE_OUT = """
INSERT INTO clusters_clustermember (cluster_id, object_id, distance, state)
SELECT DISTINCT ON (object_id) %(into)s, object_id, distance, 'O' FROM clusters_clustermember
WHERE cluster_id = ANY(%(others)s) AND state = 'O' ORDER BY object_id, distance
ON CONFLICT DO NOTHING
"""


def take_out(cluster: Cluster, ids: Sequence[int]) -> None:
    _write(LOCK_OBJECTS, {"ids": list(ids)})
    _write(OUT, [cluster.pk, list(ids)])
    count_again([cluster.pk])


def put_back(cluster: Cluster, ids: Sequence[int]) -> None:
    _write(LOCK_OBJECTS, {"ids": list(ids)})
    _write(BACK, [cluster.pk, list(ids)])
    count_again([cluster.pk])


def divide_candidates(cluster: Cluster, near: Sequence[tuple[int, float]], out: Collection[int]) -> None:
    """Of (object, distance) candidates those of `out` don't belong; the others do, and leave the cluster that they were
    in. Each kind of row is locked before any of the next (`claims.py`)."""
    params = {"ids": [pk for pk, _ in near], "project": cluster.project_id, **of_others(cluster)}
    with connection.cursor() as cursor:
        cursor.execute(LOCK_FORMER, params)
        former = [number for (number,) in cursor.fetchall()]
        cursor.execute(LOCK_OBJECTS, params)
    _refuse(cluster, [pair for pair in near if pair[0] in out])
    _join(cluster, [pair for pair in near if pair[0] not in out], params | {"former": former})
    count_again([cluster.pk, *former])


def _refuse(cluster: Cluster, near: Sequence[tuple[int, float]]) -> None:
    ids, distances = [pk for pk, _ in near], [distance for _, distance in near]
    _write(REFUSE, [cluster.pk, ids, distances, cluster.project_id])


def _join(cluster: Cluster, near: Sequence[tuple[int, float]], params: dict) -> None:
    _write(JOIN, {**params, "ids": [pk for pk, _ in near], "distances": [distance for _, distance in near]})


def merge_members(into: Cluster, others: Sequence[int]) -> None:
    """What was taken out of the others is no candidate of this one, unless it is a member."""
    _write(MERGE, {"into": into.pk, "others": list(others)})
    _write(MERGE_OUT, {"into": into.pk, "others": list(others)})
    _write("DELETE FROM clusters_clustermember WHERE cluster_id = ANY(%s)", [list(others)])
    count_again([into.pk, *others])


def count_again(clusters: Sequence[int]) -> None:
    _write(SIZES, [list(clusters)])


def _write(sql: str, params: list | dict) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
