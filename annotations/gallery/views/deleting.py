from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.deletions.forms import ObjectCountForm
from annotations.deletions.object_actions import start_deletion
from annotations.deletions.queries import validators_of
from annotations.gallery.views.matching import MatchingPage
from annotations.projects.models import Project, Role
from annotations.search.filter import Filter
from annotations.search.selecting import count_matching


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Managers delete what the filter in the URL matches, once they have typed how many that are."""
    return DELETION.answer(request, project_id)


def _delete(request: SignedInRequest, project: Project, criteria: Filter, expected: int) -> HttpResponse:
    job = start_deletion(project=project, user=request.user, criteria=criteria, expected=expected)
    return redirect("jobs:detail", job.pk)


def _describe(project: Project, criteria: Filter) -> dict:
    return {
        "count": count_matching(project, criteria),
        "validators": validators_of(project, criteria),
        "days": settings.BIN_DAYS,
    }


DELETION = MatchingPage("gallery/delete.html", Role.MANAGER, ObjectCountForm, _delete, _describe)
