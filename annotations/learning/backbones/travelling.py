"""Pages by which a backbone leaves the site, or comes in."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.refusals import back_to
from annotations.jobs.artefacts import made_by
from annotations.jobs.queries import open_job
from annotations.jobs.uploads import keep_upload
from annotations.learning.backbones.forms import BackboneExportForm, BackboneImportForm
from annotations.learning.backbones.packages import (
    require_manager_of_backbone,
    start_backbone_export,
    start_backbone_import,
)
from annotations.learning.backbones.queries import open_backbone
from annotations.pictures.artefacts import send
from annotations.projects.access import projects_managed_by


@login_required
@require_POST
@back_to("backbones:detail", "backbone_id")
def export(request: SignedInRequest, backbone_id: int) -> HttpResponse:
    backbone = open_backbone(request.user, backbone_id)
    words = cleaned(BackboneExportForm(request.POST))
    job = start_backbone_export(user=request.user, backbone=backbone, **words)
    return redirect("jobs:detail", job.pk)


@download_view
@require_GET
def download(request: SignedInRequest, job_id: int) -> HttpResponseBase:
    """The exported backbone, for who manages all its projects, whoever asked for it."""
    job = open_job(request.user, job_id)
    key = made_by(job, "export_backbone")
    backbone = open_backbone(request.user, job.params["backbone"])
    require_manager_of_backbone(request.user, backbone)
    return send(key, f"seston_backbone_{backbone.pk}.zip", request)


@login_required
@require_http_methods(["GET", "POST"])
def import_backbone(request: SignedInRequest) -> HttpResponse:
    """A backbone that was exported elsewhere, for projects of one's own."""
    if not projects_managed_by(request.user).exists():
        raise PermissionDenied("Only managers import backbones: ask a manager of your project.")
    form = BackboneImportForm(posted(request), request.FILES or None, user=request.user)
    if form.is_valid():
        with RefusedIn(form):
            upload, projects = form.cleaned_data["folder"], list(form.cleaned_data["project"])
            path = keep_upload(upload, "zip")
            job = start_backbone_import(user=request.user, projects=projects, path=path, name=upload.name)
            return redirect("jobs:detail", job.pk)
    return render(request, "learning/backbones/import.html", {"form": form}, status=status_of(form))
