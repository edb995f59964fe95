"""Trained models and their figures; the registry that keeps them."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.models import (
    ModelChange,
    ModelComparisonOut,
    ModelExportIn,
    ModelImportIn,
    ModelOut,
    OwnModelIn,
    OwnModelOut,
    RegistryFilter,
)
from annotations.api.views.jobs import started
from annotations.jobs.uploads import keep_upload
from annotations.learning.ancestors import seen_before
from annotations.learning.comparing import compare, models_to_compare
from annotations.learning.models import Model
from annotations.learning.queries import open_model, own_model, registry, shown_metrics
from annotations.learning.registry import adopt_model, change_model, release_model, start_export, start_import
from annotations.learning.reliability import held_out_figures, verdict
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.taxonomy.queries import names_of


def serialize_model(model: Model, metrics: dict, names: dict[int, str]) -> dict:
    return {
        "id": model.pk,
        "name": model.name,
        "projects": [p.pk for p in model.projects.all()],
        "is_ready": model.is_ready,
        "job": model.job_id,
        "created": model.created,
        "settings": model.settings,
        "taxa": [{"id": taxon, "name": names.get(taxon, "")} for taxon in model.classes],
        "learning_set": model.facts,
        "learning_set_id": model.learning_set_id,
        "method": model.method,
        "parent": model.parent_id,
        "start_backbone": model.start_backbone_id,
        "notes": model.notes,
        "wanted_precision": model.wanted_precision,
        "archived": model.archived,
        "metrics": metrics,
    }


def _whole(request: Request, model: Model) -> Response:
    metrics = shown_metrics(model, request.user)
    sentences = verdict(held_out_figures(metrics), seen_before(model)) if metrics else []
    return Response(
        serialize_model(model, metrics, names_of(set(model.classes)))
        | {"verdict": [sentence.text for sentence in sentences]}
    )


@extend_schema(parameters=[RegistryFilter], responses=ModelOut(many=True))
@api_view(["GET"])
def models(request: Request) -> Response:
    """The models that you may see, with the figures of the whole; `models/{id}/` has those by taxon, too."""
    query = RegistryFilter(data=request.query_params)
    query.is_valid(raise_exception=True)
    criteria = query.validated_data
    results = list(registry(request.user, criteria["q"], criteria["method"], criteria["archived"]))
    names = names_of({taxon for model in results for taxon in model.classes})
    return Response([serialize_model(model, model.figures, names) for model in results])


@extend_schema(methods=["GET"], responses=ModelOut)
@extend_schema(methods=["PATCH"], request=ModelChange, responses=ModelOut)
@api_view(["GET", "PATCH"])
def model(request: Request, model_id: int) -> Response:
    """A model with its settings, taxa, and metrics from held-out objects; PATCH is for managers of all its projects."""
    model = open_model(request.user, model_id)
    if request.method == "PATCH":
        model = change_model(user=request.user, model=model, **checked(ModelChange, request, partial=True))
    return _whole(request, model)


@extend_schema(request=ModelExportIn, responses={202: JobOut})
@api_view(["POST"])
def export(request: Request, model_id: int) -> Response:
    """Writes the model as a folder that works anywhere, or as ONNX; the job's `result.url` downloads it."""
    model = open_model(request.user, model_id)
    return started(start_export(user=request.user, model=model, **checked(ModelExportIn, request)))


@extend_schema(request={"multipart/form-data": ModelImportIn}, responses={202: JobOut})
@api_view(["POST"])
def imports(request: Request) -> Response:
    """Brings in an exported model for projects that you manage; the job's `result.model` is its number."""
    body = checked(ModelImportIn, request)
    chosen = [open_project(request.user, project_id, Role.MANAGER) for project_id in body["projects"]]
    upload = body["folder"]
    job = start_import(user=request.user, projects=chosen, path=keep_upload(upload, "zip"), name=upload.name)
    return started(job)


@extend_schema(methods=["GET"], responses=OwnModelOut)
@extend_schema(methods=["PUT"], request=OwnModelIn, responses=OwnModelOut)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["GET", "PUT", "DELETE"])
def model_of_project(request: Request, project_id: int) -> Response:
    """The model that the project has made its own: it is offered first."""
    if request.method == "GET":
        own = own_model(request.user, open_project(request.user, project_id))
        return Response({"model": own.pk if own else None})
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "DELETE":
        release_model(user=request.user, project=project)
        return Response(status=204)
    body = checked(OwnModelIn, request)
    adopt_model(user=request.user, project=project, model=open_model(request.user, body["model"]))
    return Response(body)


@extend_schema(
    parameters=[OpenApiParameter("models", str, required=True, description="numbers with commas, as 1,2")],
    responses=ModelComparisonOut,
)
@api_view(["GET"])
def comparison(request: Request) -> Response:
    """Two to six models on the held-out objects that all of them share, with differences to the first."""
    if "models" not in request.query_params:
        raise ValidationError("Name the `models` to compare, as ?models=1,2.")
    compared = models_to_compare(request.user, request.query_params["models"])
    return Response(compare(compared, request.user))
