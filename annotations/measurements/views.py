from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.refusals import back_to
from annotations.measurements.actions import start_measuring
from annotations.measurements.forms import MeasuringForm, PageForm, PixelSizeForm
from annotations.measurements.pixel_sizes import set_pixel_size
from annotations.measurements.queries import acquisitions_of
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_POST
@back_to("projects:settings", "project_id")
def start(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    job = start_measuring(project=project, user=request.user, **cleaned(MeasuringForm(request.POST)))
    return redirect("jobs:detail", job.pk)


@login_required
@require_http_methods(["GET", "POST"])
def acquisitions(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The acquisitions with the size of their pixels, which managers correct for those that they tick."""
    least = Role.MANAGER if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    form = PixelSizeForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            job = set_pixel_size(
                project=project,
                user=request.user,
                acquisitions=form.cleaned_data["acquisition"],
                micrometres=form.cleaned_data["pixel_um"],
            )
            if job is not None:
                return redirect("jobs:detail", job.pk)
            messages.success(request, "They have this size already.")
            return redirect("measurements:acquisitions", project_id)
    page, following = acquisitions_of(project, cleaned(PageForm(request.GET))["after"] or 0)
    context = {
        "project": project,
        "tab": "settings",
        "acquisitions": page,
        "next": following,
        "form": form,
        "is_manager": project.role == Role.MANAGER,
    }
    return render(request, "measurements/acquisitions.html", context, status=status_of(form))
