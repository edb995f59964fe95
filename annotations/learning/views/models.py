"""The registry, the page of a model, and what managers do with one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.refusals import back_to
from annotations.jobs.artefacts import made_by
from annotations.jobs.models import Job
from annotations.jobs.queries import open_job
from annotations.jobs.uploads import keep_upload
from annotations.learning import figures
from annotations.learning.charts import curves
from annotations.learning.models import Model
from annotations.learning.queries import (
    may_manage,
    models_seen_by,
    named_metrics,
    named_samples,
    open_model,
    pictures_of,
    projects_managed_by,
    registry,
    suspects_by_project,
)
from annotations.learning.registry import (
    FORMATS,
    adopt_model,
    change_model,
    release_model,
    require_manager_of_all,
    start_export,
    start_import,
)
from annotations.pictures.artefacts import send
from annotations.projects.access import open_project, projects_seen_by, role_in
from annotations.projects.models import Project, Role
from annotations.taxonomy.queries import names_of

MOST_LISTED = 200
PARTS = {"confusion", "curve", "worst"}
FIRST_WORST = 12  # vignettes on the page itself; the others come when they are asked for


@login_required
@require_GET
def model_list(request: SignedInRequest) -> HttpResponse:
    seen = set(projects_seen_by(request.user).values_list("pk", flat=True))
    query = {name: request.GET.get(name, "") for name in ("q", "method")}
    archived = request.GET.get("archived") == "1"
    models = registry(request.user, query["q"], query["method"], archived).prefetch_related(
        "owned_by__project"
    )
    rows = [
        {
            "model": model,
            "sources": _sources(model, seen),
            "own_of": [own.project.title for own in model.owned_by.all() if own.project_id in seen],
        }
        for model in models[: MOST_LISTED + 1]
    ]
    context = {
        "rows": rows[:MOST_LISTED],
        "is_cut": len(rows) > MOST_LISTED,
        "most": MOST_LISTED,
        "asked": query,
        "archived": archived,
        "methods": Model.Method.choices,
        "may_train": bool(projects_managed_by(request.user)),
    }
    return render(request, "learning/list.html", context)


def _sources(model: Model, seen: set[int]) -> str:
    """Titles of the projects it was learnt from. Those that the person may not see have no name for them."""
    projects = list(model.projects.all())
    titles = [project.title for project in projects if project.pk in seen]
    hidden = len(projects) - len(titles)
    return ", ".join([*titles, f"{hidden} that you are not a member of"] if hidden else titles)


# --- The page of a model ----------------------------------------------------------------------------------------------


@login_required
@require_GET
def detail(request: SignedInRequest, model_id: int) -> HttpResponse:
    """While the model is trained, the middle part asks for itself again every second."""
    model = open_model(request.user, model_id)
    seen = set(projects_seen_by(request.user).values_list("pk", flat=True))
    context: dict = {
        "model": model,
        "charts": curves(model.history),
        "sources": _sources(model, seen),
        "may_open_job": _may_open_job(request.user, model.job),
        "is_running": model.job is not None and not model.job.is_finished,
        "is_manager": may_manage(request.user, model),
    }
    if request.htmx and context["is_running"] and not model.is_ready:
        return render(request, "learning/detail.html#running", context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if model.is_ready:
        context |= _places(request, model, seen) | _origin(request.user, model)
    if model.is_ready and model.metrics:
        context |= _figures(request, model, context["galleries"])
    return render(request, "learning/detail.html", context)


def _may_open_job(user: User, job: Job | None) -> bool:
    return job is not None and (job.project_id is None or role_in(user, job.project_id) is not None)


def _places(request: SignedInRequest, model: Model, seen: set[int]) -> dict:
    """Where objects of the model can be looked at, and where it may become the own model."""
    galleries = [project for project in model.projects.all() if project.pk in seen]
    of_the_query = [project for project in galleries if str(project.pk) == request.GET.get("project")]
    managed = projects_managed_by(request.user)
    own = set(model.owned_by.values_list("project", flat=True))
    return {
        "galleries": galleries,
        "gallery": next(iter(of_the_query or galleries), None),
        "own_of": [project.title for project in projects_seen_by(request.user).filter(pk__in=own)],
        "may_adopt": [project for project in managed if project.pk not in own],
        "may_release": [project for project in managed if project.pk in own],
        "formats": FORMATS,
    }


def _origin(user: User, model: Model) -> dict:
    """Where it comes from and what came of it, as far as the person may see."""
    seen = models_seen_by(user).select_related(None).prefetch_related(None).only("pk", "name")
    facts = model.facts
    return {
        "parent": seen.filter(pk=model.parent_id).first() if model.parent_id else None,
        "children": list(seen.filter(parent=model)[:20]),
        "settings": [(name.replace("_", " "), value) for name, value in model.settings.items()],
        "left_out": sorted(names_of(set(facts.get("left_out", []))).values()),
    }


def _figures(request: SignedInRequest, model: Model, galleries: list[Project]) -> dict:
    metrics = named_metrics(model)
    with_names = {**metrics, "samples": named_samples(metrics.get("samples") or [], request.user)}
    return {
        "metrics": metrics,
        "few": figures.FEW,
        "headlines": figures.headlines(metrics),
        "beside": figures.beside_others(metrics, model.method),
        "gain": figures.gain(metrics),
        "per_taxon": figures.per_taxon(metrics),
        "has_average": any(entry.get("average_precision") is not None for entry in metrics["per_taxon"]),
        "has_training": any(entry.get("n_train") is not None for entry in metrics["per_taxon"]),
        "confusion": figures.confusion(metrics, request.GET),
        "curve": figures.curve(metrics, request.GET),
        "learning": figures.learning(metrics),
        "reliability": figures.reliability(metrics),
        "hierarchy": figures.hierarchy(metrics),
        "promises": figures.promises(metrics, model.wanted_precision),
        "conformal": figures.conformal(metrics),
        "novelty": figures.novelty(metrics),
        "traits": figures.traits(metrics),
        "shift": figures.shift(with_names),
        "worst": _worst(metrics, request.user, FIRST_WORST),
        "suspects": suspects_by_project(model, galleries),
    }


def _worst(metrics: dict, user: User, most: int | None = None) -> dict | None:
    """The surest mistakes with their images, of the person's projects alone."""
    entries = metrics.get("worst")
    if not entries:
        return None
    pictures = pictures_of([entry["object_id"] for entry in entries], user)
    shown = [{**entry, **pictures[entry["object_id"]]} for entry in entries if entry["object_id"] in pictures]
    return {
        "shown": shown[:most],
        "more": max(len(shown) - (most or len(shown)), 0),
        "hidden": len(entries) - len(shown),
    }


