"""Segmenters: trained on outlined scans, looked at, named, put away."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import CURSOR, checked
from annotations.api.serializers.backbones import BackboneExportIn
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.segmenters import (
    SegmenterChange,
    SegmenterImportIn,
    SegmenterIn,
    SegmenterOut,
    SegmenterPage,
    serialize_segmenter,
)
from annotations.api.views.jobs import started
from annotations.common.keyset import page_back
from annotations.jobs.uploads import keep_upload
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.scans.queries import open_scan
from annotations.scans.segmentation.queries import open_recipe
from annotations.scans.segmenters.actions import change_segmenter
from annotations.scans.segmenters.packages import start_segmenter_export, start_segmenter_import
from annotations.scans.segmenters.queries import open_segmenter, segmenters_of
from annotations.scans.segmenters.starting import start_training

A_PAGE = 50


@extend_schema(methods=["GET"], operation_id="segmenters_list", parameters=[CURSOR], responses=SegmenterPage)
@extend_schema(methods=["POST"], request=SegmenterIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def segmenters(request: Request, project_id: int) -> Response:
    """The project's segmenters, the newest first; POST of a manager trains one on outlined scans.

    The job's `result.segmenter` is its number when it is done; before that the one whose `job` is the job's.
    """
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.MANAGER)
        body = checked(SegmenterIn, request)
        body["scans"] = [open_scan(project, number) for number in dict.fromkeys(body["scans"])]
        if body["held_out"] is not None:
            body["held_out"] = open_scan(project, body["held_out"])
        if body["recipe"] is not None:
            body["recipe"] = open_recipe(project, body["recipe"])
        return started(start_training(user=request.user, project=project, **body))
    project = open_project(request.user, project_id)
    page, following = page_back(
        segmenters_of(project), "segmenters", request.query_params.get("cursor"), A_PAGE
    )
    return Response({"results": [serialize_segmenter(one) for one in page], "next": following})


@extend_schema(methods=["GET"], responses=SegmenterOut)
@extend_schema(methods=["PATCH"], request=SegmenterChange, responses=SegmenterOut)
@api_view(["GET", "PATCH"])
def segmenter(request: Request, segmenter_id: int) -> Response:
    """A segmenter with its figures and curves; PATCH is for managers."""
    opened = open_segmenter(request.user, segmenter_id)
    if request.method == "PATCH":
        change_segmenter(user=request.user, segmenter=opened, **checked(SegmenterChange, request))
    return Response(serialize_segmenter(opened))


@extend_schema(request=BackboneExportIn, responses={202: JobOut})
@api_view(["POST"])
def export(request: Request, segmenter_id: int) -> Response:
    """Writes the segmenter as a zip that works anywhere; the job's `result.url` downloads it. For managers."""
    opened = open_segmenter(request.user, segmenter_id, Role.MANAGER)
    words = checked(BackboneExportIn, request)
    return started(start_segmenter_export(user=request.user, segmenter=opened, **words))


@extend_schema(request={"multipart/form-data": SegmenterImportIn}, responses={202: JobOut})
@api_view(["POST"])
def imports(request: Request, project_id: int) -> Response:
    """Brings in an exported segmenter for a project that you manage; the job's `result.segmenter` is its number."""
    project = open_project(request.user, project_id, Role.MANAGER)
    upload = checked(SegmenterImportIn, request)["folder"]
    path = keep_upload(upload, "zip")
    return started(start_segmenter_import(user=request.user, project=project, path=path, name=upload.name))
