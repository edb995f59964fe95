"""A hierarchy that a job proposes, of all clusters that lie in no group yet. What people have arranged stays."""

from dataclasses import dataclass, field

import numpy as np
from django.db import connection, transaction
from pgvector.psycopg import register_vector

from annotations.accounts.models import User
from annotations.clusters.models import Cluster, Clustering, ClusterState, TreeChange
from annotations.clusters.tree.actions import new_group
from annotations.clusters.tree.editing import TreeEdit
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job

LEAST = 3  # clusters that can be arranged
TYPICAL = """
SELECT c.id, e.vector FROM clusters_cluster c CROSS JOIN LATERAL unnest(c.core) AS typical (object_id)
JOIN similarity_embedding e ON e.object_id = typical.object_id AND e.space_id = %s
WHERE c.id = ANY(%s)
"""


@dataclass(frozen=True)
class GroupOfClusters:
    """`children`: clusters, by their numbers, or groups of them, in their order."""

    children: list["int | GroupOfClusters"] = field(default_factory=list)


def start_proposal(*, clustering: Clustering, user: User) -> Job:
    """Starts the job; with one of the same clustering on its way, that one."""
    params = {"clustering": clustering.pk}
    return start_job(kind="propose_tree", owner=user, project=clustering.project, params=params)


def middles_at_top(clustering: Clustering) -> tuple[list[int], np.ndarray]:
    """The clusters at the top by their numbers, and the means of their typical members' embeddings, float32 (n,
    dimensions); without those whose embeddings are gone."""
    at_top = Cluster.objects.filter(clustering=clustering, parent=None, is_group=False, size__gt=0)
    numbers = at_top.exclude(state=ClusterState.GONE).order_by("place", "number").values_list("pk", flat=True)
    sums: dict[int, np.ndarray] = {}
    counts: dict[int, int] = {}
    for number, vector in _typical_vectors(clustering, list(numbers)):
        sums[number] = sums.get(number, 0) + vector
        counts[number] = counts.get(number, 0) + 1
    with_middle = [number for number in numbers if number in sums]
    if not with_middle:
        return [], np.empty((0, 1), np.float32)
    return with_middle, np.stack([sums[number] / counts[number] for number in with_middle])


@transaction.atomic
def store_proposal(*, clustering: Clustering, job: Job, top: GroupOfClusters) -> int:
    """Groups of what is alike; the number of groups. A cluster that somebody has moved meanwhile stays where it is, and
    groups of fewer than two are left out. Safe to call again for the same job."""
    if TreeChange.objects.filter(job_id=job.pk).exists():
        return 0
    edit = TreeEdit.begin(clustering, job.owner, None)
    free = {
        row.pk: row
        for row in Cluster.objects.select_for_update(of=("self",))
        .filter(clustering=clustering, parent=None, is_group=False)
        .exclude(state=ClusterState.GONE)
        .order_by("pk")
    }
    groups = 0
    for place, child in enumerate(top.children):
        groups += _store_child(edit, free, child, None, float(place))
    edit.close("a proposed tree", job.pk)
    return groups


def _store_child(
    edit: TreeEdit,
    free: dict[int, Cluster],
    child: int | GroupOfClusters,
    parent: int | None,
    place: float,
) -> int:
    """The number of groups that came of it."""
    if isinstance(child, int):
        if child in free:
            edit.write(free[child], parent_id=parent, place=place)
        return 0
    inside = [each for each in child.children if not isinstance(each, int) or each in free]
    if len(inside) < 2:
        return sum(_store_child(edit, free, each, parent, place) for each in inside)
    group = new_group(edit, parent, place)
    return 1 + sum(_store_child(edit, free, each, group.pk, float(at)) for at, each in enumerate(inside))


def _typical_vectors(clustering: Clustering, numbers: list[int]) -> list[tuple[int, np.ndarray]]:
    connection.ensure_connection()
    register_vector(connection.connection)
    with connection.cursor() as cursor:
        cursor.execute(TYPICAL, [clustering.space_id, numbers])
        return [(number, _of_length_one(vector.to_numpy())) for number, vector in cursor.fetchall()]


def _of_length_one(vector: np.ndarray) -> np.ndarray:
    vector = vector.astype(np.float32)
    return vector / max(float(np.linalg.norm(vector)), 1e-6)
