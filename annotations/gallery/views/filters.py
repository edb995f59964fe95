"""The filter on the page: its chips, and the form with every condition."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.common.addresses import without
from annotations.gallery.params import chosen_elsewhere, without_filter
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.search.describing import in_words
from annotations.search.filter import Filter
from annotations.search.form import filter_form


def chips(request: SignedInRequest, project: Project, criteria: Filter) -> list[dict]:
    """The active filters in words, each with the URL without it; states have buttons of their own on the bench."""
    words = [(name, text) for name, text in in_words(project, criteria) if name != "state"]
    return [{"text": text, "url": without(request, name)} for name, text in words]


@login_required
@require_GET
def filters(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The form with every condition, filled with those of the query string."""
    project = open_project(request.user, project_id)
    criteria = Filter.parse(request.GET, request.user)
    form = filter_form(criteria, project, request.user)
    context = {
        "project": project,
        "form": form,
        "elsewhere": chosen_elsewhere(request.GET),
        "clear_url": without_filter(request.GET) if criteria != Filter() else "",
    }
    return render(request, "search/form.html", context)
