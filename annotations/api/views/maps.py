"""How a project's objects are laid out in two dimensions."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.maps import ProjectionIn, ProjectionOut
from annotations.api.views.jobs import started
from annotations.maps.actions import start_mapping
from annotations.maps.queries import projections_of
from annotations.projects.access import open_project
from annotations.projects.models import Role


@extend_schema(methods=["GET"], responses=ProjectionOut(many=True))
@extend_schema(methods=["POST"], request=ProjectionIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def projections(request: Request, project_id: int) -> Response:
    """The maps of the project, the newest first; POST lays its objects out by UMAP, a job."""
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.ANNOTATOR)
        return started(start_mapping(project=project, user=request.user, **checked(ProjectionIn, request)))
    project = open_project(request.user, project_id)
    return Response(ProjectionOut(projections_of(project), many=True).data)
