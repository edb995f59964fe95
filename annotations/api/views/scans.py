"""Whole scans: what there is, bringing some, what lies on one."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.scans import ScanIn, ScanOut, ScansOut, VisibleOut
from annotations.api.views.jobs import incoming_of, started
from annotations.common.forms import LARGEST_ID
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.scans.actions import PLACE, delete_scan, start_scan_import
from annotations.scans.frame_options import OPTIONS
from annotations.scans.queries import ScanRow, objects_on, open_scan, page_of_scans, tile_address
from annotations.scans.sampling_fields import FIELDS
from annotations.scans.viewport import VisibleBox, visible_objects

ORIGINS = {"package", "upload", "folder", "bucket", "url", "source"}
ONE_ORIGIN = (
    "Send one of these: the file as `package`, the number of a resumable upload as `upload`, a `folder` or `bucket` "
    "that is open to imports with a `path` in it, a `url`, or, as an administrator, a path on the server as `source`."
)


@extend_schema(
    methods=["GET"],
    operation_id="projects_scans_list",
    parameters=[OpenApiParameter("before", int, description="`next` of the page before")],
    responses=ScansOut,
)
@extend_schema(methods=["POST"], request={"multipart/form-data": ScanIn}, responses={202: JobOut})
@api_view(["GET", "POST"])
def scans(request: Request, project_id: int) -> Response:
    """The scans of the project, the newest first; POST brings scans, frames or a video in: a job."""
    if request.method == "GET":
        project = open_project(request.user, project_id)
        rows, more = page_of_scans(project, number_before(request, "a scan"))
        return Response({"results": [scan_shape(row) for row in rows], "next": more})
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(ScanIn, request)
    if len(ORIGINS & body.keys()) != 1 or ("path" in body and not {"folder", "bucket"} & body.keys()):
        raise ValidationError(ONE_ORIGIN)
    metadata = {field.name: body[field.name] for field in FIELDS}
    frames = {option.name: body[option.name] for option in OPTIONS}
    incoming = incoming_of(request, body)._asdict()
    return started(
        start_scan_import(project=project, user=request.user, metadata=metadata, frames=frames, **incoming)
    )


def number_before(request: Request, what: str) -> int | None:
    """Behind which row of a list its page begins. Raises ValidationError."""
    text = request.query_params.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID):
        raise ValidationError(f"`before` takes the number of {what}.")
    return int(text)


@extend_schema(methods=["GET"], responses=ScanOut)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["GET", "DELETE"])
def scan(request: Request, project_id: int, scan_id: int) -> Response:
    """One scan. DELETE removes one of which no object was made."""
    least = Role.VIEWER if request.method == "GET" else Role.MANAGER
    project = open_project(request.user, project_id, least)
    opened = open_scan(project, scan_id)
    if request.method == "DELETE":
        delete_scan(project=project, scan=opened)
        return Response(status=204)
    return Response(scan_shape(ScanRow(opened, objects_on([opened.pk]).get(opened.pk, 0))))


@extend_schema(
    parameters=[
        OpenApiParameter("box", str, description="x,y,width,height in pixels; all of it where left out")
    ],
    responses=VisibleOut,
)
@api_view(["GET"])
def scan_objects(request: Request, project_id: int, scan_id: int) -> Response:
    """The objects that lie in a box of the scan, with their outlines where they are at most 300; of more than 1,500
    only how many lie in each cell."""
    opened = open_scan(open_project(request.user, project_id), scan_id)
    return Response(visible_objects(opened, VisibleBox.read(request.query_params.get("box", ""), opened)))


def scan_shape(row: ScanRow) -> dict:
    parent = row.scan.parent
    return {
        "id": row.scan.pk,
        "file_name": parent.file_name,
        "width": parent.width,
        "height": parent.height,
        "sample": parent.acquisition.sample_id,
        "acquisition": parent.acquisition_id,
        "pixel_um": row.pixel_um,
        "header_pixel_um": row.scan.header_pixel_um,
        "objects": row.objects,
        "tiles": tile_address(row.scan) if row.scan.has_tiles else "",
        "tile_size": row.scan.tile_size,
        "levels": row.scan.levels,
        "missing": row.missing,
        **{name: getattr(row.scan, name) for name in PLACE},
    }
