"""Choosing what to learn from and how, and starting to."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.jobs.models import Job
from annotations.learning.actions import OF_WAYS, SETTINGS, start_training
from annotations.learning.models import Model
from annotations.learning.queries import (
    learning_sets_to_train_on,
    models_to_start_from,
    open_model,
    open_set,
    projects_managed_by,
)
from annotations.learning.sets.rows import validated_counts
from annotations.projects.models import Project
from annotations.taxonomy.queries import names_of
from classifier.contract.backbones import GROUPS

NUMBERS = (
    "epochs",
    "image_size",
    "batch_size",
    "members",
    "seed",
    "least_per_taxon",
)  # that the form asks for
OF_A_NEW_SET = ("least_per_taxon",)  # a learning set that there is has these already
WAYS = [  # (value, name, how long it takes, what it is)
    (
        Model.Way.MEASURE,
        "Measure and classify",
        "seconds to minutes",
        "Size, shape and greys of each organism are measured, and a forest of decisions learns from them. "
        "Works from some dozen objects a taxon.",
    ),
    (
        Model.Way.FEATURES,
        "Features and classify",
        "minutes on a laptop",
        "A network that has learnt already describes each image, and a simple classifier learns from that. "
        "Start from a network trained on plankton, or from pretrained weights.",
    ),
    (
        Model.Way.NETWORK,
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
    given = request.POST if request.method == "POST" else request.GET
    chosen = [p for p in managed if str(p.pk) in given.getlist("project")]
    if request.method == "GET":
        if not request.htmx and len(managed) == 1:
            chosen = managed  # there is nothing to choose
        template = "learning/new.html#taxa" if request.htmx else "learning/new.html"
        return render(request, template, _form(request.user, managed, chosen, given))
    try:
        job = _start(request.user, chosen, given)
    except ValidationError as error:
        context = {**_form(request.user, managed, chosen, given), "error": " ".join(error.messages)}
        return render(request, "learning/new.html", context, status=400)
    return redirect("learning:detail", job.params["model"])


def _form(user: User, managed: list[Project], chosen: list[Project], given: QueryDict) -> dict:
    """What the form shows: after an error, all that was filled in."""
    picked = given.getlist("taxon") if "taxa_shown" in given else None
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
        "ways": WAYS,
        "way": given.get("way") or Model.Way.NETWORK,
        "groups": GROUPS,
        "parents": models_to_start_from(user),
        "sizes": [64, 96, 128, 224],
        "given": given,
    }


def _start(user: User, chosen: list[Project], given: QueryDict) -> Job:
    return start_training(
        user=user, name=given.get("name", ""), **_source(user, chosen, given), **_how(user, given)
    )


def _source(user: User, chosen: list[Project], given: QueryDict) -> dict[str, Any]:
    """What to learn from: a set that there is, or projects."""
    if number := given.get("learning_set"):
        return {"learning_set": _found(open_set, user, number, "a learning set of the list")}
    taxa = [int(taxon) for taxon in given.getlist("taxon") if taxon.isdecimal()]
    if "taxa_shown" in given and len(taxa) < 2:
        raise ValidationError("Tick at least two taxa: telling one from nothing cannot be learnt.")
    return {"projects": chosen, "taxa": taxa or None}


def _how(user: User, given: QueryDict) -> dict[str, Any]:
    """The settings of the chosen way. What the form hides, because another way asks it, is left out."""
    way = given.get("way") or Model.Way.NETWORK
    how: dict[str, Any] = {name: _whole(name, str(given[name])) for name in NUMBERS if given.get(name)}
    if given.get("learning_set"):
        how = {name: value for name, value in how.items() if name not in OF_A_NEW_SET}
    if head := given.get(f"head_{way}"):
        how["head"] = head
    if balance := given.get("balance"):
        how["balance"] = _share(balance)
    if "traits_asked" in given:
        how["learn_traits"] = "learn_traits" in given
    if number := given.get("start_from"):
        how["start_from"] = _found(open_model, user, number, "a model of the list")
    else:
        how |= {"backbone": given["backbone"]} if given.get("backbone") else {}
        how["pretrained"] = "pretrained" in given
    return {"way": way, **{name: value for name, value in how.items() if way in OF_WAYS.get(name, [way])}}


def _found(opened: Any, user: User, number: str, what: str) -> Any:
    try:
        if number.isdecimal() and len(number) < 19:
            return opened(user, int(number))
    except Http404:
        pass
    raise ValidationError(f"Choose {what}: there is no {number!r} that you may use.")


def _whole(name: str, text: str) -> int:
    least, most = SETTINGS[name]
    if not text.isdecimal() or len(text) > 9:
        words = name.replace("_", " ").capitalize()
        raise ValidationError(f"{words} is {text!r}, but takes a whole number from {least} to {most}.")
    return int(text)


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValidationError(f"Balance is {text!r}, but takes a number from 0 to 1.") from None
