from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.jobs.uploads import keep_upload
from annotations.marks import queries
from annotations.marks.actions import adopt_starter_set, change_label, make_label
from annotations.marks.forms import LabelForm
from annotations.marks.imports import refuse_large, start_marks_import
from annotations.projects.access import open_project
from annotations.projects.models import Role


@login_required
@require_http_methods(["GET", "POST"])
def labels(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What may be marked in the project, and files of its marks; a manager adds a label."""
    project = open_project(
        request.user, project_id, Role.MANAGER if request.method == "POST" else Role.VIEWER
    )
    form = LabelForm(request.POST or None)
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise ValidationError(
                    [f"{name}: {error}" for name, found in form.errors.items() for error in found]
                )
            position = project.mark_labels.count()
            made = make_label(project=project, position=position, **form.cleaned_data)
            messages.success(request, f"{made.name} can be marked now.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("marks:labels", project_id)
    counted = queries.labels_of(project).annotate(drawn=Count("marks", filter=Q(marks__removed=None)))
    context = {
        "project": project,
        "tab": "settings",
        "labels": counted,
        "form": form,
        "starters": queries.starters_left(project),
        "is_manager": project.role == Role.MANAGER,
    }
    return render(request, "marks/labels.html", context)


@login_required
@require_POST
def import_file(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Brings in a file of marks, as a job."""
    project = open_project(request.user, project_id, Role.MANAGER)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise ValidationError("Choose the file of marks first.")
        refuse_large(upload)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("marks:labels", project_id)
    job = start_marks_import(
        project=project,
        user=request.user,
        path=keep_upload(upload, "marks"),
        name=upload.name or "marks",
        dry_run="dry_run" in request.POST,
    )
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
def adopt(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    made = adopt_starter_set(project=project)
    messages.success(request, f"{len(made)} labels added." if made else "The project has them all already.")
    return redirect("marks:labels", project_id)


@login_required
@require_POST
def label(request: SignedInRequest, project_id: int, label_id: int) -> HttpResponse:
    """Puts a label away, or takes it up again. Its marks stay."""
    project = open_project(request.user, project_id, Role.MANAGER)
    found = get_object_or_404(queries.labels_of(project), pk=label_id)
    try:
        change_label(label=found, is_active=not found.is_active)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("marks:labels", project_id)
