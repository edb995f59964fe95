"""By what objects are compared."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.similarity import EmbeddingSpaceIn, EmbeddingSpaceOut
from annotations.api.views.jobs import started
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.similarity.measurements import start_embedding
from annotations.similarity.queries import spaces_in


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
    return Response(EmbeddingSpaceOut(spaces_in(project), many=True).data)
