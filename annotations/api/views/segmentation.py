"""Segmentation of scans: recipes, trying one on a crop, runs on whole scans."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.params import CURSOR, checked
from annotations.api.serializers.jobs import JobOut
from annotations.api.serializers.segmentation import (
    RecipeIn,
    RecipeOut,
    SegmentationIn,
    SegmentationOut,
    SegmentationPage,
    TrialIn,
    TrialOut,
    serialize_recipe,
    serialize_run,
)
from annotations.api.views.jobs import started
from annotations.api.views.serving import Away
from annotations.common.keyset import page_back
from annotations.learning.serving import NoAnswer
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.scans.queries import open_scan, scans_in
from annotations.scans.segmentation.queries import (
    latest_recipes,
    open_recipe,
    open_run,
    open_scan_for,
    runs_in,
)
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmentation.replacing import in_words, is_waiting
from annotations.scans.segmentation.starting import apply_run, start_segmentation
from annotations.scans.segmentation.trying import crop_of, try_recipe
from annotations.scans.segmenters.queries import open_segmenter

A_PAGE = 100


@extend_schema(methods=["GET"], operation_id="segmentation_recipes_list", responses=RecipeOut(many=True))
@extend_schema(methods=["POST"], request=RecipeIn, responses={201: RecipeOut})
@api_view(["GET", "POST"])
def recipes(request: Request, project_id: int) -> Response:
    """The project's recipes in their last revisions; POST of a manager saves one, which is never changed afterwards."""
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.MANAGER)
        body = checked(RecipeIn, request)
        created = save_recipe(project=project, user=request.user, name=body.pop("name"), settings=body)
        return Response(serialize_recipe(created), status=201)
    project = open_project(request.user, project_id)
    return Response([serialize_recipe(recipe) for recipe in latest_recipes(project)])


@extend_schema(responses=RecipeOut)
@api_view(["GET"])
def recipe(request: Request, project_id: int, recipe_id: int) -> Response:
    """A revision of a recipe, also an earlier one."""
    return Response(serialize_recipe(open_recipe(open_project(request.user, project_id), recipe_id)))


@extend_schema(request=TrialIn, responses=TrialOut)
@api_view(["POST"])
def trial(request: Request, scan_id: int) -> Response:
    """What settings find on a crop of the scan, at once; nothing is written. For managers. 503 when the serving worker
    is away."""
    scan = open_scan_for(request.user, scan_id, Role.MANAGER)
    body = checked(TrialIn, request)
    crop = crop_of(scan, *(body.pop(name, None) for name in ("x", "y", "side")))
    try:
        return Response(try_recipe(scan, crop=crop, **body))
    except NoAnswer as error:
        raise Away(str(error)) from error


@extend_schema(
    methods=["GET"],
    operation_id="segmentations_list",
    parameters=[CURSOR],
    responses=SegmentationPage,
)
@extend_schema(methods=["POST"], request=SegmentationIn, responses={202: JobOut})
@api_view(["GET", "POST"])
def runs(request: Request, project_id: int) -> Response:
    """The runs of recipes on scans, the newest first; POST of a manager starts a job with a run of each scan.

    The job's `params.runs` are their numbers. A run that would replace objects of an earlier one waits: look at its
    `preview`, then apply it.
    """
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.MANAGER)
        body = checked(SegmentationIn, request)
        scans = [open_scan(project, number) for number in dict.fromkeys(body["scans"])]
        if body["acquisition"] is not None:
            scans = list(
                {scan.pk: scan for scan in [*scans, *scans_in(project, body["acquisition"])]}.values()
            )
        options = {"recipe": open_recipe(project, body["recipe"]), "replace": body["replace"]}
        if body["segmenter"] is not None:
            options["segmenter"] = open_segmenter(request.user, body["segmenter"])
        return started(start_segmentation(user=request.user, project=project, scans=scans, **options))
    project = open_project(request.user, project_id)
    page, following = page_back(runs_in(project), "segmentations", request.query_params.get("cursor"), A_PAGE)
    return Response({"results": [serialize_run(run) for run in page], "next": following})


@extend_schema(responses=SegmentationOut)
@api_view(["GET"])
def run(request: Request, project_id: int, run_id: int) -> Response:
    """A run; while it waits to be applied, with what that would do."""
    opened = open_run(open_project(request.user, project_id), run_id)
    preview = {"preview": in_words(opened)} if is_waiting(opened) else {}
    return Response({**serialize_run(opened), **preview})


@extend_schema(request=None, responses={202: JobOut})
@api_view(["POST"])
def apply(request: Request, project_id: int, run_id: int) -> Response:
    """Makes the objects that a run has found; untouched ones of earlier runs go into the bin."""
    project = open_project(request.user, project_id, Role.MANAGER)
    return started(apply_run(user=request.user, run=open_run(project, run_id)))
