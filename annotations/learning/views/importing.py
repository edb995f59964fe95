"""The page that brings in a model or a backbone that was exported elsewhere."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.jobs.models import Job
from annotations.jobs.uploads import keep_upload
from annotations.learning.forms import ImportForm
from annotations.projects.access import projects_managed_by


def import_page(
    request: SignedInRequest, noun: str, form_class: type[ImportForm], start: Callable[..., Job]
) -> HttpResponse:
    """For projects of one's own. `noun` is what it is called; `start` takes user, projects, path and name."""
    if not projects_managed_by(request.user).exists():
        raise PermissionDenied(f"Only managers import {noun}s: ask a manager of your project.")
    form = form_class(posted(request), request.FILES or None, user=request.user)
    if form.is_valid():
        with RefusedIn(form):
            upload, projects = form.cleaned_data["folder"], list(form.cleaned_data["project"])
            path = keep_upload(upload, "zip")
            job = start(user=request.user, projects=projects, path=path, name=upload.name)
            return redirect("jobs:detail", job.pk)
    return render(request, "learning/import.html", {"form": form, "noun": noun}, status=status_of(form))
