from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.measurements.actions import start_measuring
from annotations.measurements.forms import MeasuringForm
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_POST
@back_to("projects:settings", "project_id")
def start(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    job = start_measuring(project=project, user=request.user, **cleaned(MeasuringForm(request.POST)))
    return redirect("jobs:detail", job.pk)
