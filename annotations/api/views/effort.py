"""Where the hours go in a project."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.effort import EffortIn, EffortOut
from annotations.api.serializers.jobs import JobOut
from annotations.api.views.jobs import started
from annotations.effort.actions import start_report
from annotations.effort.queries import last_report
from annotations.projects.access import open_project


@extend_schema(methods=["GET"], responses=EffortOut)
@extend_schema(methods=["POST"], request=EffortIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def effort(request: Request, project_id: int) -> Response:
    """The last report: objects by hand, accepted, corrected, machine-validated; acts, seconds, what was saved;
    corrections by model, taxon and week; samples that are different. POST has the log gone through anew."""
    project = open_project(request.user, project_id)
    if request.method == "POST":
        body = checked(EffortIn, request)
        return started(start_report(user=request.user, project=project, days=body["days"]))
    last = last_report(project)
    return Response(EffortOut({"report": last.report, "made": last.made}).data)
