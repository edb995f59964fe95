"""What people say of clusters: what does not belong, that the rest does, what they are, which are the same. The labels
themselves are written by `labels.actions`."""

from collections.abc import Collection, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.clusters.claims import is_held_by_other, lock_clustering, locked, wait_again
from annotations.clusters.members import merge_members, put_back, take_out
from annotations.clusters.models import Cluster, ClusterState, Growth
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch
from annotations.labels.outcomes import Outcome
from annotations.taxonomy.models import Taxon
from annotations.traits.with_labels import give_values

MOST_MERGED = 100  # clusters at once
MEMBER = """
EXISTS (SELECT FROM clusters_clustermember m WHERE m.object_id = o.id AND m.cluster_id = %s AND m.state <> 'O')
AND o.state IN ('U', 'P')"""


@transaction.atomic
def set_members(
    *, cluster: Cluster, user: User, out: Collection[int] = (), back: Collection[int] = ()
) -> None:
    """Takes members out that do not belong, and puts others back. Raises ValidationError."""
    cluster = locked(cluster, user)
    _refuse_named(cluster)
    if out:
        take_out(cluster, sorted(out))
    if back:
        put_back(cluster, sorted(back))


@transaction.atomic
def validate_cluster(
    *, cluster: Cluster, user: User, out: Collection[int] = (), back: Collection[int] = ()
) -> None:
    """All members belong but those that are taken out: it may grow. Raises ValidationError where it has none left."""
    cluster = locked(cluster, user)
    _refuse_named(cluster)
    put_back(cluster, sorted(back))
    take_out(cluster, sorted(out))
    cluster.refresh_from_db(fields=["size"])
    if not cluster.size:
        raise ValidationError(f"All of {cluster} is taken out: nothing is left that could be a cluster.")
    Cluster.objects.filter(pk=cluster.pk, state=ClusterState.OPEN).update(state=ClusterState.VALIDATED)


@transaction.atomic
def name_cluster(
    *, cluster: Cluster, user: User, taxon: Taxon, traits: Mapping[str, object] | None = None
) -> Outcome:
    """Labels the members that nobody has settled meanwhile, and gives them the values of traits by their keys, as one
    batch that undo takes back.

    Raises ValidationError for a cluster that nobody has validated, or of which all is settled, and as `give_values`.
    """
    cluster = locked(cluster, user)
    _refuse_named(cluster)
    if cluster.state == ClusterState.OPEN:
        raise ValidationError(f"Nobody has looked at {cluster} yet: accept its members first.")
    outcome = label_objects(project=cluster.project, user=user, where=(MEMBER, [cluster.pk]), taxon=taxon)
    if not outcome.changed:
        raise ValidationError(f"All of {cluster} has been settled meanwhile: there is nothing left to name.")
    outcome.traits = values_with(outcome, user, traits)
    Cluster.objects.filter(pk=cluster.pk).update(
        state=ClusterState.NAMED,
        taxon=taxon,
        batch_id=outcome.batch,
        named_by=user,
        named_at=timezone.now(),
        holder=None,
    )
    return outcome


@transaction.atomic
def merge_clusters(*, into: Cluster, user: User, others: Sequence[Cluster]) -> Cluster:
    """The members of the others become members of one; what was taken out of them stays out unless another has it.

    Raises ValidationError for clusters of another clustering, such that are named, and such that somebody has open.
    """
    lock_clustering(into.clustering_id)
    chosen = Cluster.objects.select_for_update(of=("self",)).filter(
        pk__in=[into.pk, *(each.pk for each in others)]
    )
    rows = [
        row for row in chosen.order_by("pk") if row.pk != into.pk
    ]  # in one order: nobody waits for each other
    if not 1 <= len(rows) <= MOST_MERGED:
        raise ValidationError(f"Choose two to {MOST_MERGED} clusters that are the same.")
    into = locked(into, user)
    for each in rows:
        wait_again(each)
        _refuse_merging(each, into, user)
    _refuse_named(into)
    merge_members(into, [each.pk for each in rows])
    Growth.objects.filter(cluster__in=[into, *rows]).delete()
    Cluster.objects.filter(pk__in=[each.pk for each in rows]).update(state=ClusterState.GONE, holder=None)
    if any(each.state == ClusterState.OPEN for each in rows):  # of which nobody has looked at all
        Cluster.objects.filter(pk=into.pk).update(state=ClusterState.OPEN)
    into.refresh_from_db()
    return into


def values_with(outcome: Outcome, user: User, traits: Mapping[str, object] | None) -> list[dict]:
    """The values that the objects get with the label; what came of each."""
    if not traits or outcome.batch is None:
        return []
    return give_values(batch=Batch.objects.get(pk=outcome.batch), user=user, values=traits)


def _refuse_named(cluster: Cluster) -> None:
    if cluster.state == ClusterState.NAMED:
        raise ValidationError(f"{cluster} is named already: take that back first, in the last actions.")


def _refuse_merging(other: Cluster, into: Cluster, user: User) -> None:
    if other.clustering_id != into.clustering_id:
        raise ValidationError(f"{other} is of another clustering: only those of one can be merged.")
    if other.is_group or other.state in (ClusterState.NAMED, ClusterState.GONE):
        words = "a group" if other.is_group else other.get_state_display().lower()
        raise ValidationError(f"{other} can't be merged: it is {words}.")
    if is_held_by_other(other, user):
        raise ValidationError(f"Somebody has {other} open: merge it when they are done.")
