"""A cluster that somebody works at: what is asked next, and about which objects."""

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from annotations.accounts.models import User
from annotations.clusters.claims import HELD, hold, is_held_by_other, is_undone
from annotations.clusters.growing import candidates_of
from annotations.clusters.members import count_again
from annotations.clusters.models import Cluster, ClusterMember, ClusterState, MemberState
from annotations.clusters.queries import described, waits
from annotations.samples.models import State

PAGE = 200  # members

# strangers first: of the members that wait, and of those that were taken out while it was looked at
MEMBERS = """
SELECT m.object_id, m.state = 'O' FROM clusters_clustermember m JOIN samples_object o ON o.id = m.object_id
WHERE m.cluster_id = %(cluster)s AND o.state IN ('U', 'P') AND (m.state <> 'O' OR %(with_out)s)
AND (%(after)s::bigint IS NULL OR (-m.distance, m.object_id) > (
    SELECT -distance, object_id FROM clusters_clustermember WHERE cluster_id = %(cluster)s AND object_id = %(after)s))
ORDER BY m.distance DESC, m.object_id LIMIT %(most)s
"""
COUNTS = """
SELECT count(*) FILTER (WHERE o.state IN ('U', 'P')), count(*) FILTER (WHERE o.state NOT IN ('U', 'P'))
FROM clusters_clustermember m JOIN samples_object o ON o.id = m.object_id WHERE m.cluster_id = %s AND m.state <> 'O'
"""
WAITS = Exists(
    ClusterMember.objects.filter(
        cluster=OuterRef("pk"), object__state__in=[State.UNCLASSIFIED, State.PREDICTED]
    ).exclude(state=MemberState.OUT)
)
PHASES = {
    ClusterState.OPEN: "validate",
    ClusterState.VALIDATED: "grow",
    ClusterState.GROWN: "name",
    ClusterState.NAMED: "named",
    ClusterState.GONE: "gone",
}


def open_cluster(cluster: Cluster, user: User) -> Cluster:
    """In the person's hand, where it is free. One whose name was taken back waits for a name again; that is not written
    before somebody acts on it, so that it has its name again where that is given again."""
    cluster.refresh_from_db()
    count_again([cluster.pk])  # some may have been deleted, or have gone to another project
    is_named = cluster.state == ClusterState.NAMED and not is_undone(cluster)
    if not is_named and cluster.state != ClusterState.GONE and not cluster.is_group:
        hold(cluster=cluster, user=user)
    return cluster


def question_about(cluster: Cluster, user: User, after: int | None = None) -> dict:
    """In the API's shape: the cluster, `phase`, what it asks, `objects` by their numbers and which of them are `out`.

    `after` is the last object of the page before. `candidates` tells of the page while it grows, `number` from 0 on.
    """
    cluster = Cluster.objects.select_related("holder", "taxon", "clustering", "project").get(pk=cluster.pk)
    waiting, settled = _counts(cluster)
    candidates = candidates_of(cluster) if cluster.state == ClusterState.VALIDATED else None
    objects, out = ([], []) if candidates else _members(cluster, after)
    [short] = described([cluster])
    return {
        **short,
        "phase": _phase(cluster, short["state"], user),
        "waiting": waiting,
        "settled_elsewhere": settled,
        "objects": candidates.ids if candidates else objects,
        "out": out,
        "next": next_waiting(cluster, user),
        "candidates": candidates
        and {
            "number": candidates.number,
            "pages": candidates.search.total,
            "good": candidates.search.good,
            "bad": candidates.search.bad,
            "is_single": candidates.search.is_single,
        },
    }


def next_waiting(cluster: Cluster, user: User) -> int | None:
    """The one after it in the list of which something waits and that nobody else has open; after the last the
    largest, so that whoever passes over some comes to all."""
    free = Q(holder=None) | Q(holder=user.pk) | Q(touched__lt=timezone.now() - HELD)
    others = Cluster.objects.filter(free, waits(), WAITS, clustering=cluster.clustering_id).exclude(
        pk=cluster.pk
    )
    after = Q(size__lt=cluster.size) | Q(size=cluster.size, pk__gt=cluster.pk)
    numbers = others.order_by("-size", "pk").values_list("pk", flat=True)
    return numbers.filter(after).first() or numbers.first()


def _phase(cluster: Cluster, state: str, user: User) -> str:
    if cluster.is_group:
        return PHASES[ClusterState.GONE]
    if state in (ClusterState.NAMED, ClusterState.GONE):
        return PHASES[ClusterState(state)]
    return "held" if is_held_by_other(cluster, user) else PHASES[ClusterState(state)]


def _members(cluster: Cluster, after: int | None) -> tuple[list[int], list[int]]:
    with_out = cluster.state == ClusterState.OPEN
    params = {"cluster": cluster.pk, "with_out": with_out, "after": after, "most": PAGE}
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, params)
        rows = cursor.fetchall()
    return [pk for pk, _ in rows], [pk for pk, is_out in rows if is_out]


def _counts(cluster: Cluster) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [cluster.pk])
        return cursor.fetchone()
