"""Learning while sorting: how far it is, on and off."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.refitting import RefitIn, RefitOut, serialize_refit
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.refitting.actions import let_learn
from annotations.refitting.queries import refit_status
from annotations.refitting.status import refit_standing


@extend_schema(methods=["GET"], responses=RefitOut)
@extend_schema(methods=["PATCH"], request=RefitIn, responses=RefitOut)
@api_view(["GET", "PATCH"])
def refit(request: Request, project_id: int) -> Response:
    """How far the project has learnt while people sort it, how well, and what a full training would gain; PATCH lets it
    learn, or not. Managers do so."""
    if request.method == "PATCH":
        project = open_project(request.user, project_id, Role.MANAGER)
        let_learn(user=request.user, project=project, **checked(RefitIn, request))
    project = open_project(request.user, project_id)
    return Response(serialize_refit(refit_status(project), refit_standing(project)))
