"""The door to a cluster and to a clustering: that of its project."""

from django.http import Http404

from annotations.accounts.models import User
from annotations.clusters.models import Cluster, Clustering
from annotations.projects.access import open_project
from annotations.projects.models import Role


def cluster_for(user: User, cluster_id: int, least: Role = Role.VIEWER) -> Cluster:
    """With its clustering, project and holder. Raises Http404 for a stranger, PermissionDenied below the role."""
    rows = Cluster.objects.select_related("clustering", "project", "holder", "taxon")
    cluster = rows.filter(pk=cluster_id).first()
    if cluster is None:
        raise Http404("There is no such cluster.")
    open_project(user, cluster.project_id, least)
    return cluster


def clustering_for(user: User, clustering_id: int, least: Role = Role.VIEWER) -> Clustering:
    """With its project and space. Raises Http404 for a stranger, PermissionDenied below the role."""
    clustering = (
        Clustering.objects.select_related("project", "space", "user").filter(pk=clustering_id).first()
    )
    if clustering is None:
        raise Http404("There is no such clustering.")
    open_project(user, clustering.project_id, least)
    return clustering


def clustering_in(project_id: int, number: int | None) -> Clustering | None:
    """The clustering of that number in the project, without a number the newest; None before there is one.

    Raises Http404 for a number of another project.
    """
    clusterings = Clustering.objects.filter(project=project_id).select_related("space", "user")
    if number is None:
        return clusterings.order_by("-pk").first()
    clustering = clusterings.filter(pk=number).first()
    if clustering is None:
        raise Http404("There is no such clustering in this project.")
    return clustering
