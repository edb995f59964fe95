"""What a prediction would change, on random objects, before it is started."""

import json

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.previews import PredictionPreviewIn, PredictionPreviewOut
from annotations.api.views.jobs import started
from annotations.learning.previews import open_preview, preview_as_json, start_preview
from annotations.learning.queries import open_model
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.filter import Filter


@extend_schema(request=PredictionPreviewIn, responses={202: JobOut})
@api_view(["POST"])
def previews(request: Request, project_id: int) -> Response:
    """Asks one model, or two, about random objects that nobody has settled; writes no label. When the job is done,
    `previews/{id}/` with its number says what would change, and where the two differ."""
    project = open_project(request.user, project_id, Role.MANAGER)
    body = checked(PredictionPreviewIn, request)
    models = [open_model(request.user, number) for number in body["models"]]
    criteria = Filter.parse(body["filter"], request.user).as_dict()
    job = start_preview(
        user=request.user,
        project=project,
        models=models,
        filter_json=json.loads(json.dumps(criteria)),
        precision=body.get("precision", models[0].wanted_precision),
        objects=body["objects"],
    )
    return started(job)


@extend_schema(responses=PredictionPreviewOut)
@api_view(["GET"])
def preview(request: Request, preview_id: int) -> Response:
    """What each model would name, how many names it would replace, and from what to what, most frequent first."""
    _, drawn = open_preview(request.user, preview_id)
    return Response(PredictionPreviewOut(preview_as_json(drawn)).data)
