"""The bin of a project: which objects and samples were deleted, until when each can be restored."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.keyset import page_back
from annotations.common.refusals import back_to
from annotations.deletions.forms import BinPageForm, ObjectCountForm
from annotations.deletions.object_actions import start_purge, start_restoring
from annotations.deletions.queries import (
    corrected_beside,
    first_pictures,
    left_in,
    object_deletions,
    one_of_each_scan,
    open_object_deletion,
)
from annotations.projects.access import open_project
from annotations.projects.models import Role

A_PAGE = 30


@login_required
@require_GET
def deleted_objects(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Managers see all that was deleted, others what they deleted themselves."""
    project = open_project(request.user, project_id)
    form = cleaned(BinPageForm(request.GET))
    rows, corrected = object_deletions(request.user, project), None
    if form["beside"]:
        corrected = open_object_deletion(request.user, project, form["beside"])
    listed = corrected_beside(rows, corrected) if corrected else one_of_each_scan(rows)
    deletions, following = page_back(listed, "latest", form["cursor"], A_PAGE)
    left, pictures = left_in(deletions), first_pictures(deletions)
    entries = [{"deletion": one, "left": left[one.pk], "pictures": pictures[one.pk]} for one in deletions]
    context = {
        "project": project,
        "entries": entries,
        "corrected": corrected,
        "next": following,
        "days": settings.BIN_DAYS,
        "is_manager": project.role == Role.MANAGER,
    }
    return render(request, "deletions/objects.html", context)


@login_required
@require_POST
@back_to("deletions:objects", "project_id")
def restore(request: SignedInRequest, project_id: int, deletion_id: int) -> HttpResponse:
    project = open_project(request.user, project_id)
    job = start_restoring(project=project, user=request.user, deletion_id=deletion_id)
    return redirect("jobs:detail", job.pk)


@login_required
@require_http_methods(["GET", "POST"])
def purge(request: SignedInRequest, project_id: int, deletion_id: int) -> HttpResponse:
    """Managers delete for good what a deletion put into the bin, once they have typed how many objects that are."""
    project = open_project(request.user, project_id, Role.MANAGER)
    deletion = open_object_deletion(request.user, project, deletion_id)
    form = ObjectCountForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            number = form.cleaned_data["expected"]
            job = start_purge(project=project, user=request.user, deletion_id=deletion.pk, expected=number)
            return redirect("jobs:detail", job.pk)
    count = left_in([deletion])[deletion.pk]
    context = {"project": project, "deletion": deletion, "form": form, "count": count}
    return render(request, "deletions/purge.html", context, status=status_of(form))
