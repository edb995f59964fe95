"""Choosing what to learn from and how, and starting to."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.jobs.models import Job
from annotations.learning.actions import start_training
from annotations.learning.models import Model
from annotations.learning.queries import (
    learning_sets_to_train_on,
    models_to_start_from,
    open_model,
    open_set,
    projects_managed_by,
)
from annotations.learning.sets.recipe import LEAST
from annotations.learning.sets.rows import validated_counts
from annotations.learning.training_form import TrainingForm
from annotations.projects.models import Project
from annotations.taxonomy.queries import names_of
from classifier.contract.settings import WITH_IMAGES

OF_A_NEW_BODY = ("backbone", "pretrained")  # a network to start from has these already
METHODS = [  # (value, name, how long it takes, what it is)
    (
        Model.Method.MEASURE,
        "Measure and classify",
        "seconds to minutes",
        "Size, shape and greys of each organism are measured, and a forest of decisions learns from them. "
        "Works from some dozen objects a taxon.",
    ),
    (
        Model.Method.FEATURES,
        "Features and classify",
        "minutes on a laptop",
        "A network that has learnt already describes each image, and a simple classifier learns from that. "
        "Start from a network trained on plankton, or from pretrained weights.",
    ),
    (
        Model.Method.NETWORK,
        "Fine-tuned network",
        "minutes to hours; large ones need a GPU",
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
    data = request.POST if request.method == "POST" else request.GET
    form = TrainingForm(request.POST or None)
    chosen = [p for p in managed if str(p.pk) in data.getlist("project")]
    if request.method == "GET":
        if not request.htmx and len(managed) == 1:
            chosen = managed  # there is nothing to choose
        template = "learning/new.html#taxa" if request.htmx else "learning/new.html"
        return render(request, template, _page(request.user, managed, chosen, data, form))
    try:
        job = _start(request.user, chosen, data, form)
    except ValidationError as error:
        context = {**_page(request.user, managed, chosen, data, form), "error": " ".join(error.messages)}
        return render(request, "learning/new.html", context, status=400)
    return redirect("learning:detail", job.params["model"])


def _page(
    user: User, managed: list[Project], chosen: list[Project], data: QueryDict, form: TrainingForm
) -> dict:
    """What the page shows: after an error, all that was filled in."""
    picked = data.getlist("taxon") if "taxa_shown" in data else None
    counts = validated_counts([project.pk for project in chosen])
    names = names_of(set(counts))
    taxa = [
        {"id": t, "name": names[t], "count": counts[t], "is_picked": picked is None or str(t) in picked}
        for t in sorted(counts, key=lambda taxon: -counts[taxon])
    ]
    return {
        "projects": managed,
        "chosen": chosen,
        "taxa": taxa,
        "learning_sets": learning_sets_to_train_on(user),
        "methods": METHODS,
        "method": form.chosen_method,
        "form": form,
        "parents": models_to_start_from(user),
        "entered": data,
    }


def _start(user: User, chosen: list[Project], data: QueryDict, form: TrainingForm) -> Job:
    how = _how(user, data, form)
    return start_training(user=user, name=data.get("name", ""), **_source(user, chosen, data, form), **how)


def _source(user: User, chosen: list[Project], data: QueryDict, form: TrainingForm) -> dict[str, Any]:
    """What to learn from: a set that there is, or projects."""
    if number := data.get("learning_set"):
        return {"learning_set": _opened(open_set, user, number, "a learning set of the list")}
    taxa = [int(taxon) for taxon in data.getlist("taxon") if taxon.isdecimal()]
    if "taxa_shown" in data and len(taxa) < 2:
        raise ValidationError("Tick at least two taxa: telling one from nothing cannot be learnt.")
    return {"projects": chosen, "taxa": taxa or None, "least_per_taxon": form.cleaned_data[LEAST.name]}


def _how(user: User, data: QueryDict, form: TrainingForm) -> dict[str, Any]:
    how = form.how()
    number = data.get("start_from")
    if not number or how["method"] not in WITH_IMAGES:
        return how
    of_old_body = {name: value for name, value in how.items() if name not in OF_A_NEW_BODY}
    return {**of_old_body, "start_from": _opened(open_model, user, number, "a model of the list")}


def _opened(open_row: Callable[[User, int], Any], user: User, number: str, what: str) -> Any:
    try:
        if number.isdecimal() and len(number) < 19:
            return open_row(user, int(number))
    except Http404:
        pass
    raise ValidationError(f"Choose {what}: there is no {number!r} that you may use.")
