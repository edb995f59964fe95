"""Concentrations and biovolumes against depth and time."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.counting_parameters import COUNTING
from annotations.api.serializers.gradients import GradientOut
from annotations.projects.access import open_project
from annotations.results.gradients.downloads import gradient_row_as_dict
from annotations.results.gradients.gradients import gradient
from annotations.results.gradients.query import ALONG, QUANTITIES, UNITS, read_gradient_query

PARAMETERS = [
    OpenApiParameter("along", str, enum=list(ALONG), description="a row for each of these and taxon (depth)"),
    OpenApiParameter("quantity", str, enum=list(QUANTITIES), description="what is averaged (concentration)"),
    *COUNTING,
]


@extend_schema(parameters=PARAMETERS, responses=GradientOut)
@api_view(["GET"])
def gradients(request: Request, project_id: int) -> Response:
    """Concentration or biovolume of taxa by depth layer, day or month: means of samples, with true zeros."""
    project = open_project(request.user, project_id)
    query = read_gradient_query(request.query_params, request.user)
    answer = gradient(project, query)
    rows = [gradient_row_as_dict(row, query) for row in answer.rows]
    return Response({"unit": UNITS[query.quantity], "rows": rows, "warnings": answer.warnings})
