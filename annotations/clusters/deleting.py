"""A clustering goes: its clusters, its tree and what was taken out. The labels that came of it stay."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.clusters.claims import HELD, lock_clustering
from annotations.clusters.models import Cluster, Clustering, ClusterState, DeletedClustering
from annotations.clusters.queries import is_named
from annotations.jobs.models import UNFINISHED, Job


@transaction.atomic
def delete_clustering(*, clustering: Clustering, user: User) -> None:
    """Logs it. Raises ValidationError where somebody else has one of its clusters open, or a job is at work on it."""
    clustering = lock_clustering(clustering.pk)
    occupied = clustering.clusters.filter(touched__gt=timezone.now() - HELD, holder__isnull=False)
    other = occupied.exclude(holder=user.pk).select_related("holder").first()
    if other is not None and other.holder is not None:
        raise ValidationError(f"{other.holder.display_name} has {other} open: delete it when they are done.")
    if _is_worked_at(clustering):
        raise ValidationError("A job is at work on its clusters: wait for it, or cancel it first.")
    living = clustering.clusters.filter(is_group=False).exclude(state=ClusterState.GONE)
    DeletedClustering.objects.create(
        project_id=clustering.project_id,
        user=user,
        number=clustering.pk,
        created=clustering.created,
        objects_clustered=clustering.objects_clustered,
        clusters=living.count(),
        named=living.filter(is_named()).count(),
    )
    clustering.delete()


def _is_worked_at(clustering: Clustering) -> bool:
    jobs = Job.objects.filter(project=clustering.project_id, state__in=UNFINISHED)
    if jobs.filter(kind="propose_tree", params__clustering=clustering.pk).exists():
        return True
    split = list(jobs.filter(kind="split_cluster").values_list("params__cluster", flat=True))
    return Cluster.objects.filter(pk__in=split, clustering=clustering).exists()
