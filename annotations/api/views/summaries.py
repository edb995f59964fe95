"""Tables of traits, as JSON or CSV."""

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, renderer_classes
from rest_framework.request import Request

from annotations.api.params import FILTERS
from annotations.api.renderers import CsvRenderer, OrjsonRenderer
from annotations.api.serializers.traits import TraitTable
from annotations.projects.access import open_project
from annotations.summaries.downloads import as_csv, as_json
from annotations.summaries.table_query import read_table_query
from annotations.taxonomy.levels import RANKS
from annotations.traits.table_spec import DEEPEST_BIN, GROUPINGS

PARAMETERS = [
    OpenApiParameter(
        "trait", str, required=True, many=True, description="key of a trait; comparisons are of the filter"
    ),
    OpenApiParameter("by", str, many=True, description=f"{', '.join(GROUPINGS)}; one or several (sample)"),
    OpenApiParameter(
        "states", str, many=True, description="of the values: validated (alone), dubious, predicted"
    ),
    OpenApiParameter("depth_bin", int, description=f"height of a depth bin, 1 to {DEEPEST_BIN:,} m (50)"),
    OpenApiParameter("rollup", bool, description="an object counts for the taxa above its own, too"),
    OpenApiParameter(
        "level", str, enum=list(RANKS), description="taxa count for their ancestors of this rank, once"
    ),
    OpenApiParameter(
        "regrouping", int, description="taxa count for the groups of this saved regrouping, once"
    ),
    OpenApiParameter(
        "format", str, enum=["json", "csv"], description="or the header `Accept: text/csv` (json)"
    ),
    *(parameter for parameter in FILTERS if parameter.name != "trait"),
]


@extend_schema(
    parameters=PARAMETERS,
    responses={
        (200, "application/json"): TraitTable,
        (200, "text/csv"): OpenApiResponse(str, description="the same, a line a row"),
    },
)
@api_view(["GET"])
@renderer_classes([OrjsonRenderer, CsvRenderer])
def trait_tables(request: Request, project_id: int) -> HttpResponseBase:
    """Of a trait, per sample, taxon, month, hour, sun or depth: how many objects it applies to, how many were looked
    at, and what was seen: shares with 95 % intervals, or mean, standard deviation and quartiles.
    """
    open_project(request.user, project_id)
    question = read_table_query(project_id, request.query_params, request.user)
    return as_csv(question) if request.accepted_renderer.format == "csv" else as_json(question)
