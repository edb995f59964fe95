from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.common.refusals import back_to
from annotations.deletions.actions import delete_project, restore_project
from annotations.deletions.forms import ProjectDeletionForm
from annotations.deletions.queries import bin_of, former_deletions
from annotations.labels.tally import project_counts
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, project_id: int) -> HttpResponse:
    """A manager puts the project into the bin, once they have typed its title."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = ProjectDeletionForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            delete_project(project=project, user=request.user, title=form.cleaned_data["title"])
            return redirect("deletions:bin")
    context = {
        "project": project,
        "form": form,
        "count": sum(count for _, _, count in project_counts(project.pk)),
        "samples": project.samples.count(),
        "days": settings.BIN_DAYS,
        "former": former_deletions(project),
    }
    return render(request, "deletions/delete.html", context, status=status_of(form))


@login_required
@require_GET
def deleted_projects(request: SignedInRequest) -> HttpResponse:
    """The bin: the person's deleted projects, until when each can be restored."""
    context = {"deletions": bin_of(request.user), "days": settings.BIN_DAYS}
    return render(request, "deletions/bin.html", context)


@login_required
@require_POST
@back_to("deletions:bin")
def restore(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = restore_project(project_id=project_id, user=request.user)
    messages.success(request, f"{project.title} is back, as it was. What ran in it can be started again.")
    return redirect("gallery:bench", project.pk)
