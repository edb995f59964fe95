from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, status_of
from annotations.exports.actions import start_export
from annotations.exports.forms import ExportForm
from annotations.exports.registry import ExportFormat, format_named
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.publishing.preview import preview_of
from annotations.publishing.requests import ArchiveRequest
from annotations.search.filter import Filter


@login_required
@require_http_methods(["GET", "POST"])
def darwin_core(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What a Darwin Core Archive would hold and lack; POST writes it. A filter in the address narrows it."""
    project = open_project(request.user, project_id)
    chosen = format_named("dwca")
    criteria = Filter.parse(_without_options(request.GET, chosen), request.user)
    last = _last_of(project)
    options = chosen.read_options(_options(request, chosen) or (last.params["options"] if last else {}))
    form = ExportForm(_sent(request), initial=options, role=project.role, export_format=chosen, offers={})
    if form.is_bound and form.is_valid():
        with RefusedIn(form):
            return _answer(request, project, criteria, form)
    context = {
        "project": project,
        "form": form,
        "criteria": criteria,
        "is_narrowed": bool(criteria.as_dict()),
        "preview": preview_of(project, _readable(criteria, options)),
        "last": last,
    }
    return render(request, "publishing/darwin_core.html", context, status=status_of(form))


def _answer(request: SignedInRequest, project: Project, criteria: Filter, form: ExportForm) -> HttpResponse:
    """Raises ValidationError for what can't be read, and where something is missing."""
    chosen = form.chosen()
    if "check" in request.POST:
        ArchiveRequest.read(criteria, chosen["options"])
        return redirect(f"{request.path}?{urlencode(criteria.as_dict() | chosen['options'], doseq=True)}")
    job = start_export(project=project, user=request.user, object_filter=criteria, images=False, **chosen)
    return redirect("jobs:detail", job.pk)


def _readable(criteria: Filter, options: dict[str, str]) -> ArchiveRequest:
    """As it was asked for, else as it is by default: beside the form that says what was wrong."""
    try:
        return ArchiveRequest.read(criteria, options)
    except ValidationError:
        return ArchiveRequest(criteria)


def _sent(request: SignedInRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _options(request: SignedInRequest, chosen: ExportFormat) -> dict[str, str]:
    """Those that the form sent, or the address has."""
    sent = _sent(request) or request.GET
    return {option.name: str(sent[option.name]) for option in chosen.options if option.name in sent}


def _without_options(params: QueryDict, chosen: ExportFormat) -> QueryDict:
    rest = params.copy()
    for option in chosen.options:
        rest.pop(option.name, None)
    return rest


def _last_of(project: Project) -> Job | None:
    """What was written last: institution and creators mostly stay the same."""
    jobs = Job.objects.filter(project=project, kind="export_project", params__format="dwca")
    return jobs.order_by("-id").first()
