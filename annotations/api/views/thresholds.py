"""Thresholds: from which score on predictions of a taxon are right often enough."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import CURSOR, the_taxon
from annotations.api.serializers.review import (
    BackOffOut,
    CoarserQuery,
    ThresholdCurveOut,
    ThresholdPageOut,
)
from annotations.projects.access import open_project
from annotations.review.backoff.coarser import back_off
from annotations.review.thresholds.pages import curve_of, page_of_curves


@extend_schema(operation_id="projects_thresholds_list", parameters=[CURSOR], responses=ThresholdPageOut)
@api_view(["GET"])
def thresholds(request: Request, project_id: int) -> Response:
    """The predicted taxa, ten at a time, each with the lowest scores above which 95 and 99 % are expected to be
    right."""
    open_project(request.user, project_id)
    curves, following = page_of_curves(project_id, request.GET.get("cursor"))
    return Response({"results": [curve.as_row() for curve in curves], "next": following})


@extend_schema(responses=ThresholdCurveOut)
@api_view(["GET"])
def threshold(request: Request, project_id: int, taxon_id: int) -> Response:
    """How many objects that are predicted to be the taxon lie above each score, and how many of these are expected to
    be right, with the 95 % interval. Those above are `objects/?taxon=…&descendants=0&state=predicted&score_min=…`."""
    open_project(request.user, project_id)
    curve = curve_of(project_id, taxon_id)
    if curve is None:
        raise Http404("Nothing that is predicted to be this taxon waits in the project.")
    return Response(curve.as_json())


@extend_schema(parameters=[CoarserQuery], responses=BackOffOut)
@api_view(["GET"])
def coarser(request: Request, project_id: int, taxon_id: int) -> Response:
    """How many of the objects that are predicted to be the taxon with less than the threshold reach it as each taxon
    above: the stored scores of what lies there are added up. They are accepted by `machine-validations/`."""
    open_project(request.user, project_id)
    query = CoarserQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    taxon = the_taxon(taxon_id)
    assert taxon is not None
    choice = query.validated_data
    return Response(back_off(project_id, taxon, choice.get("threshold"), choice.get("coarser")).as_json())
