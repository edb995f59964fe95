"""Training a project's own model anew: when, what became of it, and now."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.retraining import RetrainingOut, RetrainingPlanIn, RetrainingStatusOut
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.retraining.actions import set_plan, start_retraining
from annotations.retraining.queries import retraining_status, retrainings_of

MOST = 50


@extend_schema(methods=["GET"], responses=RetrainingStatusOut)
@extend_schema(methods=["PUT"], request=RetrainingPlanIn, responses=RetrainingStatusOut)
@extend_schema(methods=["POST"], request=None, responses={202: RetrainingOut})
@api_view(["GET", "PUT", "POST"])
def retraining(request: Request, project_id: int) -> Response:
    """The plan, and what became of retrainings; PUT sets the plan (administrators), POST trains anew now. A gate lets
    the new model become the project's own only where it is certainly better on the objects of the former's test."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "POST":
        begun = start_retraining(user=request.user, project=project)
        return Response(RetrainingOut(begun).data, status=202)
    if request.method == "PUT":
        set_plan(user=request.user, project=project, **checked(RetrainingPlanIn, request))
    status = retraining_status(project)
    out = {
        name: getattr(status, name) for name in ("plan", "own_model", "obstacle", "fresh", "expected_gain")
    }
    return Response(RetrainingStatusOut({**out, "retrainings": retrainings_of(project)[:MOST]}).data)
