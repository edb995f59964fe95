"""Backbones: pretrained without labels, looked at, named, put away."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import CURSOR, checked
from annotations.api.serializers.backbones import (
    BackboneChange,
    BackboneExportIn,
    BackboneFilter,
    BackboneImportIn,
    BackboneOut,
    BackbonePage,
    PretrainingIn,
)
from annotations.api.serializers.jobs import JobOut
from annotations.api.views.jobs import started
from annotations.common.keyset import page_back
from annotations.jobs.uploads import keep_upload
from annotations.learning.backbones.actions import change_backbone, start_pretraining
from annotations.learning.backbones.packages import start_backbone_export, start_backbone_import
from annotations.learning.backbones.queries import backbones_seen_by, open_backbone
from annotations.learning.models import Backbone
from annotations.projects.access import open_project
from annotations.projects.models import Role

PLAIN = (
    "name",
    "filter",
    "is_ready",
    "created",
    "archived",
    "settings",
    "history",
    "metrics",
    "is_foreign",
    "card",
)
A_PAGE = 50


def serialize_backbone(backbone: Backbone) -> dict:
    return {
        "id": backbone.pk,
        "projects": [project.pk for project in backbone.projects.all()],
        "job": backbone.job_id,
        **{name: getattr(backbone, name) for name in PLAIN},
    }


@extend_schema(
    methods=["GET"],
    operation_id="backbones_list",
    parameters=[CURSOR, BackboneFilter],
    responses=BackbonePage,
)
@extend_schema(methods=["POST"], request=PretrainingIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def backbones(request: Request) -> Response:
    """The backbones that you may see, the newest first; a POST of a manager of each project pretrains one without
    labels.

    The job's `params.backbone` is its number, `result.backbone` when it is done.
    """
    if request.method == "POST":
        body = checked(PretrainingIn, request)
        projects = [open_project(request.user, number) for number in dict.fromkeys(body.pop("projects"))]
        filter_json = body.pop("filter")
        job = start_pretraining(user=request.user, projects=projects, filter_json=filter_json, **body)
        return started(job)
    query = BackboneFilter(data=request.query_params)
    query.is_valid(raise_exception=True)
    visible = backbones_seen_by(request.user)
    if (archived := query.validated_data.get("archived")) is not None:
        visible = visible.filter(archived__isnull=not archived)
    page, following = page_back(visible, "backbones", request.query_params.get("cursor"), A_PAGE)
    return Response({"results": [serialize_backbone(one) for one in page], "next": following})


@extend_schema(methods=["GET"], responses=BackboneOut)
@extend_schema(methods=["PATCH"], request=BackboneChange, responses=BackboneOut)
@api_view(["GET", "PATCH"])
def backbone(request: Request, backbone_id: int) -> Response:
    """A backbone with its settings and curves; PATCH is for managers of all its projects."""
    opened = open_backbone(request.user, backbone_id)
    if request.method == "PATCH":
        change_backbone(user=request.user, backbone=opened, **checked(BackboneChange, request))
    return Response(serialize_backbone(opened))


@extend_schema(request=BackboneExportIn, responses={202: JobOut})
@api_view(["POST"])
def export(request: Request, backbone_id: int) -> Response:
    """Writes the backbone as a zip that works anywhere; the job's `result.url` downloads it."""
    opened = open_backbone(request.user, backbone_id)
    words = checked(BackboneExportIn, request)
    return started(start_backbone_export(user=request.user, backbone=opened, **words))


@extend_schema(request={"multipart/form-data": BackboneImportIn}, responses={202: JobOut})
@api_view(["POST"])
def imports(request: Request) -> Response:
    """Brings in an exported backbone for projects that you manage; the job's `result.backbone` is its number."""
    body = checked(BackboneImportIn, request)
    chosen = [open_project(request.user, project_id, Role.MANAGER) for project_id in body["projects"]]
    upload = body["folder"]
    path = keep_upload(upload, "zip")
    return started(start_backbone_import(user=request.user, projects=chosen, path=path, name=upload.name))
