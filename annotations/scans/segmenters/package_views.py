"""Pages by which a segmenter leaves the site, or comes in."""

from django.contrib.auth.decorators import login_required
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
from annotations.learning.backbones.forms import BackboneExportForm
from annotations.pictures.artefacts import send
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.scans.segmenters.forms import SegmenterImportForm
from annotations.scans.segmenters.packages import EXPORT, start_segmenter_export, start_segmenter_import
from annotations.scans.segmenters.queries import open_segmenter


@login_required
@require_POST
@back_to("segmenters:detail", "segmenter_id")
def export(request: SignedInRequest, segmenter_id: int) -> HttpResponse:
    segmenter = open_segmenter(request.user, segmenter_id, Role.MANAGER)
    words = cleaned(BackboneExportForm(request.POST))
    job = start_segmenter_export(user=request.user, segmenter=segmenter, **words)
    return redirect("jobs:detail", job.pk)


@download_view
@require_GET
def download(request: SignedInRequest, job_id: int) -> HttpResponseBase:
    """The exported segmenter, for managers of its project, whoever asked for it."""
    job = open_job(request.user, job_id)
    key = made_by(job, EXPORT)
    segmenter = open_segmenter(request.user, job.params["segmenter"], Role.MANAGER)
    return send(key, f"seston_segmenter_{segmenter.pk}.zip", request)


@login_required
@require_http_methods(["GET", "POST"])
def import_segmenter(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A segmenter that was exported elsewhere, for the project."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = SegmenterImportForm(posted(request), request.FILES or None)
    if form.is_valid():
        with RefusedIn(form):
            upload = form.cleaned_data["folder"]
            path = keep_upload(upload, "zip")
            job = start_segmenter_import(user=request.user, project=project, path=path, name=upload.name)
            return redirect("jobs:detail", job.pk)
    context = {"project": project, "form": form, "noun": "segmenter"}
    return render(request, "learning/import.html", context, status=status_of(form))
