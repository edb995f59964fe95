"""Parts of a model's page: what is on it at once, what is fetched when it is unfolded or asked for in another way."""

from collections.abc import Callable
from dataclasses import dataclass

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
from annotations.learning.ancestors import seen_before
from annotations.learning.forms import FiguresForm
from annotations.learning.mistakes import FIRST_WORST, MOST_IN_CELL, objects_of_cell, worst_mistakes
from annotations.learning.models import Model
from annotations.learning.origin import left_out, origin
from annotations.learning.page_sections import folds_of
from annotations.learning.plots.curves import training_curves
from annotations.learning.precision_costs import promises
from annotations.learning.queries import (
    may_manage,
    named_metrics,
    named_samples,
    open_model,
    suspects_by_project,
)
from annotations.learning.reliability import FEW, RELIABLE, held_out_figures, verdict
from annotations.projects.access import projects_seen_by, role_in
from annotations.projects.models import Project
from annotations.taxonomy.ranks import italic_among

LEFT_OUT = " not learnt: "  # so the library says of traits with too few values, which is no fault


@dataclass(frozen=True)
class ModelPage:
    """Whose model is page to whom; `form` is what a `FiguresForm` says, `metrics` have the names of taxa."""

    user: User
    model: Model
    metrics: dict
    form: dict

    @property
    def galleries(self) -> list[Project]:
        """Where its objects can be looked at."""
        visible = set(projects_seen_by(self.user).values_list("pk", flat=True))
        return [project for project in self.model.projects.all() if project.pk in visible]


def on_the_page(user: User, model: Model, form: dict) -> dict:
    """What the page says before anything is unfolded."""
    page = ModelPage(user, model, named_metrics(model), form)
    context = {"metrics": page.metrics, "folds": folds_of(page.metrics)}
    if not page.metrics:
        return context
    seen = seen_before(model)
    warnings = page.metrics.get("warnings", [])
    return {
        **context,
        "warnings": [words for words in warnings if LEFT_OUT not in words],
        "left_out_traits": [words for words in warnings if LEFT_OUT in words],
        "latin_names": _latin_names(page.metrics),
        "verdict": verdict(held_out_figures(page.metrics), seen),
        "seen": seen,
        "reliable": RELIABLE,
        "few": FEW,
        "headlines": figures.headlines(page.metrics, ("accuracy", "macro_f1")),
        "left_out": left_out(model),
        "worst": worst_mistakes(page.metrics, user, FIRST_WORST),
        **_confusion(page),
    }


def _latin_names(metrics: dict) -> set[str]:
    """Those of its taxa that are written in italics."""
    taxa = {entry["taxon"]["id"]: entry["taxon"]["name"] for entry in metrics["per_taxon"]}
    return {taxa[taxon] for taxon in italic_among(taxa)}


# --- What each part takes ---------------------------------------------------------------------------------------------


def _confusion(page: ModelPage) -> dict:
    """Its cells lead to their objects where the person may see them, also in the project that is chosen."""
    galleries = page.galleries
    chosen = [project for project in galleries if project.pk == page.form["project"]]
    gallery = next(iter(chosen or galleries), None)
    address = f"{reverse('gallery:bench', args=[gallery.pk])}?held_out={page.model.pk}:" if gallery else ""
    matrix = figures.confusion(page.metrics, page.form["order"], page.form["cells"], address)
    return {"galleries": galleries, "gallery": gallery, "confusion": matrix}


def _cell(page: ModelPage) -> dict:
    """Raises Http404 for one that the matrix has not, or whose objects the person may not see."""
    names = {entry["taxon"]["id"]: entry["taxon"]["name"] for entry in page.metrics["per_taxon"]}
    if page.form["cell"] is None or not set(page.form["cell"]) <= set(names):
        raise Http404("The confusion matrix of this model has no such cell.")
    taxon, predicted = page.form["cell"]
    context = _confusion(page)
    if context["gallery"] is None:
        raise Http404("You are a member of no project that this model learnt from.")
    return {
        **context,
        "objects": objects_of_cell(page.model, taxon, predicted, page.user),
        "most": MOST_IN_CELL,
        "label": {"id": taxon, "name": names[taxon]},
        "predicted": {"id": predicted, "name": names[predicted]},
        "count": figures.count_of_cell(page.metrics["confusion"], taxon, predicted),
    }


def _curve(page: ModelPage) -> dict:
    return {"curve": figures.curve(page.metrics, page.form["taxon"])}


def _worst(page: ModelPage) -> dict:
    return {"worst": worst_mistakes(page.metrics, page.user)}


def _taxa(page: ModelPage) -> dict:
    metrics = page.metrics
    return {
        **_curve(page),
        "few": FEW,
        "headlines": figures.headlines(metrics),
        "beside": figures.beside_others(metrics, page.model.method),
        "gain": figures.gain(metrics),
        "per_taxon": figures.per_taxon(metrics),
        "has_average": any(entry.get("average_precision") is not None for entry in metrics["per_taxon"]),
        "has_training": any(entry.get("n_train") is not None for entry in metrics["per_taxon"]),
    }


def _errors(page: ModelPage) -> dict:
    return {
        "hierarchy": figures.hierarchy(page.metrics),
        "suspects": suspects_by_project(page.model, page.galleries),
    }


def _doubt(page: ModelPage) -> dict:
    metrics = page.metrics
    return {
        "reliability": figures.reliability(metrics),
        "promises": promises(metrics, page.model.wanted_precision),
        "conformal": figures.conformal(metrics),
        "novelty": figures.novelty(metrics),
        "is_manager": may_manage(page.user, page.model),
    }


def _samples(page: ModelPage) -> dict:
    names = named_samples(page.metrics.get("samples") or [], page.user)
    return {"shift": figures.shift({**page.metrics, "samples": names})}


def _labels(page: ModelPage) -> dict:
    return {"learning": figures.learning(page.metrics)}


def _traits(page: ModelPage) -> dict:
    return {"traits": figures.traits(page.metrics)}


def _made(page: ModelPage) -> dict:
    return {
        **origin(page.user, page.model),
        "curves": training_curves(page.model.history),
        "may_open_job": may_open_job(page.user, page.model.job),
    }


PARTS: dict[str, Callable[[ModelPage], dict]] = {
    "confusion": _confusion,
    "cell": _cell,
    "curve": _curve,
    "worst": _worst,
}
FOLDED: dict[str, Callable[[ModelPage], dict]] = {
    "taxa": _taxa,
    "errors": _errors,
    "doubt": _doubt,
    "samples": _samples,
    "labels": _labels,
    "traits": _traits,
    "made": _made,
}


@login_required
@require_GET
def part(request: SignedInRequest, model_id: int, name: str) -> HttpResponse:
    """One part of the page: unfolded, in another order or of another taxon."""
    model = open_model(request.user, model_id)
    metrics = named_metrics(model) if model.is_ready else {}
    folded = {fold.name for fold in folds_of(metrics)} if model.is_ready else set()
    if name not in folded and not (name in PARTS and metrics):
        raise Http404("The page of this model has no such part.")
    page = ModelPage(request.user, model, metrics, cleaned(FiguresForm(request.GET)))
    context = (PARTS | FOLDED)[name](page)
    folder = "folds" if name in FOLDED else "parts"
    return render(request, f"learning/{folder}/{name}.html", {"model": model, "metrics": metrics, **context})


def may_open_job(user: User, job: Job | None) -> bool:
    return job is not None and (job.project_id is None or role_in(user, job.project_id) is not None)
