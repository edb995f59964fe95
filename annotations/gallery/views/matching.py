"""Pages on which something is done to all objects that match the filter in the address, once it is said how many."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.search.filter import Filter


@dataclass(frozen=True)
class MatchingPage:
    """Who may, the form whose `expected` is the number, what is done with it, and what the page says of the objects."""

    template: str
    least: Role
    form: type[forms.Form]
    act: Callable[[SignedInRequest, Project, Filter, int], HttpResponse]
    describe: Callable[[Project, Filter], dict]

    def answer(self, request: SignedInRequest, project_id: int) -> HttpResponse:
        project = open_project(request.user, project_id, self.least)
        criteria = Filter.parse(request.GET, request.user)
        form = self.form(posted(request))
        if form.is_valid():
            with RefusedIn(form):
                return self.act(request, project, criteria, form.cleaned_data["expected"])
        context = {"project": project, "form": form, "criteria": criteria, **self.describe(project, criteria)}
        return render(request, self.template, context, status=status_of(form))
