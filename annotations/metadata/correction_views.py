from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.keyset import page_back
from annotations.common.refusals import back_to
from annotations.jobs.models import UNFINISHED
from annotations.metadata.forms import (
    SampleBackForm,
    SamplePageForm,
)
from annotations.metadata.levels import level_of
from annotations.metadata.matching import previewed
from annotations.metadata.models import Correction
from annotations.metadata.queries import (
    A_PAGE,
    corrections_of,
    values_of,
)
from annotations.metadata.running import carry_out, job_of, take_back
from annotations.metadata.wording import sentence_of, value_lines
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role


@login_required
@require_GET
def corrections(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The last changes, each of which can be undone as one."""
    project = open_project(request.user, project_id, Role.MANAGER)
    cursor = cleaned(SamplePageForm(request.GET))["cursor"]
    page, following = page_back(corrections_of(project), "latest", cursor, A_PAGE)
    lines = [{"correction": one, "what": sentence_of(one)} for one in page]
    context = {"project": project, "lines": lines, "next": following, "unfinished": UNFINISHED}
    return render(request, "metadata/corrections.html", context)


@login_required
@require_GET
def correction(request: SignedInRequest, project_id: int, correction_id: int) -> HttpResponse:
    """What a correction changes, before it is applied, or has changed."""
    project = open_project(request.user, project_id, Role.MANAGER)
    one = _open(project, request.user, correction_id)
    is_previewed = one.filter is not None and not one.applied
    changes = previewed(one) if is_previewed else values_of(one)
    context = {
        "project": project,
        "correction": one,
        "level": level_of(one.level),
        "job": job_of(one),
        "what": sentence_of(one),
        "lines": value_lines(one.level, changes),
    }
    return render(request, "metadata/correction.html", context)


@login_required
@require_POST
@back_to("metadata:correction", "project_id", "correction_id")
def apply(request: SignedInRequest, project_id: int, correction_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    one = carry_out(correction=_open(project, request.user, correction_id), user=request.user)
    if one.job:
        return redirect("jobs:detail", one.job.pk)
    messages.success(request, f"Done: {sentence_of(one)}.")
    return redirect("metadata:correction", project.pk, one.pk)


@login_required
@require_POST
@back_to("metadata:corrections", "project_id")
def undo(request: SignedInRequest, project_id: int, correction_id: int) -> HttpResponse:
    project = open_project(request.user, project_id, Role.MANAGER)
    back, stay = take_back(correction=_open(project, request.user, correction_id), user=request.user)
    if back.job:
        return redirect("jobs:detail", back.job.pk)
    stays = f" {stay:,} stay: they were changed since." if stay else ""
    messages.success(request, f"Undone: {sentence_of(back)}.{stays}")
    query = cleaned(SampleBackForm(request.POST))["query"]
    level = level_of(back.level)
    is_sample = level.key == "sample"
    target = (
        redirect("metadata:samples", project.pk)
        if is_sample
        else redirect("metadata:rows", project.pk, level.path)
    )
    target["Location"] += f"?{query}" if query else ""
    return target


def _open(project: Project, user: User, correction_id: int) -> Correction:
    """Raises Http404 for one that is not there, or somebody else's preview."""
    one = (
        Correction.objects.select_related("user", "undone_by", "undoes", "job", "project")
        .filter(project=project, pk=correction_id)
        .first()
    )
    if one is None or (one.applied is None and one.user != user):
        raise Http404("There is no such correction in this project, or its preview is somebody else's.")
    return one
