from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned, posted
from annotations.common.refusals import back_to
from annotations.imports.actions import start_import
from annotations.imports.again import import_again, open_earlier_import
from annotations.imports.forms import PackageForm, SentPackageForm
from annotations.jobs.resumable import hand_over, open_upload, waiting_uploads
from annotations.jobs.uploads import keep_upload
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_http_methods(["GET", "POST"])
@back_to("imports:new", "project_id")
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    chosen = PackageForm(request.POST).chosen() if request.method == "POST" else {}
    package = _package(request) if request.method == "POST" else None
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
    job = start_import(project=project, user=request.user, path=path, name=name, **chosen)
    return redirect("jobs:detail", job.pk)


def _package(request: SignedInRequest) -> tuple[Path, str] | None:
    """The package that is sent, or that has been sent piece by piece before: its key and name."""
    sent = cleaned(SentPackageForm(posted(request), request.FILES))
    if sent["upload"]:
        upload = open_upload(request.user, sent["upload"])
        return hand_over(upload=upload), upload.name
    package = sent["package"]
    return None if package is None else (keep_upload(package, "zip"), package.name or "package.zip")


@login_required
@require_POST
@back_to("imports:new", "project_id")
def again(request: SignedInRequest, project_id: int, import_id: int) -> HttpResponse:
    """Imports the package of an earlier job, which is kept, with the answers of its page."""
    project = open_project(request.user, project_id, Role.MANAGER)
    earlier = open_earlier_import(request.user, project, import_id)
    job = import_again(job=earlier, user=request.user, **PackageForm(request.POST).chosen())
    return redirect("jobs:detail", job.pk)
