from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.gallery.queries import settled_counts
from annotations.learning.resetting import reset_objects
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.filter import Filter


class ResetForm(forms.Form):
    """How many objects the page said: of others than these nothing is reset."""

    expected = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


@login_required
@require_http_methods(["GET", "POST"])
def reset(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Experts set what the filter in the URL matches, as far as people have settled it, back to predicted."""
    project = open_project(request.user, project_id, Role.EXPERT)
    criteria = Filter.parse(request.GET, request.user)
    form = ResetForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            where, expected = criteria.where(project.pk), form.cleaned_data["expected"]
            outcome = reset_objects(project=project, user=request.user, where=where, expected=expected)
            are = "object is" if outcome.changed == 1 else "objects are"
            messages.success(request, f"{outcome.changed:,} {are} predicted again. Ctrl+Z takes that back.")
            return redirect(f"{reverse('gallery:bench', args=[project.pk])}?{criteria.as_query()}")
    validated, dubious = settled_counts(project, criteria)
    context = {
        "project": project,
        "form": form,
        "criteria": criteria,
        "validated": validated,
        "dubious": dubious,
        "count": validated + dubious,
    }
    return render(request, "gallery/reset.html", context, status=status_of(form))
