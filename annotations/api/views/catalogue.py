"""The catalogue of public models and projects: for everybody, also without a token."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes, throttle_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from annotations.api.serializers.catalogue import (
    CataloguedModelsOut,
    CataloguedProjectsOut,
    CatalogueQuery,
)
from annotations.common.keyset import page_back
from annotations.learning.figures import headlines
from annotations.public.cataloguing import Descriptions, models_called, projects_called
from annotations.public.models import PublicFace, PublicModel
from annotations.public.throttling import WINDOW, is_asking_too_much
from annotations.taxonomy.queries import names_of

PAGE = 50


class PublicThrottle(BaseThrottle):
    """As many requests a minute as the public pages answer, together with these."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        return not is_asking_too_much(request)

    def wait(self) -> float:
        return WINDOW


@extend_schema(parameters=[CatalogueQuery], responses=CataloguedModelsOut)
@api_view(["GET"])
@permission_classes([AllowAny])
@throttle_classes([PublicThrottle])
def models(request: Request) -> Response:
    """Public models, the newest first, each with its card and as scivision and DEEPaaS describe it."""
    asking = _asking(request)
    page, following = page_back(models_called(asking["q"]), "model", asking.get("cursor"), PAGE)
    names = names_of({taxon for shared in page for taxon in shared.model.classes})
    described = Descriptions(request.build_absolute_uri("/"))
    return Response({"results": [_model(shared, described, names) for shared in page], "next": following})


@extend_schema(parameters=[CatalogueQuery], responses=CataloguedProjectsOut)
@api_view(["GET"])
@permission_classes([AllowAny])
@throttle_classes([PublicThrottle])
def projects(request: Request) -> Response:
    """Public projects, the newest first, each as scivision describes a data source."""
    asking = _asking(request)
    page, following = page_back(projects_called(asking["q"]), "project", asking.get("cursor"), PAGE)
    described = Descriptions(request.build_absolute_uri("/"))
    return Response({"results": [_project(face, described) for face in page], "next": following})


def _asking(request: Request) -> dict:
    query = CatalogueQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query.validated_data


def _model(shared: PublicModel, described: Descriptions, names: dict[int, str]) -> dict:
    figures = {
        each["name"]: {"value": each["value"], "interval": each["interval"]}
        for each in headlines(shared.figures)
    }
    return {
        "id": shared.pk,
        "name": shared.name,
        "description": shared.summary,
        "licence": shared.licence,
        "url": described.address("public:model", shared.pk),
        "method": shared.model.method,
        "taxa": [names.get(taxon, f"taxon {taxon}") for taxon in shared.model.classes],
        "figures": figures,
        "scivision": described.model(shared),
        "deepaas": described.deepaas(shared),
    }


def _project(face: PublicFace, described: Descriptions) -> dict:
    return {
        "id": face.pk,
        "name": face.project.title,
        "description": face.summary,
        "licence": face.project.licence,
        "url": described.address("public:project", face.pk),
        "doi": face.project.doi,
        "scivision": described.datasource(face),
    }
