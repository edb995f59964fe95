"""Building a learning set, looking at one, comparing two."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.jobs.models import Job
from annotations.learning.queries import models_seen_by, open_set, projects_managed_by, sets_seen_by
from annotations.learning.sets import queries
from annotations.learning.sets.actions import checked_recipe, start_freezing
from annotations.learning.sets.comparing import compare_sets
from annotations.learning.sets.downloads import as_csv, as_parquet
from annotations.learning.sets.forms import recipe_of
from annotations.learning.sets.pages import facts_in_words, preview_in_words, taxon_lines
from annotations.learning.sets.recipe import LEAST_PER_TAXON, Recipe
from annotations.projects.access import role_in
from annotations.projects.models import Project
from annotations.search.models import SavedView
from annotations.search.values import whole
from annotations.taxonomy.queries import names_of


@login_required
@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    sets = sets_seen_by(request.user)
    may_build = bool(projects_managed_by(request.user))
    return render(request, "learning/sets/list.html", {"sets": sets, "may_build": may_build})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """The builder. With `project` and `filter` in the address, from a gallery's page, it begins with these."""
    managed = _managed(request.user)
    if request.method == "GET":
        return render(
            request, "learning/sets/new.html", _form(request.user, managed, _first(request.GET, managed))
        )
    try:
        recipe = recipe_of(request.POST, request.user)
        job = start_freezing(user=request.user, recipe=recipe, name=request.POST.get("name", ""))
    except ValidationError as error:
        context = {**_form(request.user, managed, request.POST), "error": " ".join(error.messages)}
        return render(request, "learning/sets/new.html", context, status=400)
    return redirect("learning_sets:detail", job.params["learning_set"])


@login_required
@require_POST
def choices(request: SignedInRequest) -> HttpResponse:
    """The taxa and traits of the chosen projects, with what was filled in; asked for when these change."""
    managed = _managed(request.user)
    return render(request, "learning/sets/new.html#choices", _form(request.user, managed, request.POST))


@login_required
@require_POST
def preview(request: SignedInRequest) -> HttpResponse:
    """What the set would hold as the form is now; what is wrong with the form is said in its place."""
    _managed(request.user)
    if not request.POST.getlist("project"):
        return render(request, "learning/sets/preview.html", {"is_empty": True})
    try:
        recipe = checked_recipe(recipe_of(request.POST, request.user), request.user)
        context = preview_in_words(recipe, queries.preview(recipe, request.user))
    except ValidationError as error:
        context = {"error": " ".join(error.messages)}
    return render(request, "learning/sets/preview.html", context)


@login_required
@require_POST
def sheet(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    """Vignettes of what would be learnt as the taxon."""
    _managed(request.user)
    recipe = checked_recipe(recipe_of(request.POST, request.user), request.user)
    context = {
        "pictures": queries.sheet(recipe, taxon_id, request.user),
        "name": names_of({taxon_id}).get(taxon_id, ""),
    }
    return render(request, "learning/sets/sheet.html", context)


def _managed(user: User) -> list[Project]:
    managed = projects_managed_by(user)
    if not managed:
        raise PermissionDenied("Only managers build learning sets: ask a manager of your project.")
    return managed


def _first(form: QueryDict, managed: list[Project]) -> QueryDict:
    """The form as it is opened: `filter` belongs to the one project in the address, or that there is."""
    filled = form.copy()
    if "project" not in form and len(managed) == 1:
        filled["project"] = str(managed[0].pk)
    if "filter" in form and len(filled.getlist("project")) == 1:
        filled[f"filter-{filled['project']}"] = str(form["filter"])
    filled["duplicates"] = "on"
    return filled


def _form(user: User, managed: list[Project], form: QueryDict) -> dict:
    """What the form shows: after an error, all that was filled in. A filter that can't be read shows no taxa."""
    chosen = [project for project in managed if str(project.pk) in form.getlist("project")]
    return {
        "projects": [
            {"project": p, "is_chosen": p in chosen, "filter": form.get(f"filter-{p.pk}", "")}
            for p in managed
        ],
        "views": SavedView.objects.filter(owner=user, project__in=managed) if chosen else [],
        "chosen": chosen,
        "entered": form,
        "least": form.get("least_per_taxon") or LEAST_PER_TAXON,
        **(_to_choose(user, chosen, form) if chosen else {}),
    }


def _to_choose(user: User, chosen: list[Project], form: QueryDict) -> dict:
    try:
        sources = recipe_of(form, user)["projects"]
        recipe = Recipe.read(
            {"projects": [entry for entry in sources if int(entry["project"]) in _ids(chosen)]}
        )
        taxa = taxon_lines(recipe, user, form)
        traits = queries.traits_to_learn(recipe, user)
    except ValidationError as error:
        return {"unreadable": " ".join(error.messages)}
    ticked = set(form.getlist("trait"))
    for trait in traits:
        trait["is_learnt"] = trait["key"] in ticked or "traits_shown" not in form
    return {"taxa": taxa, "traits": traits}


def _ids(projects: list[Project]) -> set[int]:
    return {project.pk for project in projects}


@login_required
@require_GET
def detail(request: SignedInRequest, set_id: int) -> HttpResponse:
    """While the set is frozen, the middle part asks for itself again every second."""
    learning_set = open_set(request.user, set_id)
    is_running = (
        learning_set.job is not None and not learning_set.job.is_finished and not learning_set.is_frozen
    )
    context = {
        "set": learning_set,
        "is_running": is_running,
        "may_open_job": _may_open_job(request.user, learning_set.job),
    }
    if request.htmx and is_running:
        return render(request, "learning/sets/detail.html#running", context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if learning_set.is_frozen:
        context |= facts_in_words(learning_set)
        context["models"] = models_seen_by(request.user).filter(learning_set=learning_set)
        context["others"] = sets_seen_by(request.user).exclude(pk=learning_set.pk).exclude(facts={})
    return render(request, "learning/sets/detail.html", context)


def _may_open_job(user: User, job: Job | None) -> bool:
    return job is not None and (job.project_id is None or role_in(user, job.project_id) is not None)


@download_view
@require_GET
def download(request: SignedInRequest, set_id: int) -> HttpResponseBase:
    """Parquet, or CSV with `format=csv`."""
    learning_set = open_set(request.user, set_id)
    return as_csv(learning_set) if request.GET.get("format") == "csv" else as_parquet(learning_set)


@login_required
@require_GET
def compare(request: SignedInRequest) -> HttpResponse:
    """Two sets, as `a` and `b` in the address."""
    a, b = (open_set(request.user, whole(request.GET.get(name, ""), name)) for name in "ab")
    comparison = compare_sets(a, b)
    projects = [project.pk for s in (a, b) for project in s.projects.all()]
    pictures = queries.pictures_of([entry["id"] for entry in comparison["changed"]["objects"]], projects)
    changed = [pictures[e["id"]] | e for e in comparison["changed"]["objects"] if e["id"] in pictures]
    return render(
        request,
        "learning/sets/compare.html",
        {"a": a, "b": b, "comparison": comparison, "changed_objects": changed},
    )
