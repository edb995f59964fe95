"""Asking for clusters: of all objects that nobody settled, or of those that match a filter."""

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.clusters.claims import locked
from annotations.clusters.models import Cluster, ClusterState
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.search.filter import Filter
from annotations.similarity.queries import own_space

SMALLEST = 64  # objects of a group in the first round
LEAST, MOST = 8, 1024
NO_SPACE = (
    "Nothing is known of what is like what in this project yet: let a model predict here, or measurements be compared, "
    "in the settings under “Similarity”."
)


def start_clustering(
    *, project: Project, user: User | None, criteria: Filter | None = None, smallest: int = SMALLEST
) -> Job:
    """Starts the job; with one that does the same on its way, that one.

    Raises ValidationError without an embedding space, JobUnderWay where another clustering is at work.
    """
    params = clustering_params(project=project, criteria=criteria, smallest=smallest)
    return start_job(kind="cluster_objects", owner=user, project=project, params=params)


def clustering_params(*, project: Project, criteria: Filter | None, smallest: int) -> dict:
    """What the job takes. Raises ValidationError."""
    if not LEAST <= smallest <= MOST:
        raise ValidationError(
            f"`smallest` is {smallest}, but a cluster begins with {LEAST} to {MOST} objects."
        )
    space = own_space(project)
    if space is None:
        raise ValidationError(NO_SPACE)
    return {"space": space.pk, "smallest": smallest, "filter": (criteria or Filter()).as_dict()}


@transaction.atomic
def start_splitting(*, cluster: Cluster, user: User) -> Job:
    """Looks for smaller clusters among the members of one. Raises ValidationError for one that is named, a group, or in
    somebody else's hand."""
    cluster = locked(cluster, user)
    if cluster.state == ClusterState.NAMED:
        raise ValidationError(f"{cluster} can't be split: it is {cluster.get_state_display().lower()}.")
    params = {"cluster": cluster.pk}
    return start_job(kind="split_cluster", owner=user, project=cluster.project, params=params)
