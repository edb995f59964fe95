from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.common.refusals import back_to
from annotations.jobs.uploads import keep_upload
from annotations.marks import queries
from annotations.marks.actions import adopt_starter_set, change_label, make_label
from annotations.marks.forms import FileForm, LabelForm
from annotations.marks.imports import start_marks_import
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role


@login_required
@require_http_methods(["GET", "POST"])
def labels(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What may be marked in the project, and files of its marks; a manager adds a label."""
    project = open_project(
        request.user, project_id, Role.MANAGER if request.method == "POST" else Role.VIEWER
    )
    form = LabelForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            label = make_label(project=project, position=project.mark_labels.count(), **form.cleaned_data)
            messages.success(request, f"{label.name} can be marked now.")
            return redirect("marks:labels", project_id)
    context = _labels_context(project, form=form)
    return render(request, "marks/labels.html", context, status=status_of(form))


def _labels_context(project: Project, **forms: object) -> dict:
    """What the page shows. Whatever form is not in `forms` is blank."""
    return {
        "project": project,
        "tab": "settings",
        "labels": queries.labels_of(project).annotate(drawn=Count("marks", filter=Q(marks__removed=None))),
        "form": LabelForm(),
        "file_form": FileForm(),
        "starters": queries.starters_left(project),
        "is_manager": project.role == Role.MANAGER,
        **forms,
    }


@login_required
@require_POST
def import_file(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Brings in a file of marks, as a job."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "marks/labels.html", _labels_context(project, file_form=form), status=400)
    upload = form.cleaned_data["file"]
    job = start_marks_import(
        project=project,
        user=request.user,
        path=keep_upload(upload, "marks"),
        name=upload.name or "marks",
        dry_run=form.cleaned_data["dry_run"],
    )
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
def adopt(request: SignedInRequest, project_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    added = adopt_starter_set(project=project)
    messages.success(request, f"{len(added)} labels added." if added else "The project has them all already.")
    return redirect("marks:labels", project_id)


@login_required
@require_POST
@back_to("marks:labels", "project_id")
def label(request: SignedInRequest, project_id: int, label_id: int) -> HttpResponse:
    """Puts a label away, or takes it up again. Its marks stay."""
    project = open_project(request.user, project_id, Role.MANAGER)
    mark_label = get_object_or_404(queries.labels_of(project), pk=label_id)
    change_label(label=mark_label, is_active=not mark_label.is_active)
    return redirect("marks:labels", project_id)
