"""Pages of segmentation: recipes, trying them on a crop, starting runs, and what came of each."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.keyset import page_back
from annotations.common.refusals import back_to
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.scans.queries import open_scan, scans_of
from annotations.scans.segmentation.forms import (
    SIDE,
    SIDES,
    CropForm,
    ListForm,
    RecipeForm,
    SegmentForm,
    StartingRecipeForm,
)
from annotations.scans.segmentation.plots import size_plot
from annotations.scans.segmentation.queries import (
    latest_recipes,
    open_recipe,
    open_run,
    revisions_of,
    runs_in,
    unused_name,
)
from annotations.scans.segmentation.recipes import save_recipe
from annotations.scans.segmentation.replacing import in_words, is_waiting
from annotations.scans.segmentation.starting import apply_run, start_segmentation
from annotations.scans.segmentation.trying import crop_of
from annotations.scans.segmentation.wording import bench_query, setting_rows
from classifier.contract.segmentation import SegmentationRecipe

A_PAGE = 50  # runs
MOST_SCANS = 500  # the newest, which the page lists


@login_required
@require_GET
def recipes(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The recipes of the project, each in its last revision."""
    project = open_project(request.user, project_id)
    context = {
        "project": project,
        "recipes": latest_recipes(project),
        "scan": scans_of(project).first(),
    }
    return render(request, "scans/segmentation/recipes.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_recipe(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A recipe from its settings alone; with `recipe` in the address it begins with that one's."""
    project = open_project(request.user, project_id, Role.MANAGER)
    name, values = _start(project, request)
    form = RecipeForm(posted(request), values={"name": name, **values})
    if form.is_valid():
        with RefusedIn(form):
            created = save_recipe(
                project=project, user=request.user, name=form.cleaned_data["name"], settings=form.chosen()
            )
            if form.cleaned_data["segments"]:
                return redirect(f"{reverse('segmentation:runs', args=[project_id])}?recipe={created.pk}")
            return redirect("segmentation:recipe", project_id, created.pk)
    context = {"project": project, "form": form}
    return render(request, "scans/segmentation/new.html", context, status=status_of(form))


def _start(project: Project, request: SignedInRequest) -> tuple[str, dict[str, Any]]:
    """Name and settings of the recipe that the address names; else the contract's defaults."""
    number = cleaned(StartingRecipeForm(request.GET))["recipe"]
    if number is None:
        return "", SegmentationRecipe().values
    recipe = open_recipe(project, number)
    return recipe.name, recipe.settings


@login_required
@require_GET
def recipe(request: SignedInRequest, project_id: int, recipe_id: int) -> HttpResponse:
    """A revision: its settings, the others of that name, how often each was used."""
    project = open_project(request.user, project_id)
    opened = open_recipe(project, recipe_id)
    context = {
        "project": project,
        "recipe": opened,
        "rows": setting_rows(opened.settings),
        "revisions": revisions_of(opened),
        "scan": scans_of(project).first(),
    }
    return render(request, "scans/segmentation/recipe.html", context)


@login_required
@require_GET
def trial(request: SignedInRequest, project_id: int, scan_id: int) -> HttpResponse:
    """A crop of the scan, the settings, and what they find there. Crop and settings are in the address."""
    project = open_project(request.user, project_id, Role.MANAGER)
    scan = open_scan(project, scan_id)
    name, values = _start(project, request)
    form = RecipeForm.opened(request.GET, {"name": name or unused_name(project), **values})
    chosen = cleaned(CropForm(request.GET))
    crop = crop_of(scan, **chosen)
    context = {
        "project": project,
        "scan": scan,
        "form": form,
        "crop": crop,
        "sides": SIDES,
        "chosen_side": chosen["side"] or SIDE,
    }
    return render(request, "scans/segmentation/trial.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def runs(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Scans to segment by a recipe, and the runs there were; POST starts a job."""
    if request.method == "POST":
        project = open_project(request.user, project_id, Role.MANAGER)
    else:
        project = open_project(request.user, project_id)
    first = cleaned(StartingRecipeForm(request.GET))
    form = SegmentForm(posted(request), project=project, user=request.user, initial=first)
    if form.is_valid():
        with RefusedIn(form):
            job = start_segmentation(user=request.user, project=project, **form.chosen())
            return redirect("jobs:detail", job.pk)
    page, older = page_back(
        runs_in(project), "segmentations", cleaned(ListForm(request.GET))["cursor"] or None, A_PAGE
    )
    context = {
        "project": project,
        "form": form,
        "scans": scans_of(project).order_by("-pk")[:MOST_SCANS],
        "recipes": latest_recipes(project),
        "runs": page,
        "older": older,
    }
    return render(request, "scans/segmentation/runs.html", context, status=status_of(form))


@login_required
@require_GET
def run(request: SignedInRequest, project_id: int, run_id: int) -> HttpResponse:
    """What a run has found and made; while it waits for a person, what applying it would do."""
    project = open_project(request.user, project_id)
    opened = open_run(project, run_id)
    context = {
        "project": project,
        "run": opened,
        "rows": setting_rows(opened.recipe.settings),
        "preview": in_words(opened) if is_waiting(opened) else "",
        "plot": size_plot(opened),
        "bench_query": bench_query(opened),
        "several_query": bench_query(opened, several=True),
    }
    return render(request, "scans/segmentation/run.html", context)


@login_required
@require_POST
@back_to("segmentation:run", "project_id", "run_id")
def apply(request: SignedInRequest, project_id: int, run_id: int) -> HttpResponse:
    """Makes the objects, and puts untouched ones of earlier runs into the bin: a job."""
    project = open_project(request.user, project_id, Role.MANAGER)
    job = apply_run(user=request.user, run=open_run(project, run_id))
    return redirect("jobs:detail", job.pk)
