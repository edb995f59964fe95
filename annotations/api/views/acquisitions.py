"""Acquisitions, and correcting how large their pixels are."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.acquisitions import AcquisitionOut, AcquisitionPage, PixelSizeIn
from annotations.api.serializers.jobs import JobOut
from annotations.api.views.jobs import started
from annotations.measurements.pixel_sizes import set_pixel_size
from annotations.measurements.queries import acquisitions_of
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.values import whole

CURSOR = OpenApiParameter("cursor", int, description="`next` of the page before")


@extend_schema(methods=["GET"], parameters=[CURSOR], responses=AcquisitionPage)
@extend_schema(methods=["PATCH"], request=PixelSizeIn, responses={202: JobOut, 204: None})
@api_view(["GET", "PATCH"])
def acquisitions(request: Request, project_id: int) -> Response:
    """The acquisitions of a project. PATCH corrects their `pixel_um`; a job brings measures and marks up to date, or
    204 where they have that size already.
    """
    project = open_project(
        request.user, project_id, Role.MANAGER if request.method == "PATCH" else Role.VIEWER
    )
    if request.method == "GET":
        cursor = request.query_params.get("cursor")
        page, following = acquisitions_of(project, whole(cursor, "cursor") if cursor else 0)
        return Response({"results": AcquisitionOut(page, many=True).data, "next": following})
    body = checked(PixelSizeIn, request)
    job = set_pixel_size(
        project=project, user=request.user, acquisitions=body["acquisitions"], micrometres=body["pixel_um"]
    )
    return Response(status=204) if job is None else started(job)
