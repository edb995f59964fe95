"""The registry, and the page of a model."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.jobs.models import Job
from annotations.learning import figures
from annotations.learning.forms import FiguresForm, RegistryForm
from annotations.learning.models import Model
from annotations.learning.plots.curves import training_curves
from annotations.learning.promises import promises
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
from annotations.learning.registry import FORMATS
from annotations.projects.access import projects_seen_by, role_in
from annotations.projects.models import Project
from annotations.taxonomy.queries import names_of

MOST_LISTED = 200
PARTS = {"confusion", "curve", "worst"}
FIRST_WORST = 12  # vignettes on the page itself; the others come when they are asked for


@login_required
@require_GET
def model_list(request: SignedInRequest) -> HttpResponse:
    seen = set(projects_seen_by(request.user).values_list("pk", flat=True))
    query = cleaned(RegistryForm(request.GET))
    models = registry(request.user, query["q"], query["method"], query["archived"])
    rows = [
        {
            "model": model,
            "sources": _sources(model, seen),
            "own_of": [own.project.title for own in model.owned_by.all() if own.project_id in seen],
        }
        for model in models.prefetch_related("owned_by__project")[: MOST_LISTED + 1]
    ]
    context = {
        "rows": rows[:MOST_LISTED],
        "is_cut": len(rows) > MOST_LISTED,
        "most": MOST_LISTED,
        "query": query,
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
        "curves": training_curves(model.history),
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
        form = cleaned(FiguresForm(request.GET))
        context |= _places(request.user, model, seen, form["project"]) | _origin(request.user, model)
        if model.metrics:
            context |= _figures(request.user, model, context["galleries"], form)
            context["confusion"] = _confusion(context["metrics"], model, context["gallery"], form)
    return render(request, "learning/detail.html", context)


def _may_open_job(user: User, job: Job | None) -> bool:
    return job is not None and (job.project_id is None or role_in(user, job.project_id) is not None)


def _places(user: User, model: Model, seen: set[int], project_id: int | None) -> dict:
    """Where objects of the model can be looked at (also in the chosen project), where it may become the own model."""
    galleries = [project for project in model.projects.all() if project.pk in seen]
    chosen = [project for project in galleries if project.pk == project_id]
    managed = projects_managed_by(user)
    own = set(model.owned_by.values_list("project", flat=True))
    return {
        "galleries": galleries,
        "gallery": next(iter(chosen or galleries), None),
        "own_of": [project.title for project in projects_seen_by(user).filter(pk__in=own)],
        "may_adopt": [project for project in managed if project.pk not in own],
        "may_release": [project for project in managed if project.pk in own],
        "formats": FORMATS,
    }


def _confusion(metrics: dict, model: Model, gallery: Project | None, form: dict) -> dict:
    """Its cells lead to their objects where the person may see them."""
    address = f"{reverse('gallery:bench', args=[gallery.pk])}?held_out={model.pk}:" if gallery else ""
    return figures.confusion(metrics, form["order"], form["cells"], address)


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


def _figures(user: User, model: Model, galleries: list[Project], form: dict) -> dict:
    """`form` is what a `FiguresForm` says of the parts that a person may have in another order."""
    metrics = named_metrics(model)
    with_names = {**metrics, "samples": named_samples(metrics.get("samples") or [], user)}
    return {
        "metrics": metrics,
        "few": figures.FEW,
        "headlines": figures.headlines(metrics),
        "beside": figures.beside_others(metrics, model.method),
        "gain": figures.gain(metrics),
        "per_taxon": figures.per_taxon(metrics),
        "has_average": any(entry.get("average_precision") is not None for entry in metrics["per_taxon"]),
        "has_training": any(entry.get("n_train") is not None for entry in metrics["per_taxon"]),
        "curve": figures.curve(metrics, form["taxon"]),
        "learning": figures.learning(metrics),
        "reliability": figures.reliability(metrics),
        "hierarchy": figures.hierarchy(metrics),
        "promises": promises(metrics, model.wanted_precision),
        "conformal": figures.conformal(metrics),
        "novelty": figures.novelty(metrics),
        "traits": figures.traits(metrics),
        "shift": figures.shift(with_names),
        "worst": _worst(metrics, user, FIRST_WORST),
        "suspects": suspects_by_project(model, galleries),
    }


def _worst(metrics: dict, user: User, most: int | None = None) -> dict | None:
    """The surest mistakes with their images, of the person's projects alone."""
    entries = metrics.get("worst")
    if not entries:
        return None
    pictures = pictures_of([entry["object_id"] for entry in entries], user)
    visible = [
        {**entry, **pictures[entry["object_id"]]} for entry in entries if entry["object_id"] in pictures
    ]
    return {
        "visible": visible[:most],
        "more": max(len(visible) - (most or len(visible)), 0),
        "hidden": len(entries) - len(visible),
    }


@login_required
@require_GET
def part(request: SignedInRequest, model_id: int, name: str) -> HttpResponse:
    """One part of the page again, in another order or of another taxon."""
    model = open_model(request.user, model_id)
    if name not in PARTS or not (model.is_ready and model.metrics):
        raise Http404("The page of this model has no such part.")
    form = cleaned(FiguresForm(request.GET))
    metrics = named_metrics(model)
    context: dict = {"model": model, "metrics": metrics}
    if name == "confusion":
        seen = set(projects_seen_by(request.user).values_list("pk", flat=True))
        context |= _places(request.user, model, seen, form["project"])
        context["confusion"] = _confusion(metrics, model, context["gallery"], form)
    elif name == "curve":
        context["curve"] = figures.curve(metrics, form["taxon"])
    else:
        context["worst"] = _worst(metrics, request.user)
    return render(request, f"learning/parts/{name}.html", context)
