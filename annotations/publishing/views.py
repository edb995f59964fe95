from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.exports.actions import start_export
from annotations.exports.forms import ExportForm
from annotations.exports.registry import format_named
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.projects.optionlists import Chooser
from annotations.publishing.address import read_archive_filter, read_archive_options
from annotations.publishing.preview import preview_of
from annotations.publishing.requests import ArchiveRequest
from annotations.search.filter import Filter


@login_required
@require_http_methods(["GET", "POST"])
def darwin_core(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What a Darwin Core Archive would hold and lack; POST writes it. A filter in the address narrows it."""
    project = open_project(request.user, project_id)
    chosen = format_named("dwca")
    criteria = read_archive_filter(request.GET, request.user, chosen)
    last = _last_of(project)
    sent = read_archive_options(posted(request) or request.GET, chosen)
    options = chosen.read_options(sent or (last.params["options"] if last else {}))
    chooser = Chooser(request.user, project)
    form = ExportForm(posted(request), initial=options, export_format=chosen, chooser=chooser)
    if form.is_bound and form.is_valid():
        with RefusedIn(form):
            return _answer(request, project, criteria, form)
    context = {
        "project": project,
        "form": form,
        "criteria": criteria,
        "is_narrowed": bool(criteria.as_dict()),
        "preview": preview_of(project, ArchiveRequest.read_or_default(criteria, options)),
        "last": last,
    }
    return render(request, "publishing/darwin_core.html", context, status=status_of(form))


def _answer(request: SignedInRequest, project: Project, criteria: Filter, form: ExportForm) -> HttpResponse:
    """Raises ValidationError for what can't be read, and where something is missing."""
    chosen = form.chosen()
    if "check" in form.data:
        ArchiveRequest.read(criteria, chosen["options"])
        return redirect(f"{request.path}?{urlencode(criteria.as_dict() | chosen['options'], doseq=True)}")
    job = start_export(project=project, user=request.user, object_filter=criteria, images=False, **chosen)
    return redirect("jobs:detail", job.pk)


def _last_of(project: Project) -> Job | None:
    """What was written last: institution and creators mostly stay the same."""
    jobs = Job.objects.filter(project=project, kind="export_project", params__format="dwca")
    return jobs.order_by("-id").first()
