"""Quality checks: the list, starting one, looking, and what came of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.checks.actions import answer_look, correct_labels, discard_check, finish_check, start_check
from annotations.checks.errors import errors_of
from annotations.checks.figures import figures_of
from annotations.checks.forms import AgainForm, CheckForm, EarlierForm, LookForm
from annotations.checks.models import QualityCheck
from annotations.checks.queries import (
    changed_since,
    check_in,
    latest_look,
    listed_checks,
    looked_at_by,
    named_wrong,
    next_looks,
    open_to,
)
from annotations.checks.wording import summary, target_in_words, unbroken
from annotations.common.forms import RefusedIn, cleaned, posted, status_of
from annotations.common.refusals import back_to
from annotations.gallery.views.bench import ground_of
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.search.filter import Filter

AHEAD = 3  # pictures that the browser has before they are looked at


@login_required
@require_GET
def listing(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The checks of the project, the latest first. Of those that aren't finished only how far they are."""
    project = open_project(request.user, project_id)
    checks, earlier = listed_checks(project, cleaned(EarlierForm(request.GET))["before"])
    entries = [
        {
            "check": check,
            "looks": looks,
            "is_mine": check.user_id == request.user.pk,
            "summary": summary(check, figures_of(check)) if check.finished else None,
            "target": unbroken(target_in_words(check)),
        }
        for check, looks in checks
    ]
    return render(
        request,
        "checks/list.html",
        {"project": project, "tab": "checks", "entries": entries, "earlier": earlier},
    )


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Starts a check of what the filter in the address lets through, as far as it has labels."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    criteria = Filter.parse(request.GET, request.user)
    form = CheckForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            check = start_check(
                project=project,
                user=request.user,
                criteria=criteria,
                **form.as_action(),
            )
            return redirect("checks:look", project_id, check.pk)
    context = {"project": project, "tab": "checks", "form": form, "criteria": criteria}
    return render(request, "checks/new.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def look(request: SignedInRequest, project_id: int, check_id: int) -> HttpResponse:
    """One object after the other, and what the looks say so far. Of a finished check, its figures."""
    project = open_project(request.user, project_id)
    check = check_in(project, check_id)
    if check.finished:
        return redirect("checks:figures", project_id, check_id)
    looked_at_by(check, request.user)
    open_project(request.user, project_id, Role.ANNOTATOR)
    form = LookForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            answer_look(check=check, user=request.user, **form.cleaned_data)
    template = "checks/look.html#look" if request.headers.get("HX-Request") else "checks/look.html"
    return render(request, template, _looking(request, project, check, form))


def _looking(request: SignedInRequest, project: Project, check: QualityCheck, form: LookForm) -> dict:
    again = cleaned(AgainForm(request.GET))["again"] and not check.is_blind and request.method == "GET"
    earlier = latest_look(check)
    looks = [earlier] if again and earlier else next_looks(check, AHEAD)
    return {
        "project": project,
        "tab": "checks",
        "check": check,
        "form": form,
        "current": next(iter(looks), None),
        "ahead": looks[1:],
        "may_go_back": not again and not check.is_blind and earlier is not None,
        "target": unbroken(target_in_words(check)),
        "summary": summary(check, figures_of(check)) if check.objects_in_set is not None else None,
        **ground_of(request.user, project.pk),
    }


@login_required
@require_POST
@back_to("checks:look", "project_id", "check_id")
def finish(request: SignedInRequest, project_id: int, check_id: int) -> HttpResponse:
    """Stops looking: the figures are stored, and open to all members."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    finish_check(check=check_in(project, check_id), user=request.user)
    return redirect("checks:figures", project_id, check_id)


@login_required
@require_POST
@back_to("checks:look", "project_id", "check_id")
def discard(request: SignedInRequest, project_id: int, check_id: int) -> HttpResponse:
    """Removes a check that isn't finished."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    discard_check(check=check_in(project, check_id), user=request.user)
    messages.success(request, "The check is discarded, with its looks.")
    return redirect("checks:list", project_id)


@login_required
@require_GET
def figures(request: SignedInRequest, project_id: int, check_id: int) -> HttpResponse:
    """How good the set is, and where the errors are."""
    project = open_project(request.user, project_id)
    check = open_to(check_in(project, check_id), request.user)
    if not check.finished:
        return redirect("checks:look", project_id, check_id)
    context = {
        "project": project,
        "tab": "checks",
        "check": check,
        "summary": summary(check, figures_of(check)),
        "target": unbroken(target_in_words(check)),
        "errors": errors_of(check),
        "correction": named_wrong(check),
        "changed": changed_since(check),
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
    }
    return render(request, "checks/figures.html", context)


@login_required
@require_POST
@back_to("checks:figures", "project_id", "check_id")
def correct(request: SignedInRequest, project_id: int, check_id: int) -> HttpResponse:
    """Gives what was judged wrong the taxa that were named, as one action."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    outcome = correct_labels(check=check_in(project, check_id), user=request.user)
    left_out = len(outcome.conflicts) + len(outcome.gone)
    stay = f" {left_out:,} stay: they changed since they were drawn, or have left." if left_out else ""
    are = "object has" if outcome.changed == 1 else "objects have"
    messages.success(
        request,
        f"{outcome.changed:,} {are} the taxon that was named.{stay} One action, which Actions takes back.",
    )
    return redirect("checks:figures", project_id, check_id)
