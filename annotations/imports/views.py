from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned, posted
from annotations.common.refusals import back_to
from annotations.imports.actions import start_import
from annotations.imports.forms import PackageForm, SentPackagesForm
from annotations.imports.origins.links import origin_links
from annotations.imports.origins.places import Incoming
from annotations.imports.rerunning import import_again, open_earlier_import
from annotations.jobs.resumable import hand_over, open_upload, waiting_uploads
from annotations.jobs.uploads import keep_upload
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role


@login_required
@require_http_methods(["GET", "POST"])
@back_to("imports:new", "project_id")
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "GET":
        return _page(request, project)
    options = PackageForm(request.POST).options()
    sent = cleaned(SentPackagesForm(posted(request), request.FILES))
    jobs = [
        start_import(project=project, user=request.user, incoming=Incoming(path, name), options=options)
        for path, name in sent_packages(request.user, sent)
    ]
    if len(jobs) > 1:
        messages.success(request, f"{len(jobs)} packages are being imported.")
        return redirect("jobs:list")
    return redirect("jobs:detail", jobs[0].pk) if jobs else _page(request, project, missing=True)


def _page(request: SignedInRequest, project: Project, *, missing: bool = False) -> HttpResponse:
    context: dict[str, Any] = {"project": project, "tab": "import", "missing": missing}
    context["links"] = origin_links(request.user, project, request.path)
    context["waiting"] = waiting_uploads(request.user)
    return render(request, "imports/new.html", context, status=400 if missing else 200)


def sent_packages(user: User, sent: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The key and the name of each that is sent, or has been sent piece by piece before.

    Each is handed over when its turn comes: one that can't be leaves those before it to their jobs.
    """
    uploads = [open_upload(user, number) for number in sent["upload"] or []]
    for upload in uploads:
        yield hand_over(upload=upload), upload.name
    if not uploads:
        for package in sent["package"]:
            yield keep_upload(package, "zip"), package.name or "package.zip"


@login_required
@require_POST
@back_to("imports:new", "project_id")
def again(request: SignedInRequest, project_id: int, import_id: int) -> HttpResponse:
    """Imports the package of an earlier job, which is kept, with the answers of its page."""
    project = open_project(request.user, project_id, Role.MANAGER)
    earlier = open_earlier_import(request.user, project, import_id)
    job = import_again(job=earlier, user=request.user, options=PackageForm(request.POST).options())
    return redirect("jobs:detail", job.pk)
