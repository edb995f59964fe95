"""The page of an update from a package: what would change, or has changed; applying it, taking it back."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.imports.rerunning import GONE, apply_checked
from annotations.jobs.artefacts import upload_of
from annotations.jobs.models import UNFINISHED
from annotations.metadata.forms import ApplyUpdateForm, ChangedColumnForm
from annotations.metadata.models import UpdateOutcome
from annotations.metadata.packages.interrupted import is_broken_off
from annotations.metadata.packages.labels.queries import label_groups, label_page
from annotations.metadata.packages.queries import (
    changed_columns,
    column_page,
    open_column,
    open_package_update,
)
from annotations.metadata.packages.undoing import stands, start_undo, undo_job_of
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_GET
def package_update(request: SignedInRequest, project_id: int, update_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    update = open_package_update(project, request.user, update_id)
    choice = cleaned(ChangedColumnForm(request.GET))
    columns = changed_columns(update)
    context = {
        "project": project,
        "update": update,
        "columns": columns,
        "can_be_applied": not update.applied and update.job is not None and upload_of(update.job) is not None,
        "is_under_way": update.job is not None and update.job.state in UNFINISHED,
        "is_broken_off": is_broken_off(update),
        "undoing": undo_job_of(update) if update.applied else None,
        "stands": stands(update),
        "groups": label_groups(update),
        "later": update.labels.get(UpdateOutcome.LATER, 0),
    }
    if choice["column"]:
        chosen = context["chosen"] = open_column(columns, choice["level"], choice["column"])
        context["lines"], context["next"] = column_page(update, chosen.level, chosen.key, choice["cursor"])
    if choice["labels"]:
        context["outcome"] = UpdateOutcome(choice["labels"])
        context["labels"], context["next"] = label_page(update, choice["labels"], choice["cursor"])
    return render(request, "metadata/package_update.html", context)


@login_required
@require_POST
@back_to("metadata:package_update", "project_id", "update_id")
def apply_package_update(request: SignedInRequest, project_id: int, update_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    update = open_package_update(project, request.user, update_id)
    if update.applied:
        raise ValidationError("This update was applied already.")
    if update.job is None:
        raise ValidationError(GONE)
    file_wins = cleaned(ApplyUpdateForm(request.POST))["file_wins"]
    job = apply_checked(job=update.job, user=request.user, update=update.pk, file_wins=file_wins)
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
@back_to("metadata:package_update", "project_id", "update_id")
def undo_package_update(request: SignedInRequest, project_id: int, update_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    job = start_undo(update=open_package_update(project, request.user, update_id), user=request.user)
    return redirect("jobs:detail", job.pk)
