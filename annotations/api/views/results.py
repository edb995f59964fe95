"""Tables of results: counts, concentrations, biovolumes, sizes."""

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, renderer_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.counting_parameters import COUNTING
from annotations.api.params import checked
from annotations.api.renderers import CsvRenderer, OrjsonRenderer
from annotations.api.serializers.results import ResultRowOut, VolumeSettingsIn, VolumeSettingsOut
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.results.downloads import QUANTITIES, as_csv, as_json
from annotations.results.query import COUNTS, GROUPINGS, read_results_query
from annotations.volumes.actions import set_volumes
from annotations.volumes.queries import volume_settings_of

PARAMETERS = [
    OpenApiParameter("quantity", str, enum=list(QUANTITIES), description="of JSON; CSV has all (count)"),
    OpenApiParameter(
        "by", str, enum=list(GROUPINGS), description="a row for each of these and taxon (sample)"
    ),
    OpenApiParameter("zeros", bool, description="rows of taxa that a sample has none of, too"),
    OpenApiParameter(
        "counts",
        str,
        enum=list(COUNTS),
        description="labelled, or as estimated under Abundance with intervals of 95 %: by sample, without any of "
        "the others (labelled)",
    ),
    OpenApiParameter(
        "format", str, enum=["json", "csv"], description="or the header `Accept: text/csv` (json)"
    ),
    *COUNTING,
]


@extend_schema(
    parameters=PARAMETERS,
    responses={
        (200, "application/json"): ResultRowOut(many=True),
        (200, "text/csv"): OpenApiResponse(str, description="all quantities, a line a row"),
    },
)
@api_view(["GET"])
@renderer_classes([OrjsonRenderer, CsvRenderer])
def results(request: Request, project_id: int) -> HttpResponseBase:
    """Per sample, acquisition, depth layer or project and taxon: how many objects, m⁻³, mm³ m⁻³, mean size or share."""
    project = open_project(request.user, project_id)
    query = read_results_query(request.query_params, request.user)
    if request.accepted_renderer.format == "csv":
        return as_csv(project, query)
    name = request.query_params.get("quantity", "count")
    if name not in QUANTITIES:
        raise ValidationError(f"`quantity` is {name!r}, but takes {', '.join(QUANTITIES)}.")
    return as_json(project, query, QUANTITIES[name])


@extend_schema(methods=["GET"], responses=VolumeSettingsOut)
@extend_schema(methods=["PATCH"], request=VolumeSettingsIn, responses=VolumeSettingsOut)
@api_view(["GET", "PATCH"])
def volume_settings(request: Request, project_id: int) -> Response:
    """How concentrations and biovolumes are worked out: EcoTaxa's formulas until a manager changes them; an empty one
    becomes EcoTaxa's again."""
    if request.method == "PATCH":
        project = open_project(request.user, project_id, Role.MANAGER)
        return Response(
            VolumeSettingsOut(set_volumes(project=project, **checked(VolumeSettingsIn, request))).data
        )
    return Response(VolumeSettingsOut(volume_settings_of(open_project(request.user, project_id))).data)
