from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.exports.actions import start_export
from annotations.exports.address import ExportAddress
from annotations.exports.forms import ExportForm
from annotations.exports.request import ExportRequest
from annotations.jobs.artefacts import made_by
from annotations.jobs.queries import open_job
from annotations.pictures.artefacts import send
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.projects.optionlists import Chooser
from annotations.search.counting import count_within_bounds


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Any member may take the project out; a filter in the URL narrows it, `format` there is one of the registered."""
    project = open_project(request.user, project_id)
    address = ExportAddress.read(request.GET, request.user)
    objects, chosen = address.objects, address.format
    request_by_default = ExportRequest(project, objects, options=chosen.read_options({}), user=request.user)
    form = ExportForm(
        posted(request),
        initial=address.options,
        export_format=chosen,
        chooser=Chooser(request.user, project),
    )
    if form.is_valid():
        with RefusedIn(form):
            job = start_export(project=project, user=request.user, object_filter=objects, **form.chosen())
            return redirect("jobs:detail", job.pk)
    context = {
        "project": project,
        "tab": "export",
        "form": form,
        "format": chosen,
        "links": address.links,
        "columns_under_vignettes": address.columns_link,
        "losses": chosen.losses(request_by_default),
        "obstacles": [] if form.errors else chosen.obstacles(request_by_default),
        "criteria": objects,
        "counted": count_within_bounds(project.pk, objects),
    }
    return render(request, "exports/new.html", context, status=status_of(form))


@download_view
@require_GET
def download(request: SignedInRequest, job_id: int) -> HttpResponseBase:
    """The package, for members of its project only, whoever asked for it; with e-mail addresses, for managers."""
    job = open_job(request.user, job_id)
    key = made_by(job, "export_project")
    if job.project_id is None or job.finished is None:
        raise Http404("There is no such export.")
    # packages of an earlier version of the site, which did not ask, hold the addresses
    has_emails = job.params.get("emails", True)
    open_project(request.user, job.project_id, Role.MANAGER if has_emails else Role.VIEWER)
    format_name = job.params.get("format", "ecotaxa")
    name = f"seston_project_{job.project_id}_{format_name}_{job.finished:%Y%m%d_%H%M}.zip"
    return send(key, name, request)
