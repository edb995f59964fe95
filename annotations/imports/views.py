from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.imports.actions import start_import
from annotations.jobs.uploads import keep_upload
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    upload = request.FILES.get("package")
    if request.method == "GET" or upload is None:
        missing = request.method == "POST"
        return render(
            request,
            "imports/new.html",
            {"project": project, "tab": "import", "missing": missing},
            status=400 if missing else 200,
        )
    dry_run = "dry_run" in request.POST
    job = start_import(
        project=project,
        user=request.user,
        path=keep_upload(upload, "zip"),
        name=upload.name or "package.zip",
        dry_run=dry_run,
        create_taxa="create_taxa" in request.POST,
        pixel_unit=request.POST.get("pixel_unit", "")
        if request.POST.get("pixel_unit") in ("um", "mm")
        else "",
    )
    return redirect("jobs:detail", job.pk)
