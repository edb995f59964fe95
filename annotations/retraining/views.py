from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.keyset import page_back
from annotations.common.refusals import back_to
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.retraining.actions import set_plan, start_retraining
from annotations.retraining.forms import PlanForm, RetrainingPageForm
from annotations.retraining.queries import retraining_status, retrainings_of

A_PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def retraining(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What became of retrainings, and when the next is due; administrators set that."""
    project = open_project(request.user, project_id, Role.MANAGER)
    status = retraining_status(project)
    plan = status.plan
    at_first = {"every": plan.every, "hour": plan.hour} if plan else None
    form = PlanForm(posted(request), initial=at_first)
    if form.is_valid():
        with RefusedIn(form):
            set_plan(user=request.user, project=project, **form.plan())
            messages.success(request, "The plan is set." if any_of(form) else "It is never by itself now.")
            return redirect("retraining:list", project.pk)
    cursor = cleaned(RetrainingPageForm(request.GET))["cursor"]
    page, following = page_back(retrainings_of(project), "latest", cursor, A_PAGE)
    context = {"project": project, "status": status, "form": form, "retrainings": page, "next": following}
    return render(request, "retraining/list.html", context, status=status_of(form))


def any_of(form: PlanForm) -> bool:
    return any(value is not None for value in form.plan().values())


@login_required
@require_POST
@back_to("retraining:list", "project_id")
def start(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Train the project's own model anew, now."""
    project = open_project(request.user, project_id, Role.MANAGER)
    begun = start_retraining(user=request.user, project=project)
    assert begun.model is not None and begun.model.job is not None
    return redirect("jobs:detail", begun.model.job.pk)
