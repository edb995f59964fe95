"""How unlike samples are."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.counting_parameters import COUNTING
from annotations.api.serializers.comparison import ComparisonOut
from annotations.projects.access import open_project
from annotations.results.comparison.comparison import comparison
from annotations.results.comparison.downloads import comparison_as_dict, groups_of
from annotations.results.comparison.query import (
    FREE,
    METHODS,
    OF_OBJECTS,
    QUANTITIES,
    TRANSFORMATIONS,
    read_comparison_query,
)

PARAMETERS = [
    OpenApiParameter("quantity", str, enum=list(QUANTITIES), description="what is compared (share)"),
    OpenApiParameter(
        "transformation", str, enum=list(TRANSFORMATIONS), description="of each number, before (sqrt)"
    ),
    OpenApiParameter("method", str, enum=list(METHODS), description="what places the points (pcoa)"),
    OpenApiParameter(
        "colour", str, description=f"groups of samples by {', '.join(OF_OBJECTS)}, or a column as {FREE}ship"
    ),
    OpenApiParameter("species", bool, description="taxa at the mean of the points of their samples, too"),
    *COUNTING,
]


@extend_schema(parameters=PARAMETERS, responses=ComparisonOut)
@api_view(["GET"])
def compared(request: Request, project_id: int) -> Response:
    """Bray–Curtis dissimilarities of samples, their tree by average linkage and their points on two axes."""
    project = open_project(request.user, project_id)
    query = read_comparison_query(request.query_params, request.user)
    answer = comparison(project, query)
    return Response(comparison_as_dict(query, answer, groups_of(project, query, answer)))
