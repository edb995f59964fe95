from pathlib import Path
from typing import TypedDict

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.refusals import back_to
from annotations.imports.actions import start_import
from annotations.imports.again import import_again, open_earlier_import
from annotations.jobs.resumable import hand_over, open_upload, waiting_uploads
from annotations.jobs.uploads import keep_upload
from annotations.projects.access import open_project
from annotations.projects.models import Role


class ImportChoices(TypedDict):
    dry_run: bool
    create_taxa: bool
    pixel_unit: str


@login_required
@require_http_methods(["GET", "POST"])
@back_to("imports:new", "project_id")
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    package = _package(request)
    if package is None:
        missing = request.method == "POST"
        context = {"project": project, "tab": "import", "missing": missing}
        return render(
            request,
            "imports/new.html",
            {**context, "waiting": waiting_uploads(request.user)},
            status=400 if missing else 200,
        )
    path, name = package
    job = start_import(project=project, user=request.user, path=path, name=name, **_choices(request.POST))
    return redirect("jobs:detail", job.pk)


def _package(request: SignedInRequest) -> tuple[Path, str] | None:
    """The package that is sent, or that has been sent piece by piece before: its key and name."""
    if request.POST.get("upload"):
        upload = open_upload(request.user, request.POST["upload"])
        return hand_over(upload=upload), upload.name
    sent = request.FILES.get("package")
    return None if sent is None else (keep_upload(sent, "zip"), sent.name or "package.zip")


@login_required
@require_POST
@back_to("imports:new", "project_id")
def again(request: SignedInRequest, project_id: int, import_id: int) -> HttpResponse:
    """Imports the package of an earlier job, which is kept, with the answers of its page."""
    project = open_project(request.user, project_id, Role.MANAGER)
    earlier = open_earlier_import(request.user, project, import_id)
    job = import_again(job=earlier, user=request.user, **_choices(request.POST))
    return redirect("jobs:detail", job.pk)


def _choices(form: QueryDict) -> ImportChoices:
    unit = form.get("pixel_unit", "")
    return {
        "dry_run": "dry_run" in form,
        "create_taxa": "create_taxa" in form,
        "pixel_unit": unit if unit in ("um", "mm") else "",
    }
