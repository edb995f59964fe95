"""What managers do with a model: change it, make it a project's own, take it out, import one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.jobs.artefacts import made_by
from annotations.jobs.queries import open_job
from annotations.learning.forms import ChangeForm, FormatForm, ImportForm, OwnForm
from annotations.learning.queries import open_model
from annotations.learning.registry import (
    adopt_model,
    change_model,
    release_model,
    require_manager_of_all,
    start_export,
    start_import,
)
from annotations.learning.views.importing import import_page
from annotations.pictures.artefacts import send
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_POST
@back_to("learning:detail", "model_id")
def change(request: SignedInRequest, model_id: int) -> HttpResponse:
    """Changes what the form has: name and notes, the wanted precision, or whether it is archived."""
    model = open_model(request.user, model_id)
    change_model(user=request.user, model=model, **cleaned(ChangeForm(request.POST)))
    return redirect("learning:detail", model.pk)


@login_required
@require_POST
@back_to("learning:detail", "model_id")
def own(request: SignedInRequest, model_id: int) -> HttpResponse:
    """Makes the model a project's own, or (`release`) no longer."""
    model = open_model(request.user, model_id)
    form = cleaned(OwnForm(request.POST))
    project = open_project(request.user, form["project"], Role.MANAGER)
    if form["release"]:
        release_model(user=request.user, project=project)
    else:
        adopt_model(user=request.user, project=project, model=model)
    return redirect("learning:detail", model.pk)


@login_required
@require_POST
@back_to("learning:detail", "model_id")
def export(request: SignedInRequest, model_id: int) -> HttpResponse:
    model = open_model(request.user, model_id)
    job = start_export(user=request.user, model=model, **cleaned(FormatForm(request.POST)))
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
    return send(key, f"seston_model_{model.pk}.{ending}", request)


@login_required
@require_http_methods(["GET", "POST"])
def import_model(request: SignedInRequest) -> HttpResponse:
    """A model that was exported elsewhere, for projects of one's own."""
    return import_page(request, "model", ImportForm, start_import)
