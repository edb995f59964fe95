from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.jobs.models import Job
from annotations.labels.tally import project_counts
from annotations.learning.actions import SETTINGS, start_prediction, start_training
from annotations.learning.charts import confusion_rows, curves, reliability_points
from annotations.learning.learning_set import validated_counts
from annotations.learning.models import Model
from annotations.learning.queries import BACKBONES, models_seen_by, named_metrics, open_model
from annotations.projects.access import open_project, projects_seen_by, role_in
from annotations.projects.models import Project, Role
from annotations.taxonomy.queries import names_of

NUMBERS = ("epochs", "image_size", "least_per_taxon")  # that the form asks for
FEW = 20  # held-out objects of a taxon, below which its figures are uncertain


@login_required
@require_GET
def model_list(request: SignedInRequest) -> HttpResponse:
    seen = set(projects_seen_by(request.user).values_list("pk", flat=True))
    rows = [(model, _sources(model, seen)) for model in models_seen_by(request.user)]
    context = {"rows": rows, "may_train": bool(_managed(request.user))}
    return render(request, "learning/list.html", context)


def _sources(model: Model, seen: set[int]) -> str:
    """Titles of the projects it was learnt from. Those that the person may not see have no name for them."""
    projects = list(model.projects.all())
    titles = [project.title for project in projects if project.pk in seen]
    hidden = len(projects) - len(titles)
    return ", ".join([*titles, f"{hidden} that you are not a member of"] if hidden else titles)


def _managed(user: User) -> list[Project]:
    """The projects that the person may train on."""
    seen = projects_seen_by(user)
    if user.is_superuser:
        return list(seen)
    return list(seen.filter(memberships__role=Role.MANAGER, memberships__user=user))


# --- Training ----------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Choose projects, then taxa and network. The taxa follow the projects (htmx asks again)."""
    managed = _managed(request.user)
    if not managed:
        raise PermissionDenied("Only managers train models: ask a manager of your project.")
    given = request.POST if request.method == "POST" else request.GET
    chosen = [p for p in managed if str(p.pk) in given.getlist("project")]
    if request.method == "GET":
        template = "learning/new.html#taxa" if request.htmx else "learning/new.html"
        return render(request, template, _form(managed, chosen, given))
    try:
        job = _start(request.user, chosen, given)
    except ValidationError as error:
        context = {**_form(managed, chosen, given), "error": " ".join(error.messages)}
        return render(request, "learning/new.html", context, status=400)
    return redirect("learning:detail", job.params["model"])


def _form(managed: list[Project], chosen: list[Project], given: QueryDict) -> dict:
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
        "backbones": BACKBONES,
        "sizes": [64, 96, 128, 224],
        "given": given,
    }


def _start(user: User, chosen: list[Project], given: QueryDict) -> Job:
    taxa = [int(taxon) for taxon in given.getlist("taxon") if taxon.isdecimal()]
    if "taxa_shown" in given and len(taxa) < 2:
        raise ValidationError("Tick at least two taxa: telling one from nothing cannot be learnt.")
    return start_training(
        user=user,
        projects=chosen,
        name=given.get("name", ""),
        taxa=taxa or None,
        backbone=given.get("backbone", BACKBONES[0][0]),
        pretrained="pretrained" in given,
        **{name: _whole(name, str(given[name])) for name in NUMBERS if given.get(name)},
    )


def _whole(name: str, text: str) -> int:
    least, most = SETTINGS[name]
    if not text.isdecimal() or len(text) > 9:
        words = name.replace("_", " ").capitalize()
        raise ValidationError(f"{words} is {text!r}, but takes a whole number from {least} to {most}.")
    return int(text)


# --- A model -----------------------------------------------------------------------------------------------


@login_required
@require_GET
def detail(request: SignedInRequest, model_id: int) -> HttpResponse:
    """While the model is trained, the middle part asks for itself again every second."""
    model = open_model(request.user, model_id)
    seen = set(projects_seen_by(request.user).values_list("pk", flat=True))
    context = {
        "model": model,
        "charts": curves(model.history),
        "sources": _sources(model, seen),
        "may_open_job": _may_open_job(request.user, model.job),
        "is_running": model.job is not None and not model.job.is_finished,
    }
    if request.htmx and context["is_running"] and not model.is_ready:
        return render(request, "learning/detail.html#running", context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if model.is_ready:
        context |= _figures(request, model, seen)
    return render(request, "learning/detail.html", context)


def _may_open_job(user: User, job: Job | None) -> bool:
    return job is not None and (job.project_id is None or role_in(user, job.project_id) is not None)


def _figures(request: SignedInRequest, model: Model, seen: set[int]) -> dict:
    metrics = named_metrics(model)
    galleries = [project for project in model.projects.all() if project.pk in seen]
    asked = [project for project in galleries if str(project.pk) == request.GET.get("project")]
    return {
        "metrics": metrics,
        "few": FEW,
        "per_taxon": sorted(metrics["per_taxon"], key=lambda entry: -entry["support"]),
        "confusion": confusion_rows(metrics["confusion"]),
        "reliability": reliability_points(metrics["reliability"]["bins"]),
        "galleries": galleries,
        "gallery": next(iter(asked or galleries), None),
        "left_out": sorted(names_of(set(model.learning_set.get("left_out", []))).values()),
    }


# --- Prediction --------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def predict(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Apply a model to what nobody has settled."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "POST":
        return _start_prediction(request, project)
    counts = project_counts(project_id)
    context = {
        "project": project,
        "tab": "predict",
        "models": models_seen_by(request.user).filter(is_ready=True),
        "unsettled": sum(count for _, state, count in counts if state in "UP"),
    }
    return render(request, "learning/predict.html", context)


def _start_prediction(request: SignedInRequest, project: Project) -> HttpResponse:
    number = request.POST.get("model", "")
    try:
        if not number.isdecimal() or len(number) > 18:
            raise ValidationError("Choose a model first.")
        model = open_model(request.user, int(number))
        job = start_prediction(user=request.user, project=project, model=model)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("learning:predict", project.pk)
    return redirect("jobs:detail", job.pk)
