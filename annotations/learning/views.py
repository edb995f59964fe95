from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.labels.tally import project_counts
from annotations.learning.actions import start_prediction, start_training
from annotations.learning.charts import confusion_rows, curves, reliability_points
from annotations.learning.learning_set import validated_counts
from annotations.learning.models import Model
from annotations.learning.queries import BACKBONES, models_seen_by, named_metrics, open_model
from annotations.projects.access import open_project, projects_seen_by
from annotations.projects.models import Project, Role
from annotations.taxonomy.queries import names_of


@login_required
@require_GET
def model_list(request: HttpRequest) -> HttpResponse:
    context = {"models": models_seen_by(request.user), "may_train": bool(_managed(request.user))}
    return render(request, "learning/list.html", context)


def _managed(user: User) -> list[Project]:
    """The projects that the person may train on."""
    seen = projects_seen_by(user)
    return list(
        seen if user.is_superuser else seen.filter(memberships__role=Role.MANAGER, memberships__user=user)
    )


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose projects, then taxa and network. The taxa follow the projects (htmx asks again)."""
    managed = _managed(request.user)
    if not managed:
        raise PermissionDenied("Only managers train models: ask a manager of your project.")
    given = request.POST if request.method == "POST" else request.GET
    chosen = [p for p in managed if str(p.pk) in given.getlist("project")]
    context = {
        "projects": managed,
        "chosen": chosen,
        "taxa": _taxa(chosen),
        "backbones": BACKBONES,
    }
    if request.method == "GET":
        template = "learning/new.html#taxa" if request.htmx else "learning/new.html"
        return render(request, template, context)
    try:
        job = _start(request, chosen)
    except ValidationError as error:
        return render(
            request, "learning/new.html", {**context, "error": " ".join(error.messages)}, status=400
        )
    return redirect("learning:detail", job.params["model"])


def _start(request: HttpRequest, chosen: list[Project]) -> Job:
    numbers = {}
    if request.POST.get("epochs"):
        if not request.POST["epochs"].isdigit():
            raise ValidationError("Epochs takes a whole number, or nothing.")
        numbers["epochs"] = int(request.POST["epochs"])
    return start_training(
        user=request.user,
        projects=chosen,
        name=request.POST.get("name", ""),
        taxa=[int(taxon) for taxon in request.POST.getlist("taxon") if taxon.isdigit()] or None,
        backbone=request.POST.get("backbone", BACKBONES[0][0]),
        pretrained="pretrained" in request.POST,
        **numbers,
    )


def _taxa(chosen: list[Project]) -> list[dict]:
    counts = validated_counts([project.pk for project in chosen])
    names = names_of(set(counts))
    return [
        {"id": taxon, "name": names[taxon], "count": count}
        for taxon, count in sorted(counts.items(), key=lambda item: -item[1])
    ]


@login_required
@require_GET
def detail(request: HttpRequest, model_id: int) -> HttpResponse:
    model = open_model(request.user, model_id)
    context = {"model": model, "curves": curves(model.history)}
    if request.htmx and not model.is_ready and model.job and not model.job.is_finished:
        return render(request, "learning/detail.html#running", context)
    if request.htmx:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    if model.is_ready:
        context |= _figures(request.user, model)
    return render(request, "learning/detail.html", context)


def _figures(user: User, model: Model) -> dict:
    metrics = named_metrics(model)
    own = list(model.projects.all())
    visible = projects_seen_by(user).filter(pk__in=[p.pk for p in own]).first()
    return {
        "metrics": metrics,
        "per_taxon": sorted(metrics["per_taxon"], key=lambda entry: -entry["support"]),
        "confusion": confusion_rows(metrics["confusion"]),
        "reliability": reliability_points(metrics["reliability"]["bins"]),
        "gallery_project": visible,
        "left_out": list(names_of(set(model.learning_set.get("left_out", []))).values()),
    }


@login_required
@require_http_methods(["GET", "POST"])
def predict(request: HttpRequest, project_id: int) -> HttpResponse:
    """Apply a model to what nobody has settled."""
    project = open_project(request.user, project_id, Role.MANAGER)
    ready = models_seen_by(request.user).filter(is_ready=True)
    if request.method == "POST":
        number = request.POST.get("model", "")
        if not number.isdigit():
            messages.error(request, "Choose a model first.")
            return redirect("learning:predict", project.pk)
        model = open_model(request.user, int(number))
        return redirect("jobs:detail", start_prediction(user=request.user, project=project, model=model).pk)
    counts = project_counts(project_id)
    unsettled = sum(count for _, state, count in counts if state in "UP")
    context = {"project": project, "tab": "predict", "models": ready, "unsettled": unsettled}
    return render(request, "learning/predict.html", context)
