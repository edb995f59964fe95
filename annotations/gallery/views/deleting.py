from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.gallery.jobs import count_matching, start_deletion
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.filter import Filter


class DeletionForm(forms.Form):
    """Who deletes types how many objects that are: nobody does it by a slip."""

    expected = forms.IntegerField(label="Type their number", min_value=1, widget=forms.TextInput)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Managers delete what the filter in the URL matches, once they have typed how many that are."""
    project = open_project(request.user, project_id, Role.MANAGER)
    criteria = Filter.parse(request.GET, request.user)
    form = DeletionForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            number = form.cleaned_data["expected"]
            job = start_deletion(project=project, user=request.user, criteria=criteria, expected=number)
            return redirect("jobs:detail", job.pk)
    count = count_matching(project, criteria)
    context = {"project": project, "form": form, "count": count, "criteria": criteria}
    return render(request, "gallery/delete.html", context, status=status_of(form))
