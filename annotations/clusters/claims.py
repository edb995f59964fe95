"""Who has a cluster open: nobody else answers about it meanwhile, and its objects are nobody else's candidates.

Rows are locked in one order, so that nobody waits for each other:

1. the clustering, by whoever changes its tree, merges, splits, or names a group: more than one of its clusters;
2. clusters, in the order of their numbers. Whoever has locked one without its clustering waits for no other: one that
   is locked just now is passed over (SKIP LOCKED);
3. objects, in the order of theirs: as labels lock them (`labels/locking.py`), who never reach for a cluster;
4. members, whose clusters and objects are locked by then.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotations.accounts.models import User
from annotations.clusters.models import Cluster, Clustering, ClusterState
from annotations.labels.models import Batch

HELD = timedelta(minutes=30)  # since the person last did something: then others get it

# of an object, {object}: it is a member of another cluster that somebody else has open
OF_OTHERS = """EXISTS (
    SELECT FROM clusters_clustermember m JOIN clusters_cluster c ON c.id = m.cluster_id
    WHERE m.object_id = {object} AND m.state <> 'O' AND c.clustering_id = %(clustering)s AND c.id <> %(cluster)s
    AND c.holder_id IS NOT NULL AND c.holder_id IS DISTINCT FROM %(user)s AND c.touched > now() - %(held)s::interval
)"""


def of_others(cluster: Cluster) -> dict:
    """The parameters of OF_OTHERS, for who has the cluster open."""
    return {
        "clustering": cluster.clustering_id,
        "cluster": cluster.pk,
        "user": cluster.holder_id,
        "held": f"{HELD.total_seconds()} seconds",
    }


def is_held(cluster: Cluster) -> bool:
    if cluster.holder_id is None or cluster.touched is None:
        return False
    return cluster.touched > timezone.now() - HELD


def is_held_by_other(cluster: Cluster, user: User) -> bool:
    return is_held(cluster) and cluster.holder_id != user.pk


def lock_clustering(number: int) -> Clustering:
    """Until the transaction ends; nothing of it is locked yet."""
    return Clustering.objects.select_for_update(of=("self",)).get(pk=number)


@transaction.atomic
def hold(*, cluster: Cluster, user: User) -> bool:
    """Takes the cluster in hand, and lets go of the person's others. False where somebody else has it open."""
    now = timezone.now()
    free = Q(holder=None) | Q(holder=user.pk) | Q(touched__lt=now - HELD)
    changed = Cluster.objects.filter(free, pk=cluster.pk).update(holder=user.pk, touched=now)
    if not changed:
        return False
    others = Cluster.objects.filter(project=cluster.project_id, holder=user.pk).exclude(pk=cluster.pk)
    idle = others.select_for_update(skip_locked=True)  # in another tab the person may be at one just now
    Cluster.objects.filter(pk__in=list(idle.values_list("pk", flat=True))).update(holder=None)
    cluster.holder, cluster.touched = user, now
    return True


def locked(cluster: Cluster, user: User) -> Cluster:
    """The row, locked until the transaction ends, in the person's hand; it waits for a name again where that was taken
    back. Raises ValidationError where it is in somebody else's, or there is nothing to be done with it any more."""
    row = Cluster.objects.select_for_update(of=("self",)).select_related("clustering", "project", "holder")
    cluster = row.get(pk=cluster.pk)
    if cluster.is_group:
        raise ValidationError(f"{cluster} is a group: open one of its clusters.")
    if cluster.state == ClusterState.GONE:
        raise ValidationError(f"{cluster} is gone: it was merged into another cluster.")
    if not hold(cluster=cluster, user=user):
        raise ValidationError(
            f"{cluster.holder.display_name if cluster.holder else 'Somebody'} has {cluster} open."
        )
    wait_again(cluster)
    return cluster


def wait_again(cluster: Cluster) -> None:
    """A cluster whose name was taken back, in the last actions or by Ctrl + Z, waits for one again."""
    if cluster.state != ClusterState.NAMED or not is_undone(cluster):
        return
    values = {
        "state": ClusterState.GROWN,
        "taxon": None,
        "batch_id": None,
        "named_at": None,
        "named_by": None,
    }
    Cluster.objects.filter(pk=cluster.pk, batch_id=cluster.batch_id).update(**values)
    cluster.refresh_from_db(fields=list(values))


def is_undone(cluster: Cluster) -> bool:
    """Whether its name was taken back."""
    return Batch.objects.filter(pk=cluster.batch_id or 0, is_undone=True).exists()
