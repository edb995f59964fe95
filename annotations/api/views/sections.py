"""How much there is by depth, along a track or in time."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.counting_parameters import COUNTING
from annotations.api.serializers.sections import SectionOut
from annotations.projects.access import open_project
from annotations.results.sections.downloads import section_cell_as_dict
from annotations.results.sections.query import ACROSS, QUANTITIES, UNITS, read_section_query
from annotations.results.sections.sections import section

PARAMETERS = [
    OpenApiParameter(
        "across", str, enum=list(ACROSS), description="of the stations, in order of time (distance)"
    ),
    OpenApiParameter(
        "quantity", str, enum=list(QUANTITIES), description="of all taxa together (concentration)"
    ),
    *COUNTING,
]


@extend_schema(parameters=PARAMETERS, responses=SectionOut)
@api_view(["GET"])
def sections(request: Request, project_id: int) -> Response:
    """Concentration, biovolume or objects by depth layer along the track or by days: means of samples."""
    project = open_project(request.user, project_id)
    query = read_section_query(request.query_params, request.user)
    answer = section(project, query)
    cells = [section_cell_as_dict(cell) for cell in answer.cells]
    return Response({"unit": UNITS[query.quantity], "cells": cells, "warnings": answer.warnings})
