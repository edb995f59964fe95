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
from annotations.learning.folds import folds_of
from annotations.learning.forms import FiguresForm
from annotations.learning.mistakes import FIRST_WORST, MOST_IN_CELL, objects_of_cell, worst_mistakes
from annotations.learning.models import Model
from annotations.learning.origin import left_out, origin
from annotations.learning.plots.curves import training_curves
from annotations.learning.promises import promises
from annotations.learning.queries import (
    may_manage,
    named_metrics,
    named_samples,
    open_model,
    suspects_by_project,
)
from annotations.learning.verdict import FEW, RELIABLE, held_out_figures, verdict
from annotations.projects.access import projects_seen_by, role_in
from annotations.projects.models import Project


@dataclass(frozen=True)
class Shown:
    """Whose model is shown to whom; `form` is what a `FiguresForm` says, `metrics` have the names of taxa."""

    user: User
    model: Model
    metrics: dict
    form: dict

    @property
    def galleries(self) -> list[Project]:
        """Where its objects can be looked at."""
        seen = set(projects_seen_by(self.user).values_list("pk", flat=True))
        return [project for project in self.model.projects.all() if project.pk in seen]


def on_the_page(user: User, model: Model, form: dict) -> dict:
    """What the page says before anything is unfolded."""
    shown = Shown(user, model, named_metrics(model), form)
    context = {"metrics": shown.metrics, "folds": folds_of(shown.metrics)}
    if not shown.metrics:
        return context
    return {
        **context,
        "verdict": verdict(held_out_figures(shown.metrics)),
        "reliable": RELIABLE,
        "few": FEW,
        "headlines": figures.headlines(shown.metrics, ("accuracy", "macro_f1")),
        "left_out": left_out(model),
        "worst": worst_mistakes(shown.metrics, user, FIRST_WORST),
        **_confusion(shown),
    }


# --- What each part takes ---------------------------------------------------------------------------------------------


def _confusion(shown: Shown) -> dict:
    """Its cells lead to their objects where the person may see them, also in the project that is chosen."""
    galleries = shown.galleries
    chosen = [project for project in galleries if project.pk == shown.form["project"]]
    gallery = next(iter(chosen or galleries), None)
    address = f"{reverse('gallery:bench', args=[gallery.pk])}?held_out={shown.model.pk}:" if gallery else ""
    matrix = figures.confusion(shown.metrics, shown.form["order"], shown.form["cells"], address)
    return {"galleries": galleries, "gallery": gallery, "confusion": matrix}


def _cell(shown: Shown) -> dict:
    """Raises Http404 for one that the matrix has not, or whose objects the person may not see."""
    names = {entry["taxon"]["id"]: entry["taxon"]["name"] for entry in shown.metrics["per_taxon"]}
    if shown.form["cell"] is None or not set(shown.form["cell"]) <= set(names):
        raise Http404("The confusion matrix of this model has no such cell.")
    taxon, predicted = shown.form["cell"]
    context = _confusion(shown)
    if context["gallery"] is None:
        raise Http404("You are a member of no project that this model learnt from.")
    return {
        **context,
        "objects": objects_of_cell(shown.model, taxon, predicted, shown.user),
        "most": MOST_IN_CELL,
        "label": {"id": taxon, "name": names[taxon]},
        "predicted": {"id": predicted, "name": names[predicted]},
        "count": figures.count_of_cell(shown.metrics["confusion"], taxon, predicted),
    }


def _curve(shown: Shown) -> dict:
    return {"curve": figures.curve(shown.metrics, shown.form["taxon"])}


def _worst(shown: Shown) -> dict:
    return {"worst": worst_mistakes(shown.metrics, shown.user)}


def _taxa(shown: Shown) -> dict:
    metrics = shown.metrics
    return {
        **_curve(shown),
        "few": FEW,
        "headlines": figures.headlines(metrics),
        "beside": figures.beside_others(metrics, shown.model.method),
        "gain": figures.gain(metrics),
        "per_taxon": figures.per_taxon(metrics),
        "has_average": any(entry.get("average_precision") is not None for entry in metrics["per_taxon"]),
        "has_training": any(entry.get("n_train") is not None for entry in metrics["per_taxon"]),
    }


def _errors(shown: Shown) -> dict:
    return {
        "hierarchy": figures.hierarchy(shown.metrics),
        "suspects": suspects_by_project(shown.model, shown.galleries),
    }


def _doubt(shown: Shown) -> dict:
    metrics = shown.metrics
    return {
        "reliability": figures.reliability(metrics),
        "promises": promises(metrics, shown.model.wanted_precision),
        "conformal": figures.conformal(metrics),
        "novelty": figures.novelty(metrics),
        "is_manager": may_manage(shown.user, shown.model),
    }


def _samples(shown: Shown) -> dict:
    names = named_samples(shown.metrics.get("samples") or [], shown.user)
    return {"shift": figures.shift({**shown.metrics, "samples": names})}


def _labels(shown: Shown) -> dict:
    return {"learning": figures.learning(shown.metrics)}


def _traits(shown: Shown) -> dict:
    return {"traits": figures.traits(shown.metrics)}


def _made(shown: Shown) -> dict:
    return {
        **origin(shown.user, shown.model),
        "curves": training_curves(shown.model.history),
        "may_open_job": may_open_job(shown.user, shown.model.job),
    }


PARTS: dict[str, Callable[[Shown], dict]] = {
    "confusion": _confusion,
    "cell": _cell,
    "curve": _curve,
    "worst": _worst,
}
FOLDED: dict[str, Callable[[Shown], dict]] = {
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
    shown = Shown(request.user, model, metrics, cleaned(FiguresForm(request.GET)))
    context = (PARTS | FOLDED)[name](shown)
    folder = "folds" if name in FOLDED else "parts"
    return render(request, f"learning/{folder}/{name}.html", {"model": model, "metrics": metrics, **context})


def may_open_job(user: User, job: Job | None) -> bool:
    return job is not None and (job.project_id is None or role_in(user, job.project_id) is not None)
