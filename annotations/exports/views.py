from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.exports.actions import start_export
from annotations.exports.forms import ExportForm
from annotations.exports.options import COLUMNS, columns_under_vignettes
from annotations.exports.registry import ExportFormat, format_named, formats
from annotations.exports.request import ExportRequest
from annotations.jobs.artefacts import made_by
from annotations.jobs.queries import open_job
from annotations.pictures.artefacts import send
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.counting import count_within_bounds
from annotations.search.filter import Filter


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Any member may take the project out; a filter in the URL narrows it, `format` there is one of the registered."""
    project = open_project(request.user, project_id)
    objects = Filter.parse(request.GET, request.user)
    chosen = format_named(request.GET.get("format", "ecotaxa"))
    request_by_default = ExportRequest(project, objects, options=chosen.read_options({}), user=request.user)
    form = ExportForm(
        posted(request),
        initial={option.name: request.GET.get(option.name, option.default) for option in chosen.options},
        role=project.role,
        export_format=chosen,
        offers=chosen.offers(request_by_default),
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
        "links": {each.title: _address(request.GET, format=each.name) for each in formats().values()},
        "columns_under_vignettes": _columns_link(request.GET, chosen),
        "losses": chosen.losses(request_by_default),
        "obstacles": [] if form.errors else chosen.obstacles(request_by_default),
        "criteria": objects,
        "counted": count_within_bounds(project.pk, objects),
    }
    return render(request, "exports/new.html", context, status=status_of(form))


def _address(query: QueryDict, **changed: str) -> str:
    """The same page with something else in its address."""
    address = query.copy()
    for name, value in changed.items():
        address[name] = value
    return f"?{address.urlencode()}"


def _columns_link(query: QueryDict, chosen: ExportFormat) -> str:
    """Fills in the columns that the bench shows; empty where it shows none, or the format takes no columns."""
    columns = columns_under_vignettes(query.getlist("show"))
    return _address(query, columns=columns) if columns and COLUMNS in chosen.options else ""


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
