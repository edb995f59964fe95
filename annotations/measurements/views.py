from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.refusals import validation_error_as_400
from annotations.measurements.actions import start_measuring
from annotations.measurements.pixel_sizes import read_micrometres, set_pixel_size
from annotations.measurements.queries import acquisitions_of
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_POST
@validation_error_as_400
def start(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    job = start_measuring(project=project, user=request.user, anew="anew" in request.POST)
    return redirect("jobs:detail", job.pk)


@login_required
@require_http_methods(["GET", "POST"])
def acquisitions(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The acquisitions with the size of their pixels, which managers correct for those that they tick."""
    least = Role.MANAGER if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    if request.method == "GET":
        after = request.GET.get("after", "")
        page, following = acquisitions_of(project, int(after) if after.isdecimal() and len(after) < 19 else 0)
        context = {"acquisitions": page, "next": following, "is_manager": project.role == Role.MANAGER}
        return render(
            request, "measurements/acquisitions.html", {"project": project, "tab": "settings", **context}
        )
    chosen = [
        int(text) for text in request.POST.getlist("acquisition") if text.isdecimal() and len(text) < 19
    ]
    try:
        micrometres = read_micrometres(request.POST.get("pixel_um", ""))
        job = set_pixel_size(project=project, user=request.user, acquisitions=chosen, micrometres=micrometres)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("measurements:acquisitions", project_id)
    if job is None:
        messages.success(request, "They have this size already.")
        return redirect("measurements:acquisitions", project_id)
    return redirect("jobs:detail", job.pk)