@login_required
@require_GET
def part(request: SignedInRequest, model_id: int, name: str) -> HttpResponse:
    """One part of the page again, in another order or of another taxon."""
    model = open_model(request.user, model_id)
    if name not in PARTS or not (model.is_ready and model.metrics):
        raise Http404("The page of this model has no such part.")
    metrics = named_metrics(model)
    context: dict = {"model": model, "metrics": metrics}
    if name == "confusion":
        seen = set(projects_seen_by(request.user).values_list("pk", flat=True))
        context |= _places(request, model, seen) | {"confusion": figures.confusion(metrics, request.GET)}
    elif name == "curve":
        context["curve"] = figures.curve(metrics, request.GET)
    else:
        context["worst"] = _worst(metrics, request.user)
    return render(request, f"learning/parts/{name}.html", context)


# --- What managers do -------------------------------------------------------------------------------------------------


@login_required
@require_POST
def change(request: SignedInRequest, model_id: int) -> HttpResponse:
    """Changes what the form has: name and notes, the wanted precision, or whether it is archived."""
    model = open_model(request.user, model_id)
    changes: dict = {name: request.POST[name] for name in ("name", "notes") if name in request.POST}
    if "wanted_precision" in request.POST:
        changes["wanted_precision"] = _number(request.POST["wanted_precision"])
    if "archived" in request.POST:
        changes["archived"] = request.POST["archived"] == "1"
    try:
        change_model(user=request.user, model=model, **changes)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("learning:detail", model.pk)


def _number(text: str) -> float | str | None:
    try:
        return float(text) if text else None
    except ValueError:
        return text


@login_required
@require_POST
def own(request: SignedInRequest, model_id: int) -> HttpResponse:
    """Makes the model a project's own, or (`release`) no longer."""
    model = open_model(request.user, model_id)
    number = request.POST.get("project", "")
    if not number.isdecimal() or len(number) > 18:
        raise Http404("Choose a project first.")
    project = open_project(request.user, int(number), Role.MANAGER)
    try:
        if "release" in request.POST:
            release_model(user=request.user, project=project)
        else:
            adopt_model(user=request.user, project=project, model=model)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("learning:detail", model.pk)


@login_required
@require_POST
@back_to("learning:detail", "model_id")
def export(request: SignedInRequest, model_id: int) -> HttpResponse:
    model = open_model(request.user, model_id)
    job = start_export(user=request.user, model=model, format=request.POST.get("format", "folder"))
    return redirect("jobs:detail", job.pk)


@download_view
@require_GET
def download(request: SignedInRequest, job_id: int) -> HttpResponseBase:
    """The exported model, for who manages all its projects, whoever asked for it."""
    job = open_job(request.user, job_id)
    key = made_by(job, "export_model")
    model = open_model(request.user, job.params["model"])
    require_manager_of_all(request.user, model)
    ending = "onnx" if job.params["format"] == "onnx" else "zip"
    return send(key, f"seston_model_{model.pk}.{ending}")


@login_required
@require_http_methods(["GET", "POST"])
def bring_in(request: SignedInRequest) -> HttpResponse:
    """A model that was exported elsewhere, for projects of one's own."""
    managed = projects_managed_by(request.user)
    if not managed:
        raise PermissionDenied("Only managers bring models in: ask a manager of your project.")
    context: dict = {"projects": managed, "chosen": request.POST.getlist("project")}
    if request.method == "GET":
        return render(request, "learning/import.html", context)
    upload = request.FILES.get("folder")
    chosen = [project for project in managed if str(project.pk) in context["chosen"]]
    if upload is None or not chosen:
        error = (
            "Choose the zip first."
            if upload is None
            else "Choose at least one project that the model is for."
        )
        return render(request, "learning/import.html", {**context, "error": error}, status=400)
    job = start_import(
        user=request.user, projects=chosen, path=keep_upload(upload, "zip"), name=upload.name or "model.zip"
    )
    return redirect("jobs:detail", job.pk)
