from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.similarity.forms import MiddleForm
from annotations.similarity.measurements import start_embedding
from annotations.similarity.queries import spaces_in


@login_required
@require_http_methods(["GET", "POST"])
def spaces(request: SignedInRequest, project_id: int) -> HttpResponse:
    """By what objects of the project are compared; a manager lets their measurements be."""
    least = Role.MANAGER if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    if request.method == "POST":
        job = start_embedding(project=project, user=request.user, **cleaned(MiddleForm(request.POST)))
        return redirect("jobs:detail", job.pk)
    context = {
        "project": project,
        "tab": "settings",
        "spaces": spaces_in(project),
        "is_manager": project.role == Role.MANAGER,
    }
    return render(request, "similarity/spaces.html", context)
