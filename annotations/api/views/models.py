"""Trained models and their figures."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api import serializers as shapes
from annotations.learning.models import Model
from annotations.learning.queries import models_seen_by, named_metrics, open_model
from annotations.taxonomy.queries import names_of


def model_shape(model: Model) -> dict:
    names = names_of(set(model.classes))
    return {
        "id": model.pk,
        "name": model.name,
        "projects": [p.pk for p in model.projects.all()],
        "is_ready": model.is_ready,
        "job": model.job_id,
        "created": model.created,
        "settings": model.settings,
        "taxa": [{"id": taxon, "name": names.get(taxon, "")} for taxon in model.classes],
        "learning_set": model.learning_set,
        "metrics": named_metrics(model),
    }


@extend_schema(responses=shapes.ModelOut(many=True))
@api_view(["GET"])
def models(request: Request) -> Response:
    return Response([model_shape(model) for model in models_seen_by(request.user)])


@extend_schema(responses=shapes.ModelOut)
@api_view(["GET"])
def model(request: Request, model_id: int) -> Response:
    """A model with its settings, taxa, and metrics from held-out objects."""
    return Response(model_shape(open_model(request.user, model_id)))
