"""Choosing what to learn from and how, and starting to."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted
from annotations.jobs.models import Job
from annotations.learning.actions import start_training
from annotations.learning.backbones.queries import backbones_to_start_from
from annotations.learning.duration import (
    FEW,
    PlannedTraining,
    Training,
    device_at_hand,
    earlier_trainings,
    expected,
    network_of,
    usual_method,
)
from annotations.learning.models import Backbone, DeviceSpeed, Model
from annotations.learning.queries import (
    learning_sets_to_train_on,
    models_to_start_from,
)
from annotations.learning.sets.recipe import LEAST
from annotations.learning.sets.rows import validated_counts
from annotations.learning.speeds import device_speeds, measuring_job, start_measuring_device
from annotations.learning.training_form import SourceForm, TrainingForm
from annotations.learning.training_size import amount_of_projects, amount_of_set
from annotations.projects.access import projects_managed_by
from annotations.projects.models import Project
from annotations.taxonomy.queries import names_of
from classifier.contract.backbones import BACKBONES
from classifier.contract.settings import SETTINGS, WITH_IMAGES

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
        "A network that has learnt already describes each image, and a simple classifier learns from that in a minute. "
        "Start from a network trained on plankton, a backbone that learnt without labels, or pretrained weights; where "
        "none is chosen, patches that are learnt from your own images stand in.",
    ),
    (
        Model.Method.NETWORK,
        "Fine-tuned network",
        "A network learns from the images themselves: the best figures, from some twenty objects a taxon. "
        "A forest on measurements is trained beside it, so that you see what the network buys.",
    ),
]


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Choose what to learn from, then how. The taxa follow the projects (htmx asks again)."""
    if not projects_managed_by(request.user).exists():
        raise PermissionDenied("Only managers train models: ask a manager of your project.")
    if request.method == "GET" and not request.htmx:
        source = SourceForm.opened(request.GET, user=request.user)
    else:
        source = SourceForm(posted(request) or request.GET, user=request.user)
    form = TrainingForm(posted(request) or request.GET) if request.htmx else TrainingForm(posted(request))
    is_valid = source.is_valid()
    if request.method == "POST" and is_valid:
        with RefusedIn(source):
            job = _start(request.user, source, form)
            return redirect("learning:detail", job.params["model"])
    chosen = _chosen(source)
    if request.htmx and request.htmx.target in ("plan", "measured"):
        part = f"learning/new.html#{request.htmx.target}"
        return render(request, part, {"is_alone": True, **_plan(source, form, chosen)})
    template = "learning/new.html#taxa_and_plan" if request.htmx else "learning/new.html"
    context = _page(request.user, chosen, source, form)
    context |= {"is_refused": request.method == "POST", "is_swapped": bool(request.htmx)}
    return render(request, template, context, status=400 if context["is_refused"] else 200)


def _start(user: User, source: SourceForm, form: TrainingForm) -> Job:
    how = form.how_from(source.start)
    where = source.source(form.cleaned_data[LEAST.name])
    return start_training(user=user, name=source.cleaned_data["name"], **where, **how)


def _chosen(source: SourceForm) -> list[Project]:
    return list(source.cleaned_data.get("project", ()))


def _page(user: User, chosen: list[Project], source: SourceForm, form: TrainingForm) -> dict:
    """What the page shows: after an error, all that was filled in."""
    ticked = source.cleaned_data.get("taxon", ()) if "taxa_shown" in source.data else None
    counts = validated_counts([project.pk for project in chosen])
    names = names_of(set(counts))
    taxa = [
        {"id": t, "name": names[t], "count": counts[t], "is_ticked": ticked is None or t in ticked}
        for t in sorted(counts, key=lambda taxon: -counts[taxon])
    ]
    return {
        "chosen": chosen,
        "taxa": taxa,
        "has_learning_sets": learning_sets_to_train_on(user).exists(),
        **_plan(source, form, chosen),
        "form": form,
        "few": FEW,
        "source": source,
        "has_parents": models_to_start_from(user).exists(),
        "has_backbones": backbones_to_start_from(user).exists(),
    }


def _plan(source: SourceForm, form: TrainingForm, chosen: list[Project]) -> dict:
    """What the training would learn from, and how long each method would take for that."""
    learning_set = source.cleaned_data.get("learning_set")
    ticked = source.cleaned_data.get("taxon", []) if "taxa_shown" in source.data else None
    amount = amount_of_set(learning_set) if learning_set else amount_of_projects(chosen, ticked)
    trainings, speeds = earlier_trainings(), device_speeds()
    plans = _plans(source, form, amount.objects)
    times = {value: expected(trainings, speeds, plans[value]) for value, _, _ in METHODS}
    usual, why = usual_method(device_at_hand(trainings, speeds), times[Model.Method.NETWORK], amount.objects)
    return {
        "amount": amount,
        "methods": [(*method, times[method[0]]) for method in METHODS],
        "networks": _times_of_networks(trainings, speeds, plans),
        "method": form.data.get("method") or usual,
        "usual": usual,
        "why": why,
        "measuring": measuring_job(),
        "is_unmeasured": bool(amount.objects) and not all(times.values()),
    }


def _plans(source: SourceForm, form: TrainingForm, objects: int) -> dict[str, PlannedTraining]:
    """By method: as far as the form is filled in as it should be."""
    parent = source.start
    return {method: _plan_of(method, form, parent, objects) for method, _, _ in METHODS}


def _plan_of(
    method: str, form: TrainingForm, parent: Model | Backbone | None, objects: int
) -> PlannedTraining:
    settings = parent.settings if parent else {}
    has_learnt = bool(parent or form.filled_in("pretrained", method))
    backbone = settings.get("backbone") or form.filled_in("backbone", method) or SETTINGS["backbone"].default
    return PlannedTraining(
        method,
        objects,
        network=network_of(method, backbone, has_learnt),
        image_size=str(form.filled_in("image_size", method) or ""),
        epochs=form.filled_in("epochs", method) or None,
        fine_tuned=has_learnt,
        members=form.filled_in("members", method) or 1,
        head=form.filled_in("head", method) or "",
    )


def _times_of_networks(
    trainings: list[Training], speeds: list[DeviceSpeed], plans: dict[str, PlannedTraining]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """By method, each network that was measured with its time, as the page calls it."""
    times = []
    for method in WITH_IMAGES:
        plan = plans[method]
        networks = [] if plan.network == "patches" else BACKBONES
        alike = (
            (words, expected(trainings, speeds, replace(plan, network=name))) for name, words in networks
        )
        times.append((method, [(words.partition(":")[0], one.time) for words, one in alike if one]))
    return times


@login_required
@require_POST
def measure_device(request: SignedInRequest) -> HttpResponse:
    """Measures how long each method takes here, what is chosen on the form too; answers how far that is."""
    source, form = SourceForm(request.POST, user=request.user), TrainingForm(request.POST)
    source.is_valid()
    plans = _plans(source, form, 0)
    method = form.chosen_method if form.chosen_method in WITH_IMAGES else Model.Method.NETWORK
    network = plans[method].network
    size = plans[method].image_size
    start_measuring_device(
        user=request.user,
        network="" if network == "patches" else network,
        image_size=int(size) if size else None,
    )
    plan = _plan(source, form, _chosen(source))
    return render(request, "learning/new.html#measured", plan)
