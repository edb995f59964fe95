"""By what objects are compared."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.similarity import (
    DuplicateGroupsOut,
    DuplicateSearchIn,
    DuplicatesQuery,
    EmbeddingIn,
    EmbeddingSourceIn,
    EmbeddingSpaceIn,
    EmbeddingSpaceOut,
    KeptIn,
    NeighbourhoodOut,
    NeighboursIn,
    OwnSpaceIn,
)
from annotations.api.views.jobs import serialize_job, started
from annotations.gallery.neighbours import neighbours_as_json
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.queries import project_of_object
from annotations.search.filter import Filter
from annotations.similarity.duplicates.actions import keep_group
from annotations.similarity.duplicates.queries import groups_of, open_group
from annotations.similarity.duplicates.searching import start_search
from annotations.similarity.embedding import embed_all_projects, start_object_embedding
from annotations.similarity.marking import mark_own, start_removal
from annotations.similarity.measurements import start_embedding
from annotations.similarity.neighbours import neighbourhood_of
from annotations.similarity.sources import open_source
from annotations.similarity.space_status import standings


@extend_schema(methods=["GET"], responses=EmbeddingSpaceOut(many=True))
@extend_schema(methods=["POST"], request=EmbeddingSpaceIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def embedding_spaces(request: Request, project_id: int) -> Response:
    """What objects of the project are compared by; POST lets their measurements be compared, by a job."""
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.MANAGER)
        return started(
            start_embedding(project=project, user=request.user, **checked(EmbeddingSpaceIn, request))
        )
    project = open_project(request.user, project_id)
    return Response(EmbeddingSpaceOut(standings(project), many=True).data)


@extend_schema(parameters=[NeighboursIn], responses=NeighbourhoodOut)
@api_view(["GET"])
def neighbours(request: Request, object_id: int) -> Response:
    """The nearest validated objects of the project, and the taxa that they vote for, each with its share."""
    project_id = project_of_object(object_id)
    open_project(request.user, project_id)
    query = NeighboursIn(data=request.query_params)
    query.is_valid(raise_exception=True)
    neighbourhood = neighbourhood_of(object_id, project_id, **query.validated_data)
    return Response(neighbours_as_json(project_id, neighbourhood))


@extend_schema(methods=["PATCH"], request=OwnSpaceIn, responses={204: None})
@extend_schema(methods=["DELETE"], responses={202: JobOut})
@api_view(["PATCH", "DELETE"])
def embedding_space(request: Request, project_id: int, space_id: int) -> Response:
    """PATCH marks a space as the project's own, or no space; DELETE removes what a stale one knows of the project."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "DELETE":
        return started(start_removal(project=project, user=request.user, space_id=space_id))
    mark_own(project=project, space_id=space_id if checked(OwnSpaceIn, request)["is_own"] else None)
    return Response(status=204)


@extend_schema(request=EmbeddingIn, responses={202: JobOut})
@api_view(["POST"])
def embeddings(request: Request, project_id: int) -> Response:
    """Lets a model or a backbone look at the objects that it has not embedded yet, by a job: no label changes."""
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(EmbeddingIn, request)
    source, criteria = open_source(request.user, body), Filter.parse(body["filter"], request.user)
    return started(
        start_object_embedding(project=project, user=request.user, source=source, criteria=criteria)
    )


@extend_schema(request=EmbeddingSourceIn, responses={202: JobOut(many=True)})
@api_view(["POST"])
def embeddings_of_all(request: Request) -> Response:
    """An administrator lets a model or a backbone look at the objects of all projects, by a job a project."""
    if not request.user.is_superuser:
        raise PermissionDenied("Only administrators let all projects be embedded.")
    source = open_source(request.user, checked(EmbeddingSourceIn, request))
    jobs = embed_all_projects(user=request.user, source=source)
    return Response([serialize_job(job) for job in jobs], status=202)


@extend_schema(methods=["GET"], parameters=[DuplicatesQuery], responses=DuplicateGroupsOut)
@extend_schema(methods=["POST"], request=DuplicateSearchIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def duplicates(request: Request, project_id: int) -> Response:
    """Groups of near-duplicates that the last search found, contradictory labels first; POST searches, by a job."""
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.ANNOTATOR)
        return started(
            start_search(project=project, user=request.user, **checked(DuplicateSearchIn, request))
        )
    project = open_project(request.user, project_id)
    query = DuplicatesQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    groups, following = groups_of(
        project, is_kept=query.validated_data["is_kept"], after=query.validated_data["after"]
    )
    return Response(DuplicateGroupsOut({"results": groups, "next": following}).data)


@extend_schema(request=KeptIn, responses={204: None})
@api_view(["PATCH"])
def duplicate_group(request: Request, project_id: int, group_id: int) -> Response:
    """Says that these are no duplicates, which later searches remember; or takes that back."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    group = open_group(project, group_id)
    keep_group(group=group, user=request.user, is_kept=checked(KeptIn, request)["is_kept"])
    return Response(status=204)
