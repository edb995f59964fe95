from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.volumes.actions import set_volumes
from annotations.volumes.forms import VolumesForm
from annotations.volumes.queries import volume_settings_of


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: SignedInRequest, project_id: int) -> HttpResponse:
    """In which unit volumes are, and the three formulas."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = VolumesForm(posted(request), settings=volume_settings_of(project))
    if form.is_bound and form.is_valid():
        with RefusedIn(form) as refused:
            set_volumes(project=project, **form.cleaned_data)
        if not refused.refusal:
            messages.success(request, "Concentrations and biovolumes are worked out so from now on.")
            return redirect("results:table", project.pk)
    context = {"project": project, "form": form}
    return render(request, "volumes/settings.html", context, status=status_of(form))
