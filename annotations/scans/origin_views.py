"""Scans that were not uploaded: from a folder of the server, a bucket, an address."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.imports.origins.pages import Intake, place_page, url_page
from annotations.imports.origins.places import Incoming
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.scans.actions import SCAN_ENDINGS, start_scan_import
from annotations.scans.forms import ScanMetadataForm


def _start(project: Project, user: User, incoming: Incoming, choices: ScanMetadataForm) -> Job:
    return start_scan_import(
        project=project,
        user=user,
        metadata=choices.metadata,
        frames=choices.frames,
        **incoming._asdict(),
    )


SCANS = Intake("scans", "scans", ScanMetadataForm, _start, (".zip", *SCAN_ENDINGS))


@login_required
@require_http_methods(["GET", "POST"])
def from_url(request: SignedInRequest, project_id: int) -> HttpResponse:
    return url_page(request, project_id, SCANS)


@login_required
@require_http_methods(["GET", "POST"])
def from_place(request: SignedInRequest, project_id: int, place: str) -> HttpResponse:
    return place_page(request, project_id, place, SCANS)
