from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.gallery.queries import resettable_counts
from annotations.gallery.views.matching import MatchingPage
from annotations.learning.resetting import reset_objects
from annotations.projects.models import Project, Role
from annotations.samples.models import State
from annotations.search.filter import Filter


class ResetForm(forms.Form):
    """How many objects the page said: of others than these nothing is reset."""

    expected = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


@login_required
@require_http_methods(["GET", "POST"])
def reset(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Experts set what the filter in the URL matches, as far as people or rules have settled it, back to predicted."""
    return RESET.answer(request, project_id)


def _reset(request: SignedInRequest, project: Project, criteria: Filter, expected: int) -> HttpResponse:
    where = criteria.where(project.pk)
    outcome = reset_objects(project=project, user=request.user, where=where, expected=expected)
    are = "object is" if outcome.changed == 1 else "objects are"
    messages.success(request, f"{outcome.changed:,} {are} predicted again. Ctrl+Z takes that back.")
    return redirect(f"{reverse('gallery:bench', args=[project.pk])}?{criteria.as_query()}")


def _describe(project: Project, criteria: Filter) -> dict:
    counts = resettable_counts(project, criteria)
    return {
        "validated": counts[State.VALIDATED],
        "dubious": counts[State.DUBIOUS],
        "machine_validated": counts[State.MACHINE_VALIDATED],
        "count": sum(counts.values()),
    }


RESET = MatchingPage("gallery/reset.html", Role.EXPERT, ResetForm, _reset, _describe)
