from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.refitting.actions import let_learn
from annotations.refitting.forms import SwitchForm


@login_required
@require_POST
@back_to("projects:settings", "project_id")
def switch(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Learning while sorting, on or off."""
    project = open_project(request.user, project_id, Role.MANAGER)
    let_learn(user=request.user, project=project, **cleaned(SwitchForm(request.POST)))
    return redirect("projects:settings", project_id)
