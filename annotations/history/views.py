"""The last actions in a project: one's own, for experts anybody's; and taking them back."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.models import User
from annotations.accounts.requests import SignedInRequest
from annotations.common.addresses import following
from annotations.common.forms import PageQueryForm, cleaned, posted
from annotations.common.refusals import back_to
from annotations.history.actions import preview_roll_back, roll_back, take_back
from annotations.history.forms import ActionListForm, PeriodForm
from annotations.history.params import ANYBODY
from annotations.history.queries import (
    Action,
    ActionFilter,
    UndoPreview,
    action,
    actions,
    what_goes_back,
)
from annotations.history.wording import ActionLine, lines
from annotations.jobs.models import Job
from annotations.labels.models import Batch
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role


@login_required
@require_GET
def listing(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What was done last, a page at a time."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    form = ActionListForm(request.GET, project=project, user=request.user)
    period = cleaned(form)
    person, since, until = period["person"], period["since"], period["until"]
    criteria = ActionFilter(person.pk if person else None, since, until)
    page, cursor = actions(project_id, criteria, period["cursor"])
    context = {
        **_context(project),
        "form": form,
        "lines": lines(page, request.user, project.role),
        "person": person,
        "is_expert": project.role.rank >= Role.EXPERT.rank,
        "is_filtered": since or until,
        "next": following(request, cursor) if cursor else None,
    }
    return render(request, "history/list.html", context)


@login_required
@require_GET
def detail(request: SignedInRequest, project_id: int, batch_id: int) -> HttpResponse:
    """One action: what it was, and what taking it back would change."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    line = _open_action(request.user, project, batch_id)
    is_counted = not line.why_not and not line.action.is_undone
    context = {
        **_context(project),
        "line": line,
        "preview": what_goes_back(line.action) if is_counted else None,
    }
    return render(request, "history/action.html", context)


@login_required
@require_POST
@back_to("history:list", "project_id")
def reverse(request: SignedInRequest, project_id: int, batch_id: int) -> HttpResponse:
    """Takes an action back; of one that was taken back, gives it again."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    batch = Batch.objects.filter(pk=batch_id, project=project).first()
    if batch is None:
        raise Http404("There is no such action in this project.")
    outcome = take_back(batch=batch, user=request.user, role=project.role)
    if isinstance(outcome, Job):
        return redirect("jobs:detail", outcome.pk)
    verb = "put back" if batch.is_doing else "given again"
    messages.success(request, f"{outcome.changed:,} {verb}. {_stays(outcome.conflicts)}".strip())
    return _back(request, project)


def _stays(conflicts: list[dict]) -> str:
    """What was in the way, and whose it is."""
    by = Counter(conflict["annotator"] or "a model" for conflict in conflicts)
    return UndoPreview(stays=dict(by.most_common())).sentence_of_stays()


@login_required
@require_http_methods(["GET", "POST"])
def rolling_back(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What putting back all that a person did since a moment would change; then the job that does it."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    form = PeriodForm(posted(request) or request.GET, project=project, user=request.user)
    window: dict[str, Any] = cleaned(form)
    context = {**_context(project), "form": form, "person": window["person"]}
    if window["person"] is None or window["since"] is None:
        return render(request, "history/roll_back.html", context)
    asker: dict[str, Any] = {"project": project, "user": request.user, "role": project.role}
    if request.method == "GET":
        preview = preview_roll_back(**asker, **window)
        return render(request, "history/roll_back.html", {**context, **window, "preview": preview})
    return redirect("jobs:detail", roll_back(**asker, **window).pk)


def _context(project: Project) -> dict:
    return {"project": project, "tab": "actions", "anybody": ANYBODY}


def _open_action(user: User, project: Project, batch_id: int) -> ActionLine:
    """Raises Http404 for one that is not there, or somebody else's, where the asker is no expert."""
    opened: Action | None = action(project.pk, batch_id)
    is_seen = opened is not None and (opened.user == user.pk or project.role.rank >= Role.EXPERT.rank)
    if opened is None or not is_seen:
        raise Http404("There is no such action in this project, or it is somebody else's.")
    (line,) = lines([opened], user, project.role)
    return line


def _back(request: SignedInRequest, project: Project) -> HttpResponse:
    """To the page of the list that the button was on."""
    query = cleaned(PageQueryForm(request.POST))["query"]
    target = redirect("history:list", project.pk)
    target["Location"] += f"?{query}" if query else ""
    return target
