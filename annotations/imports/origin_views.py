"""Imports of what was not uploaded: from a folder of the server, a bucket, an address."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.imports.actions import start_import
from annotations.imports.forms import PackageForm, PathForm, PlacePackageForm, UrlForm
from annotations.imports.origins.allowed import open_place
from annotations.imports.origins.links import crumbs_of, origin_links
from annotations.imports.origins.places import Incoming, clean_path
from annotations.imports.origins.urls import package_at
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role


@login_required
@require_http_methods(["GET", "POST"])
def from_url(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The form of an address; the import of what lies there."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = UrlForm(posted(request))
    choices = PackageForm(posted(request))
    job = _started(request, project, form, choices, lambda: package_at(form.cleaned_data["url"]))
    if job:
        return redirect("jobs:detail", job.pk)
    context = _context(request, project, form, choices)
    return render(request, "imports/url.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def from_place(request: SignedInRequest, project_id: int, place: str) -> HttpResponse:
    """What lies at a path of a place, to be opened or imported."""
    project = open_project(request.user, project_id, Role.MANAGER)
    opened = open_place(request.user, place)
    path = clean_path(cleaned(PathForm(request.POST or request.GET))["path"])
    form = PlacePackageForm(posted(request))
    choices = PackageForm(posted(request))
    job = _started(request, project, form, choices, lambda: opened.package(form.cleaned_data["package"]))
    if job:
        return redirect("jobs:detail", job.pk)
    listed = {
        "place": opened,
        "path": path,
        "crumbs": crumbs_of(opened, path),
        "listing": opened.listing(path),
    }
    context = _context(request, project, form, choices) | listed
    return render(request, "imports/place.html", context, status=status_of(form))


def _started(
    request: SignedInRequest,
    project: Project,
    form: UrlForm | PlacePackageForm,
    choices: PackageForm,
    incoming: Callable[[], Incoming],
) -> Job | None:
    """None where the page is only opened, or something is refused: `form` then says what."""
    if not (form.is_bound and form.is_valid()):
        return None
    with RefusedIn(form):
        return start_import(project=project, user=request.user, **incoming()._asdict(), **choices.chosen())
    return None


def _context(
    request: SignedInRequest, project: Project, form: UrlForm | PlacePackageForm, choices: PackageForm
) -> dict[str, Any]:
    sent = choices if choices.is_bound else None
    links = origin_links(request.user, project, request.path)
    return {"project": project, "tab": "import", "form": form, "sent": sent, "links": links}
