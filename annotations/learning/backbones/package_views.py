"""Pages by which a backbone leaves the site, or comes in."""

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
from annotations.learning.backbones.forms import BackboneExportForm, BackboneImportForm
from annotations.learning.backbones.packages import (
    require_manager_of_backbone,
    start_backbone_export,
    start_backbone_import,
)
from annotations.learning.backbones.queries import open_backbone
from annotations.learning.views.importing import import_page
from annotations.pictures.artefacts import send


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
    return import_page(request, "backbone", BackboneImportForm, start_backbone_import)
