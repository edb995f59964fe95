"""How far a project is, and who sorts which samples."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.accounts.models import User
from annotations.api.params import checked
from annotations.api.serializers.assignments import AssignedOut, AssignmentsIn
from annotations.assignments import queries as work
from annotations.assignments.actions import assign, share_out, take_back
from annotations.projects.access import open_project
from annotations.projects.models import Role


@extend_schema(responses={200: {"type": "object"}})
@api_view(["GET"])
def progress(request: Request, project_id: int) -> Response:
    """How far the project is: whole, and per sample, taxon, person and day."""
    open_project(request.user, project_id)
    imported = work.recent_imports(project_id)
    return Response(
        {
            "states": work.states(project_id),
            "samples": work.by_sample(project_id, limit=None),
            "taxa": work.by_taxon(project_id),
            "people": work.by_person(project_id, imported=imported),
            "days": work.by_day(project_id, imported=imported),
        }
    )


@extend_schema(request=AssignmentsIn, responses=AssignedOut)
@api_view(["POST", "DELETE"])
def assignments(request: Request, project_id: int) -> Response:
    """Gives samples to people (`is_shared`: each to one of them, evenly); DELETE takes them back."""
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(AssignmentsIn, request)
    users = list(User.objects.filter(username__in=body["users"]))
    if request.method == "DELETE":
        return Response(
            {"assignments": take_back(project=project, samples=body["samples"], users=users or None)}
        )
    act = share_out if body["is_shared"] else assign
    created = act(project=project, samples=body["samples"], users=users, due=body.get("due"))
    return Response({"assignments": created})
