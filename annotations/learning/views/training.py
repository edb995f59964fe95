"""Choosing what to learn from and how, and starting to."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted
from annotations.jobs.models import Job
from annotations.learning.actions import start_training
from annotations.learning.amount import amount_of_projects, amount_of_set
from annotations.learning.duration import earlier_trainings, expected, network_of, usual_method
from annotations.learning.models import Model
from annotations.learning.queries import (
    learning_sets_to_train_on,
    models_to_start_from,
    projects_managed_by,
)
from annotations.learning.sets.recipe import LEAST
from annotations.learning.sets.rows import validated_counts
from annotations.learning.training_form import SourceForm, TrainingForm
from annotations.projects.models import Project
from annotations.taxonomy.queries import names_of
from classifier.contract.settings import SETTINGS

METHODS = [  # (value, name, what it is)
    (
        Model.Method.MEASURE,
        "Measure and classify",
        "Size, shape and greys of each organism are measured, and a forest of decisions learns from them. "
        "Works from some dozen objects a taxon.",
    ),
    (
        Model.Method.FEATURES,
        "Features and classify",
        "A network that has learnt already describes each image, and a simple classifier learns from that. "
        "Start from a network trained on plankton, or from pretrained weights.",
    ),
    (
        Model.Method.NETWORK,
        "Fine-tuned network",
        "A network learns from the images themselves: the best figures, from some hundred objects a taxon. "
        "A forest on measurements is trained beside it, so that you see what the network buys.",
    ),
]


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Choose what to learn from, then how. The taxa follow the projects (htmx asks again)."""
    managed = projects_managed_by(request.user)
    if not managed:
        raise PermissionDenied("Only managers train models: ask a manager of your project.")
    source = SourceForm(posted(request) or request.GET, user=request.user, managed=managed)
    form = TrainingForm(posted(request) or request.GET) if request.htmx else TrainingForm(posted(request))
    is_valid = source.is_valid()
    if request.method == "POST" and is_valid:
        with RefusedIn(source):
            job = _start(request.user, source, form)
            return redirect("learning:detail", job.params["model"])
    chosen = _chosen(source, managed, is_first=request.method == "GET" and not request.htmx)
    if request.htmx and request.htmx.target == "plan":
        return render(request, "learning/new.html#plan", {"is_alone": True, **_plan(source, form, chosen)})
    template = "learning/new.html#taxa_and_plan" if request.htmx else "learning/new.html"
    context = _page(request.user, managed, chosen, source, form)
    context |= {"is_refused": request.method == "POST", "is_swapped": bool(request.htmx)}
    return render(request, template, context, status=400 if context["is_refused"] else 200)


def _start(user: User, source: SourceForm, form: TrainingForm) -> Job:
    how = form.how_from(source.cleaned_data["start_from"])
    where = source.source(form.cleaned_data[LEAST.name])
    return start_training(user=user, name=source.cleaned_data["name"], **where, **how)


def _chosen(source: SourceForm, managed: list[Project], *, is_first: bool) -> list[Project]:
    if is_first and len(managed) == 1:
        return managed  # there is nothing to choose
    return [project for project in managed if project in source.cleaned_data.get("project", ())]


def _page(
    user: User, managed: list[Project], chosen: list[Project], source: SourceForm, form: TrainingForm
) -> dict:
    """What the page shows: after an error, all that was filled in."""
    ticked = source.cleaned_data.get("taxon", ()) if "taxa_shown" in source.data else None
    counts = validated_counts([project.pk for project in chosen])
    names = names_of(set(counts))
    taxa = [
        {"id": t, "name": names[t], "count": counts[t], "is_ticked": ticked is None or t in ticked}
        for t in sorted(counts, key=lambda taxon: -counts[taxon])
    ]
    return {
        "projects": managed,
        "chosen": chosen,
        "taxa": taxa,
        "learning_sets": learning_sets_to_train_on(user),
        **_plan(source, form, chosen),
        "form": form,
        "source": source,
        "parents": models_to_start_from(user),
    }


def _plan(source: SourceForm, form: TrainingForm, chosen: list[Project]) -> dict:
    """What the training would learn from, and how long each method would take for that."""
    trainings, how = earlier_trainings(), _looks(source, form)
    learning_set = source.cleaned_data.get("learning_set")
    ticked = source.cleaned_data.get("taxon", []) if "taxa_shown" in source.data else None
    amount = amount_of_set(learning_set) if learning_set else amount_of_projects(chosen, ticked)
    times = [expected(trainings, value, amount.objects, **how[value]) for value, _, _ in METHODS]
    usual, why = usual_method(trainings)
    return {
        "amount": amount,
        "methods": [(*method, time) for method, time in zip(METHODS, times, strict=True)],
        "method": form.data.get("method") or usual,
        "usual": usual,
        "why": why,
    }


def _looks(source: SourceForm, form: TrainingForm) -> dict[str, dict[str, Any]]:
    """By method, what tells how long it takes: as far as it is filled in as it should be."""
    form.is_valid()
    values = getattr(form, "cleaned_data", {})
    parent = source.cleaned_data.get("start_from")
    size = str(values.get("image_size") or "")
    looks: dict[str, dict[str, Any]] = {}
    for method, _, _ in METHODS:
        backbone = values.get(f"backbone_{method}") or SETTINGS["backbone"].default
        if parent:
            backbone = parent.settings.get("backbone", backbone)
        network = network_of(method, backbone, bool(parent or values.get("pretrained")))
        looks[method] = {"network": network, "image_size": size}
    looks[Model.Method.NETWORK]["epochs"] = values.get("epochs") or None
    return looks
