"""Normalised size spectra."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.counting_parameters import COUNTING
from annotations.api.serializers.spectra import SpectrumOut
from annotations.projects.access import open_project
from annotations.results.spectra.downloads import spectrum_as_dict
from annotations.results.spectra.query import GROUPINGS, MEASURES, read_spectrum_query
from annotations.results.spectra.spectra import size_spectra

PARAMETERS = [
    OpenApiParameter("by", str, enum=list(GROUPINGS), description="a spectrum for each of these (project)"),
    OpenApiParameter(
        "measure", str, enum=list(MEASURES), description="what the line goes through (biovolume)"
    ),
    OpenApiParameter(
        "base", float, description="how many times as large each class is as the one before (2)"
    ),
    OpenApiParameter(
        "from_mm3", float, description="classes of the line from this volume on (after the highest class)"
    ),
    OpenApiParameter("to_mm3", float, description="and up to this (to the first empty class)"),
    *COUNTING,
]


@extend_schema(parameters=PARAMETERS, responses=SpectrumOut(many=True))
@api_view(["GET"])
def spectra(request: Request, project_id: int) -> Response:
    """Normalised biovolume and abundance by size class, with slope and intercept and their intervals of 95 %."""
    project = open_project(request.user, project_id)
    query = read_spectrum_query(request.query_params, request.user)
    answer = size_spectra(project, query)
    return Response([spectrum_as_dict(each, answer.warnings) for each in answer.spectra])
