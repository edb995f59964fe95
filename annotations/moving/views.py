from urllib.parse import parse_qsl

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.keyset import page_back
from annotations.moving.actions import is_merge, start_move
from annotations.moving.forms import COPY, MovesForm, NumberForm, TargetForm, with_usual_target
from annotations.moving.planning import TransferPlan, plan_transfer
from annotations.moving.queries import moves_of, with_titles_for
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.search.filter import Filter
from annotations.search.selecting import count_matching

A_PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def move(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Managers choose where the objects of the filter go, see what that would do, and type how many they are."""
    project = open_project(request.user, project_id, Role.MANAGER)
    criteria = Filter.parse(request.GET, request.user)
    is_sent = request.method == "POST"
    usual = None if is_sent else with_usual_target(request.GET, request.user, project)
    if usual:
        return redirect(f"{request.path}?{usual.urlencode()}")
    form = TargetForm.opened(request.GET, is_sent=is_sent, user=request.user, source=project)
    if not (form.is_bound and form.is_valid()):
        return _page(request, project, criteria, form)
    transfer = form.transfer()
    number = NumberForm(posted(request), is_merge=is_merge(transfer, criteria))
    if number.is_valid():
        with RefusedIn(number):
            job = start_move(transfer=transfer, criteria=criteria, **number.cleaned_data)
            return redirect("jobs:detail", job.pk)
    plan = plan_transfer(transfer, criteria)
    number.initial["expected"] = (
        1 if plan.objects == 1 else None
    )  # of a single one nobody mistakes the number
    return _page(request, project, criteria, form, number, plan)


def _page(
    request: SignedInRequest,
    project: Project,
    criteria: Filter,
    form: TargetForm,
    number: NumberForm | None = None,
    plan: TransferPlan | None = None,
) -> HttpResponse:
    is_copy = form.is_bound and form.data.get("act") == COPY
    context = {
        "project": project,
        "criteria": criteria,
        "criteria_fields": parse_qsl(criteria.as_query()),
        "form": form,
        "number": number,
        "plan": plan,
        "count": plan.objects if plan else count_matching(project, criteria),
        "target": form.cleaned_data.get("target") if plan else None,
        "is_copy": is_copy,
        "is_merge": not is_copy and not criteria.as_dict(),
    }
    return render(request, "moving/move.html", context, status=status_of(number or form))


@login_required
@require_GET
def moves(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What was moved and copied out of the project and into it, the last first."""
    project = open_project(request.user, project_id, Role.MANAGER)
    cursor = cleaned(MovesForm(request.GET))["cursor"]
    page, following = page_back(moves_of(project), "latest", cursor, A_PAGE)
    context = {"project": project, "moves": with_titles_for(request.user, page), "next": following}
    return render(request, "moving/moves.html", context)
