"""The tree of a clustering: moved, grouped, dissolved, named, taken back. What somebody else changed since it was seen
is answered with 409, and not overwritten."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked, the_taxon
from annotations.api.serializers.cluster_trees import (
    ClusterGroupIn,
    ClusterGroupOut,
    GroupNamedOut,
    GroupNameIn,
    MoveClustersIn,
    RevisionIn,
    RevisionOut,
    TreeConflictOut,
    TreeOut,
    TreeUndoneOut,
    serialize_row,
)
from annotations.api.serializers.clusters import ClusteringOut
from annotations.api.serializers.jobs import JobOut
from annotations.api.views.jobs import started
from annotations.clusters.access import cluster_for, clustering_for
from annotations.clusters.deleting import delete_clustering
from annotations.clusters.tree.actions import dissolve_group, make_group, move_clusters
from annotations.clusters.tree.editing import TreeConflict
from annotations.clusters.tree.naming import name_group
from annotations.clusters.tree.proposals import start_proposal
from annotations.clusters.tree.queries import tree_of
from annotations.clusters.tree.undoing import undo_tree_change
from annotations.projects.models import Role

ARRANGES = Role.ANNOTATOR


def tells_conflicts(view: Callable[..., Response]) -> Callable[..., Response]:
    """Decorator: a TreeConflict is answered with 409."""

    @wraps(view)
    def answering(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except TreeConflict as conflict:
            return Response({"detail": conflict.messages[0]}, status=409)

    return answering


@extend_schema(methods=["GET"], responses=ClusteringOut)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["GET", "DELETE"])
def clustering(request: Request, clustering_id: int) -> Response:
    """A clustering. DELETE, for a manager, also removes its clusters and its tree; the labels that came of it stay."""
    if request.method == "GET":
        return Response(ClusteringOut(clustering_for(request.user, clustering_id)).data)
    one = clustering_for(request.user, clustering_id, Role.MANAGER)
    delete_clustering(clustering=one, user=request.user)
    return Response(status=204)


@extend_schema(responses=TreeOut)
@api_view(["GET"])
def cluster_tree(request: Request, clustering_id: int) -> Response:
    """All clusters and groups of a clustering, row by row from the top."""
    clustering = clustering_for(request.user, clustering_id)
    results = [serialize_row(row) for row in tree_of(clustering)]
    return Response({"clustering": clustering.pk, "revision": clustering.revision, "results": results})


@extend_schema(
    parameters=IDEMPOTENCY, request=MoveClustersIn, responses={200: RevisionOut, 409: TreeConflictOut}
)
@api_view(["POST"])
@tells_conflicts
@answered_once
def moved_clusters(request: Request, clustering_id: int) -> Response:
    """Puts clusters and groups into a group, or to the top, before one that stands there."""
    clustering = clustering_for(request.user, clustering_id, ARRANGES)
    body = checked(MoveClustersIn, request)
    revision = body.pop("revision")
    return Response(
        {"revision": move_clusters(clustering=clustering, user=request.user, base_revision=revision, **body)}
    )


@extend_schema(
    parameters=IDEMPOTENCY, request=ClusterGroupIn, responses={201: ClusterGroupOut, 409: TreeConflictOut}
)
@api_view(["POST"])
@tells_conflicts
@answered_once
def cluster_groups(request: Request, clustering_id: int) -> Response:
    """Makes a group."""
    clustering = clustering_for(request.user, clustering_id, ARRANGES)
    body = checked(ClusterGroupIn, request)
    revision = body.pop("revision")
    group = make_group(clustering=clustering, user=request.user, base_revision=revision, **body)
    return Response({"id": group.pk, "revision": group.revision}, status=201)


@extend_schema(parameters=IDEMPOTENCY, request=RevisionIn, responses={200: RevisionOut, 409: TreeConflictOut})
@api_view(["POST"])
@tells_conflicts
@answered_once
def dissolved_group(request: Request, cluster_id: int) -> Response:
    """What lies in the group takes its place."""
    group = cluster_for(request.user, cluster_id, ARRANGES)
    revision = checked(RevisionIn, request)["revision"]
    return Response({"revision": dissolve_group(group=group, user=request.user, base_revision=revision)})


@extend_schema(
    parameters=IDEMPOTENCY, request=GroupNameIn, responses={200: GroupNamedOut, 409: TreeConflictOut}
)
@api_view(["POST"])
@tells_conflicts
@answered_once
def named_group(request: Request, cluster_id: int) -> Response:
    """Labels the members of all clusters beneath that wait for a name, in one batch. What nobody has looked at, and
    what somebody else has open, is left as it is."""
    group = cluster_for(request.user, cluster_id, ARRANGES)
    body = checked(GroupNameIn, request)
    taxon = the_taxon(body["taxon"])
    assert taxon is not None
    revision, traits = body.get("revision"), body.get("traits")
    named = name_group(group=group, user=request.user, taxon=taxon, traits=traits, base_revision=revision)
    counts = {"clusters": named.clusters, "not_validated": named.not_validated, "held": named.held}
    return Response({**named.outcome.as_dict(), **counts})


@extend_schema(parameters=IDEMPOTENCY, request=None, responses={200: TreeUndoneOut, 409: TreeConflictOut})
@api_view(["POST"])
@tells_conflicts
@answered_once
def undone_tree_change(request: Request, clustering_id: int) -> Response:
    """Takes back your last change of the tree that stands. Names are taken back as other labels are."""
    clustering = clustering_for(request.user, clustering_id, ARRANGES)
    change = undo_tree_change(clustering=clustering, user=request.user)
    clustering.refresh_from_db(fields=["revision"])
    return Response({"revision": clustering.revision, "summary": change.summary})


@extend_schema(request=None, responses={202: JobOut})
@api_view(["POST"])
def proposed_tree(request: Request, clustering_id: int) -> Response:
    """Arranges all clusters that lie in no group by how alike they are, by a job. It can be taken back."""
    clustering = clustering_for(request.user, clustering_id, ARRANGES)
    return started(start_proposal(clustering=clustering, user=request.user))
