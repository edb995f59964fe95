"""Backbones: pretrained without labels, looked at, named, put away."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.backbones import BackboneChange, BackboneOut, PretrainingIn
from annotations.api.serializers.jobs import JobOut
from annotations.api.views.jobs import started
from annotations.learning.backbones.actions import change_backbone, start_pretraining
from annotations.learning.backbones.queries import backbones_seen_by, open_backbone
from annotations.learning.models import Backbone
from annotations.projects.access import open_project

PLAIN = (
    "name",
    "filter",
    "is_ready",
    "created",
    "archived",
    "settings",
    "history",
    "metrics",
)


def serialize_backbone(backbone: Backbone) -> dict:
    return {
        "id": backbone.pk,
        "projects": [project.pk for project in backbone.projects.all()],
        "job": backbone.job_id,
        **{name: getattr(backbone, name) for name in PLAIN},
    }


@extend_schema(methods=["GET"], responses=BackboneOut(many=True))
@extend_schema(methods=["POST"], request=PretrainingIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def backbones(request: Request) -> Response:
    """The backbones that you may see; a POST of a manager of each project pretrains one without labels.

    The job's `params.backbone` is its number, `result.backbone` when it is done.
    """
    if request.method == "POST":
        body = checked(PretrainingIn, request)
        projects = [open_project(request.user, number) for number in dict.fromkeys(body.pop("projects"))]
        filter_json = body.pop("filter")
        job = start_pretraining(user=request.user, projects=projects, filter_json=filter_json, **body)
        return started(job)
    return Response([serialize_backbone(entry) for entry in backbones_seen_by(request.user)])


@extend_schema(methods=["GET"], responses=BackboneOut)
@extend_schema(methods=["PATCH"], request=BackboneChange, responses=BackboneOut)
@api_view(["GET", "PATCH"])
def backbone(request: Request, backbone_id: int) -> Response:
    """A backbone with its settings and curves; PATCH is for managers of all its projects."""
    opened = open_backbone(request.user, backbone_id)
    if request.method == "PATCH":
        change_backbone(user=request.user, backbone=opened, **checked(BackboneChange, request))
    return Response(serialize_backbone(opened))
