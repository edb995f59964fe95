"""Building a learning set, looking at one, comparing two."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, status_of
from annotations.common.keyset import page_back
from annotations.jobs.models import Job
from annotations.learning.models import LearningSet
from annotations.learning.queries import frozen_sets_seen_by, models_seen_by, open_set, sets_seen_by
from annotations.learning.sets import queries
from annotations.learning.sets.actions import checked_recipe, start_freezing
from annotations.learning.sets.comparing import compare_sets
from annotations.learning.sets.downloads import as_csv, as_parquet
from annotations.learning.sets.forms import BuilderForm, PairForm, SetListForm, TableFormatForm
from annotations.learning.sets.pages import facts_in_words, preview_in_words, taxon_lines
from annotations.learning.sets.recipe import Recipe
from annotations.projects.access import projects_managed_by, role_in
from annotations.projects.models import Project
from annotations.projects.optionfields import LongList, OptionBoxes, OptionSelect
from annotations.projects.optionlists import Chooser
from annotations.search.models import SavedView
from annotations.taxonomy.queries import names_of

A_PAGE = 50


@login_required
@require_GET
def listing(request: SignedInRequest) -> HttpResponse:
    cursor = cleaned(SetListForm(request.GET))["cursor"]
    sets, older = page_back(sets_seen_by(request.user), "learning-sets", cursor, A_PAGE)
    may_build = projects_managed_by(request.user).exists()
    context = {"sets": sets, "older": older, "may_build": may_build}
    return render(request, "learning/sets/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """The builder. With `project` and `filter` in the address, from a gallery's page, it begins with these."""
    managed = _managed(request.user)
    if request.method == "POST":
        form = BuilderForm(request.POST)
        if form.is_valid():
            with RefusedIn(form):
                recipe = form.recipe(request.user)
                job = start_freezing(user=request.user, recipe=recipe, name=form.cleaned_data["name"])
                return redirect("learning_sets:detail", job.params["learning_set"])
    else:
        form = BuilderForm.opened(request.GET, managed)
    context = _page(request.user, managed, form)
    return render(request, "learning/sets/new.html", context, status=status_of(form))


@login_required
@require_POST
def choices(request: SignedInRequest) -> HttpResponse:
    """The taxa and traits of the chosen projects, with what was filled in; asked for when these or a filter change."""
    managed = _managed(request.user)
    context = {**_page(request.user, managed, BuilderForm(request.POST)), "is_swapped": True}
    part = (
        "choices" if request.htmx.trigger == "filters" else "filters_and_choices"
    )  # what one types in stays
    return render(request, f"learning/sets/new.html#{part}", context)


@login_required
@require_POST
def preview(request: SignedInRequest) -> HttpResponse:
    """What the set would hold as the form is now; what is wrong with the form is said in its place."""
    _managed(request.user)
    form = BuilderForm(request.POST)
    context: dict = {"form": form, "is_empty": form.value("project") == []}
    if form.is_valid() and not context["is_empty"]:
        with RefusedIn(form):
            recipe = checked_recipe(form.recipe(request.user), request.user)
            context |= preview_in_words(recipe, queries.preview(recipe, request.user))
    return render(request, "learning/sets/preview.html", context)


@login_required
@require_POST
def sheet(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    """Vignettes of what would be learnt as the taxon."""
    _managed(request.user)
    form = BuilderForm(request.POST)
    cleaned(form)
    recipe = checked_recipe(form.recipe(request.user), request.user)
    context = {
        "pictures": queries.sheet(recipe, taxon_id, request.user),
        "name": names_of({taxon_id}).get(taxon_id, ""),
    }
    return render(request, "learning/sets/sheet.html", context)


def _managed(user: User) -> QuerySet[Project]:
    managed = projects_managed_by(user)
    if not managed.exists():
        raise PermissionDenied("Only managers build learning sets: ask a manager of your project.")
    return managed


def _page(user: User, managed: QuerySet[Project], form: BuilderForm) -> dict:
    """What the form shows: after an error, all that was filled in. A filter that can't be read shows no taxa."""
    chosen = list(managed.filter(pk__in=form.value("project") or []))
    boxes = OptionBoxes(LongList("managed-projects", Chooser(user)), "Projects")
    return {
        "boxes": boxes.render("project", [project.pk for project in chosen]),
        "sources": [{"project": p, "filter": form.data.get(f"filter-{p.pk}", "")} for p in chosen],
        "views": SavedView.objects.filter(owner=user, project__in=chosen),
        "chosen": chosen,
        "form": form,
        **(_to_choose(user, chosen, form) if chosen else {}),
    }


def _to_choose(user: User, chosen: list[Project], form: BuilderForm) -> dict:
    readable = BuilderForm(form.sent)  # the errors of what is sent stand above the page
    with RefusedIn(readable):
        sources = [entry for entry in readable.sources(user) if entry["project"] in _ids(chosen)]
        recipe = Recipe.read({"projects": sources})
        taxa = taxon_lines(recipe, user, form)
        traits = queries.traits_to_learn(recipe, user)
        ticked = set(form.value("trait") or ())
        for trait in traits:
            trait["is_learnt"] = trait["key"] in ticked or not form.value("traits_shown")
        return {"taxa": taxa, "traits": traits}
    return {"unreadable": readable}


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
        context["another"] = _another_set(request.user, learning_set)
    return render(request, "learning/sets/detail.html", context)


def _another_set(user: User, learning_set: LearningSet) -> str:
    """The field that chooses what it is compared with; empty where there is no other."""
    newest = frozen_sets_seen_by(user).exclude(pk=learning_set.pk).first()
    field = OptionSelect(LongList("frozen-sets", Chooser(user)), id="other")
    return field.render("b", newest.pk) if newest else ""


def _may_open_job(user: User, job: Job | None) -> bool:
    return job is not None and (job.project_id is None or role_in(user, job.project_id) is not None)


@download_view
@require_GET
def download(request: SignedInRequest, set_id: int) -> HttpResponseBase:
    """Parquet, or CSV with `format=csv`."""
    learning_set = open_set(request.user, set_id)
    is_csv = cleaned(TableFormatForm(request.GET))["format"] == "csv"
    return as_csv(learning_set) if is_csv else as_parquet(learning_set)


@login_required
@require_GET
def compare(request: SignedInRequest) -> HttpResponse:
    """Two sets, as `a` and `b` in the address."""
    a, b = (open_set(request.user, number) for number in cleaned(PairForm(request.GET)).values())
    comparison = compare_sets(a, b)
    projects = [project.pk for s in (a, b) for project in s.projects.all()]
    pictures = queries.pictures_of([entry["id"] for entry in comparison["changed"]["objects"]], projects)
    changed = [pictures[e["id"]] | e for e in comparison["changed"]["objects"] if e["id"] in pictures]
    return render(
        request,
        "learning/sets/compare.html",
        {"a": a, "b": b, "comparison": comparison, "changed_objects": changed},
    )
