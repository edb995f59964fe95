"""What managers do with a model: change it, make it a project's own, take it out, import one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.refusals import back_to
from annotations.jobs.artefacts import made_by
from annotations.jobs.queries import open_job
from annotations.jobs.uploads import keep_upload
from annotations.learning.queries import (
    open_model,
    projects_managed_by,
)
from annotations.learning.registry import (
    adopt_model,
    change_model,
    release_model,
    require_manager_of_all,
    start_export,
    start_import,
)
from annotations.pictures.artefacts import send
from annotations.projects.access import open_project
from annotations.projects.models import Role


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
def import_model(request: SignedInRequest) -> HttpResponse:
    """A model that was exported elsewhere, for projects of one's own."""
    managed = projects_managed_by(request.user)
    if not managed:
        raise PermissionDenied("Only managers import models: ask a manager of your project.")
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
