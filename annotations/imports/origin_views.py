"""Imports of what was not uploaded: from a folder of the server, a bucket, an address."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.imports.actions import start_import
from annotations.imports.forms import PackageForm
from annotations.imports.origins.pages import Intake, place_page, url_page
from annotations.imports.origins.places import Incoming
from annotations.jobs.models import Job
from annotations.projects.models import Project


def _start(project: Project, user: User, incoming: Incoming, choices: PackageForm) -> Job:
    return start_import(project=project, user=user, incoming=incoming, options=choices.options())


PACKAGES = Intake("imports", "import", PackageForm, _start)


@login_required
@require_http_methods(["GET", "POST"])
def from_url(request: SignedInRequest, project_id: int) -> HttpResponse:
    return url_page(request, project_id, PACKAGES)


@login_required
@require_http_methods(["GET", "POST"])
def from_place(request: SignedInRequest, project_id: int, place: str) -> HttpResponse:
    return place_page(request, project_id, place, PACKAGES)
