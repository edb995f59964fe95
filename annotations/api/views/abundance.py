"""How many objects of each taxon samples hold, and what to validate so that it is surer."""

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.abundance.actions import start_estimate
from annotations.abundance.forms import FigureForm
from annotations.abundance.plan_queries import plan_state, plans_of, proposals_of
from annotations.abundance.plans import draw_plan
from annotations.abundance.queries import rows_of, table_of
from annotations.abundance.summary import summary_of
from annotations.api.params import CURSOR, checked
from annotations.api.serializers.abundance import (
    AbundanceIn,
    AbundanceOut,
    ValidationPlanIn,
    ValidationPlanOut,
    ValidationPlansOut,
    serialize_abundance,
    serialize_plan,
)
from annotations.api.serializers.jobs import JobOut
from annotations.api.views.jobs import started
from annotations.common.forms import cleaned
from annotations.learning.queries import open_model
from annotations.projects.access import open_project
from annotations.projects.models import Role

A_PAGE = 500  # rows
PLANS = 100


@extend_schema(
    methods=["GET"],
    parameters=[
        OpenApiParameter("taxon", int, description="its rows alone, the most first"),
        OpenApiParameter("sample", int, description="its rows alone, the most first"),
        OpenApiParameter(
            "volume_unit",
            str,
            enum=["m3", "l"],
            description="in which the samples' volumes are, where the project has not said it",
        ),
        CURSOR,
    ],
    responses=AbundanceOut,
)
@extend_schema(methods=["POST"], request=AbundanceIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def abundance(request: Request, project_id: int) -> Response:
    """Counts per sample and taxon with intervals, as they were estimated last; POST estimates them anew, a job.

    404 before the first time.
    """
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.ANNOTATOR)
        body = checked(AbundanceIn, request)
        model = open_model(request.user, body["model"]) if "model" in body else None
        options = {"model": model, "taxa_below": body["taxa_below"]}
        return started(start_estimate(user=request.user, project=project, **options))
    table = table_of(open_project(request.user, project_id))
    if table is None:
        raise Http404("Nothing has been counted in this project yet: POST here first.")
    form = FigureForm(request.query_params)
    cleaned(form)
    page = rows_of(table, form.choice(table.project), request.query_params.get("cursor"), A_PAGE)
    return Response(serialize_abundance(table, summary_of(table), page, proposals_of(table)))


@extend_schema(methods=["GET"], parameters=[CURSOR], responses=ValidationPlansOut)
@extend_schema(methods=["POST"], request=ValidationPlanIn, responses={201: ValidationPlanOut})
@api_view(["GET", "POST"])
def validation_plans(request: Request, project_id: int) -> Response:
    """Objects drawn by chance, which speak for the others of their samples once they are validated, newest first; their
    objects are those of the filter `plan`. POST draws up to so many of each sample, none twice."""
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.ANNOTATOR)
        body = checked(ValidationPlanIn, request)
        plan = draw_plan(user=request.user, project=project, **body)
        return Response(serialize_plan(plan_state(plan)), status=201)
    project = open_project(request.user, project_id)
    plans, before = plans_of(project, request.query_params.get("cursor"), PLANS)
    return Response({"results": [serialize_plan(state) for state in plans], "next": before})
