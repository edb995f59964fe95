"""The formats that a project can be exported in."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.serializers.export_formats import ExportFormatOut
from annotations.exports.registry import formats
from annotations.exports.request import ExportRequest
from annotations.projects.access import open_project


@extend_schema(responses=ExportFormatOut(many=True))
@api_view(["GET"])
def export_formats(request: Request, project_id: int) -> Response:
    """What each takes, what of the project it can't hold, and what is missing for it: `exports/` takes its `name`."""
    project = open_project(request.user, project_id)
    answer = []
    for each in formats().values():
        by_default = ExportRequest(project, options=each.read_options({}), user=request.user)
        lists = {"losses": each.losses(by_default), "obstacles": each.obstacles(by_default)}
        own = {name: getattr(each, name) for name in ("name", "title", "help", "takes", "options")}
        answer.append(own | lists)
    return Response(ExportFormatOut(answer, many=True).data)
