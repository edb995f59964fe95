"""Clusters of alike objects: looked for, validated, grown, named, merged, split."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.models import User
from annotations.api.idempotency import IDEMPOTENCY, answered_once
from annotations.api.params import checked, the_taxon
from annotations.api.serializers.cluster_trees import TreeConflictOut
from annotations.api.serializers.clusters import (
    ClusteringIn,
    ClusteringOut,
    ClusterNamedOut,
    ClusterPatch,
    ClusterQuestionOut,
    ClusterQuestionQuery,
    ClustersOut,
    ClustersQuery,
    GrowIn,
    MembersIn,
    MergeClustersIn,
    NameIn,
    NewClusterTaxonIn,
    NewClusterTaxonOut,
    ValidateIn,
)
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.newtaxa import NewTaxonProposalOut, NewTaxonQuery, serialize_new_taxon
from annotations.api.serializers.taxa import SameSpellingOut
from annotations.api.views.cluster_trees import tells_conflicts
from annotations.api.views.jobs import started
from annotations.clusters.access import cluster_for, clustering_in
from annotations.clusters.actions import (
    merge_clusters,
    name_cluster,
    set_members,
    validate_cluster,
)
from annotations.clusters.current_question import open_cluster, question_about
from annotations.clusters.growing import answer_candidates, begin_growth, end_growth
from annotations.clusters.models import Cluster
from annotations.clusters.newtaxa import name_cluster_anew, propose_for_cluster
from annotations.clusters.queries import clusterings_of, page_of_clusters
from annotations.clusters.starting import start_clustering, start_splitting
from annotations.clusters.tree.actions import move_clusters, rename_cluster
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.filter import Filter
from annotations.taxonomy.creating import SameSpelling
from annotations.taxonomy.queries import described

WORKS = Role.ANNOTATOR


@extend_schema(methods=["GET"], responses=ClusteringOut(many=True))
@extend_schema(methods=["POST"], request=ClusteringIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def clusterings(request: Request, project_id: int) -> Response:
    """Of a project, the newest first. POST looks for clusters, by a job."""
    if request.method == "GET":
        return Response(ClusteringOut(clusterings_of(open_project(request.user, project_id)), many=True).data)
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(ClusteringIn, request)
    criteria = Filter.parse(body["filter"], request.user)
    job = start_clustering(project=project, user=request.user, criteria=criteria, smallest=body["smallest"])
    return started(job)


@extend_schema(parameters=[ClustersQuery], responses=ClustersOut)
@api_view(["GET"])
def clusters(request: Request, project_id: int) -> Response:
    """Those that wait for people, or are named, the largest first."""
    open_project(request.user, project_id)
    query = _query(ClustersQuery, request)
    clustering = clustering_in(project_id, query.get("clustering"))
    if clustering is None:
        return Response({"results": [], "next": None})
    results, cursor = page_of_clusters(clustering, query["which"], query.get("cursor"))
    return Response({"results": results, "next": cursor})


@extend_schema(methods=["GET"], parameters=[ClusterQuestionQuery], responses=ClusterQuestionOut)
@extend_schema(
    methods=["PATCH"], request=ClusterPatch, responses={200: ClusterQuestionOut, 409: TreeConflictOut}
)
@api_view(["GET", "PATCH"])
@tells_conflicts
def cluster(request: Request, cluster_id: int) -> Response:
    """A cluster, and what is asked of it next. PATCH calls it something, or puts it into a group."""
    one = cluster_for(request.user, cluster_id, Role.VIEWER if request.method == "GET" else WORKS)
    if request.method == "GET":
        return Response(question_about(one, request.user, _query(ClusterQuestionQuery, request).get("after")))
    _arrange(one, request.user, **checked(ClusterPatch, request))
    return Response(question_about(one, request.user))


@extend_schema(request=None, responses=ClusterQuestionOut)
@api_view(["POST"])
def opened_cluster(request: Request, cluster_id: int) -> Response:
    """Takes it in your hand, for half an hour after what you did last, if nobody else has it open."""
    one = cluster_for(request.user, cluster_id, WORKS)
    return Response(question_about(open_cluster(one, request.user), request.user))


@extend_schema(request=MembersIn, responses=ClusterQuestionOut)
@api_view(["POST"])
def cluster_members(request: Request, cluster_id: int) -> Response:
    """Takes members out that do not belong, and puts others back."""
    return _acted(request, cluster_id, MembersIn, set_members)


@extend_schema(request=ValidateIn, responses=ClusterQuestionOut)
@api_view(["POST"])
def validated_cluster(request: Request, cluster_id: int) -> Response:
    """All members belong but those that are taken out; it may grow then."""
    return _acted(request, cluster_id, ValidateIn, validate_cluster)


@extend_schema(request=GrowIn, responses=ClusterQuestionOut)
@api_view(["POST"])
def growing_cluster(request: Request, cluster_id: int) -> Response:
    """Says of the page of candidates that `candidates` names that all of it belongs, or none. Pages double, then the
    border is found by bisection; what lies before a page that belongs joins without a look."""
    return _acted(request, cluster_id, GrowIn, _grow)


@extend_schema(parameters=IDEMPOTENCY, request=NameIn, responses=ClusterNamedOut)
@api_view(["POST"])
@answered_once
def named_cluster(request: Request, cluster_id: int) -> Response:
    """Labels all members that nobody has settled meanwhile, and gives them values of traits, in one batch."""
    one = cluster_for(request.user, cluster_id, WORKS)
    body = checked(NameIn, request)
    taxon = the_taxon(body["taxon"])
    assert taxon is not None
    outcome = name_cluster(cluster=one, user=request.user, taxon=taxon, traits=body.get("traits"))
    return Response({**outcome.as_dict(), "question": question_about(one, request.user)})


@extend_schema(methods=["GET"], parameters=[NewTaxonQuery], responses=NewTaxonProposalOut)
@extend_schema(
    methods=["POST"],
    parameters=IDEMPOTENCY,
    request=NewClusterTaxonIn,
    responses={200: NewClusterTaxonOut, 409: SameSpellingOut},
)
@api_view(["GET", "POST"])
@answered_once
def new_cluster_taxon(request: Request, cluster_id: int) -> Response:
    """What the cluster would be called if it were a new taxon, and the known taxa nearest to it. POST makes the taxon
    and labels the members with it: both or neither; for who may create taxa."""
    one = cluster_for(request.user, cluster_id, WORKS)
    if request.method == "GET":
        parent = the_taxon(_query(NewTaxonQuery, request).get("parent"))
        return Response(
            serialize_new_taxon(propose_for_cluster(cluster=one, user=request.user, parent=parent))
        )
    body = checked(NewClusterTaxonIn, request)
    try:
        taxon, outcome = name_cluster_anew(
            cluster=one,
            user=request.user,
            name=body.get("name", ""),
            parent=the_taxon(body.get("parent")),
            is_homonym=body["homonym"],
            traits=body.get("traits"),
        )
    except SameSpelling as refusal:
        return Response({"detail": refusal.messages[0], "taxa": described(refusal.taxa)}, status=409)
    [created] = described([taxon.pk])
    question = question_about(one, request.user)
    return Response({**outcome.as_dict(), "taxon": created, "rest": None, "question": question})


@extend_schema(request=MergeClustersIn, responses=ClusterQuestionOut)
@api_view(["POST"])
def merged_cluster(request: Request, cluster_id: int) -> Response:
    """Other clusters become part of this one."""
    into = cluster_for(request.user, cluster_id, WORKS)
    numbers = checked(MergeClustersIn, request)["clusters"]
    others = [cluster_for(request.user, number, WORKS) for number in numbers]
    return Response(question_about(merge_clusters(into=into, user=request.user, others=others), request.user))


@extend_schema(request=None, responses={202: JobOut})
@api_view(["POST"])
def parted_cluster(request: Request, cluster_id: int) -> Response:
    """Looks for smaller clusters among its members, by a job; it becomes the group of these."""
    one = cluster_for(request.user, cluster_id, WORKS)
    return started(start_splitting(cluster=one, user=request.user))


def _acted(request: Request, cluster_id: int, takes: Any, action: Callable[..., None]) -> Response:
    """What is asked of the cluster after an action."""
    one = cluster_for(request.user, cluster_id, WORKS)
    action(cluster=one, user=request.user, **checked(takes, request))
    return Response(question_about(one, request.user))


def _grow(
    *,
    cluster: Cluster,
    user: User,
    page: int | None = None,
    belong: str | None = None,
    out: list[int],
    growth: str | None = None,
) -> None:
    if growth == "end":
        end_growth(cluster=cluster, user=user)
    elif growth is not None:
        begin_growth(cluster=cluster, user=user, anew=growth == "anew")
    elif page is None or belong is None:
        raise ValidationError(
            "Say which `page` you mean and whether all or none `belong`, or a step of its `growth`."
        )
    else:
        answer_candidates(cluster=cluster, user=user, page=page, answer=belong, out=out)


@transaction.atomic
def _arrange(
    cluster: Cluster,
    user: User,
    *,
    revision: int | None = None,
    name: str | None = None,
    taxon: int | None = None,
    **place: int | None,
) -> None:
    if name is not None or taxon is not None:
        chosen = the_taxon(taxon)
        revision = rename_cluster(
            cluster=cluster, user=user, name=name or "", taxon=chosen, base_revision=revision
        )
    if place:  # with null, at the top
        moved = [cluster.pk]
        move_clusters(
            clustering=cluster.clustering, user=user, base_revision=revision, clusters=moved, **place
        )


def _query(serializer_class: Any, request: Request) -> dict:
    query = serializer_class(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query.validated_data
