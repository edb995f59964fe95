"""What a job has found becomes clusters and members: all of it in one transaction, by COPY."""

from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from django.db.models import Max

from annotations.clusters.claims import lock_clustering
from annotations.clusters.members import count_again
from annotations.clusters.models import Cluster, Clustering, ClusterMember, ClusterState, Growth
from annotations.jobs.models import Job

# an object may have been deleted or moved since the worker read it, and is held until its row is here
STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS clustered (cluster_id bigint, object_id bigint, distance float8)
ON COMMIT DELETE ROWS;
DELETE FROM clustered"""
STORE_MEMBERS = """
WITH held AS MATERIALIZED (
    SELECT o.id FROM samples_object o
    WHERE o.project_id = %s AND o.id IN (SELECT object_id FROM clustered) ORDER BY o.id FOR KEY SHARE
)
INSERT INTO clusters_clustermember (cluster_id, object_id, distance, state)
SELECT c.cluster_id, c.object_id, c.distance, 'F' FROM clustered c JOIN held ON held.id = c.object_id
"""
# what people did to the whole while the job looked at it stands: what left it is in no part; what it has besides is in
# the last; and what was taken out of it is no candidate of any
LEFT = """
DELETE FROM clusters_clustermember part USING unnest(%(parts)s::bigint[]) AS numbers (id)
WHERE part.cluster_id = numbers.id AND NOT EXISTS (
    SELECT FROM clusters_clustermember m
    WHERE m.cluster_id = %(whole)s AND m.object_id = part.object_id AND m.state <> 'O')
"""
BESIDES = """
INSERT INTO clusters_clustermember (cluster_id, object_id, distance, state)
SELECT %(last)s, m.object_id, m.distance, m.state FROM clusters_clustermember m
WHERE m.cluster_id = %(whole)s AND m.state <> 'O' AND NOT EXISTS (
    SELECT FROM clusters_clustermember part WHERE part.cluster_id = ANY(%(parts)s) AND part.object_id = m.object_id)
"""
STAYS_OUT = """
INSERT INTO clusters_clustermember (cluster_id, object_id, distance, state)
SELECT numbers.id, m.object_id, m.distance, 'O'
FROM clusters_clustermember m CROSS JOIN unnest(%(parts)s::bigint[]) AS numbers (id)
WHERE m.cluster_id = %(whole)s AND m.state = 'O'
"""


@dataclass(frozen=True)
class ClusterSummary:
    """`core`: objects nearest to its densest places, the most typical first; `place`: what is alike stands together."""

    core: list[int]
    round: int
    place: float
    novelty: float | None = None


@dataclass(frozen=True)
class ClusteringResult:
    """`ids` and `distances` of the objects looked at, int and float (n,); `labels`, int (n,), are places in `clusters`,
    -1 for what lies in none."""

    ids: np.ndarray
    labels: np.ndarray
    distances: np.ndarray
    clusters: list[ClusterSummary]


@transaction.atomic
def store_clustering(*, job: Job, grouping: ClusteringResult) -> Clustering:
    """Of a job of the kind `cluster_objects`; what an earlier claim of the same job inside is replaced."""
    assert job.project is not None
    Clustering.objects.filter(job_id=job.pk).delete()
    clustering = Clustering.objects.create(
        project=job.project,
        space_id=job.params["space"],
        user=job.owner,
        job_id=job.pk,
        criteria=job.params["filter"],
        settings={"smallest": job.params["smallest"]},
        objects_seen=len(grouping.ids),
        objects_clustered=int((grouping.labels >= 0).sum()),
    )
    _store(clustering, grouping, parent=None)
    return clustering


@transaction.atomic
def store_parts(*, cluster: Cluster, grouping: ClusteringResult) -> int:
    """The cluster becomes a group of the smaller ones that were found in it; what lies in none of them is one more.

    Returns how many there are by now; 0 where it is of one piece, and stays as it is.
    """
    lock_clustering(cluster.clustering_id)
    cluster = (
        Cluster.objects.select_for_update(of=("self",))
        .select_related("clustering", "project")
        .get(pk=cluster.pk)
    )
    if (
        len(grouping.clusters) < 2
        or cluster.is_group
        or cluster.state in (ClusterState.NAMED, ClusterState.GONE)
    ):
        return 0
    rest = grouping.labels < 0
    labels = np.where(rest, len(grouping.clusters), grouping.labels)
    parts = list(grouping.clusters)
    if rest.any():
        parts.append(ClusterSummary(grouping.ids[rest][:8].tolist(), cluster.round, parts[-1].place + 1))
    numbers = _store(
        cluster.clustering, ClusteringResult(grouping.ids, labels, grouping.distances, parts), parent=cluster
    )
    _divide_members(cluster.pk, numbers)
    Growth.objects.filter(cluster=cluster).delete()
    Cluster.objects.filter(pk=cluster.pk).update(is_group=True, size=0, holder=None, state=ClusterState.OPEN)
    return len(parts)


def _divide_members(whole: int, parts: list[int]) -> None:
    params: dict = {"whole": whole, "parts": parts, "last": parts[-1]}
    with connection.cursor() as cursor:
        for statement in (LEFT, BESIDES, STAYS_OUT):
            cursor.execute(statement, params)
    ClusterMember.objects.filter(cluster=whole).delete()
    count_again(parts)


def _store(clustering: Clustering, grouping: ClusteringResult, parent: Cluster | None) -> list[int]:
    """The numbers of the clusters, in their order."""
    sizes = np.bincount(grouping.labels[grouping.labels >= 0], minlength=len(grouping.clusters))
    first = (clustering.clusters.aggregate(most=Max("number"))["most"] or 0) + 1
    clusters = Cluster.objects.bulk_create(
        Cluster(
            clustering=clustering,
            project_id=clustering.project_id,
            parent=parent,
            number=number,
            size=int(size),
            round=each.round,
            place=each.place,
            core=each.core,
            novelty=each.novelty,
        )
        for number, (size, each) in enumerate(zip(sizes, grouping.clusters, strict=True), first)
    )
    numbers = [cluster.pk for cluster in clusters]
    _copy_members(clustering.project_id, grouping, np.array(numbers))
    return numbers


def _copy_members(project: int, grouping: ClusteringResult, numbers: np.ndarray) -> None:
    inside = np.flatnonzero(grouping.labels >= 0)
    distances = np.minimum(grouping.distances[inside].astype(float), 1e6)
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy("COPY clustered FROM STDIN") as copy:
            for row in zip(
                numbers[grouping.labels[inside]].tolist(),
                grouping.ids[inside].tolist(),
                distances.tolist(),
                strict=True,
            ):
                copy.write_row(row)
        cursor.execute(STORE_MEMBERS, [project])
