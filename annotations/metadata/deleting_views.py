"""Deleting whole samples from their table, with all their acquisitions and objects."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import RefusedIn, posted, status_of
from annotations.common.refusals import back_to
from annotations.deletions.forms import ObjectCountForm
from annotations.deletions.object_actions import names_in_words, start_sample_deletion
from annotations.deletions.queries import validators_of
from annotations.metadata.forms import SamplesForm
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.samples.models import Sample
from annotations.search.filter import Filter
from annotations.search.selecting import count_matching


@login_required
@require_http_methods(["GET", "POST"])
@back_to("metadata:samples", "project_id")
def delete_samples(request: SignedInRequest, project_id: int) -> HttpResponse:
    """Managers see what goes with the samples, and type how many objects that are. What the table sends comes here, to
    the address of the same page.
    """
    project = open_project(request.user, project_id, Role.MANAGER)
    ticked = SamplesForm(request.POST)
    if ticked.is_valid():
        return redirect(f"{reverse('metadata:delete_samples', args=[project.pk])}?{ticked.address()}")
    ids = SamplesForm(request.GET).ids(project)
    form = ObjectCountForm(posted(request))
    if form.is_valid():
        with RefusedIn(form):
            number = form.cleaned_data["expected"]
            job = start_sample_deletion(project=project, user=request.user, sample_ids=ids, expected=number)
            return redirect("jobs:detail", job.pk)
    context = {"project": project, "form": form, "days": settings.BIN_DAYS, **_describe(project, ids)}
    return render(request, "metadata/delete_samples.html", context, status=status_of(form))


def _describe(project: Project, ids: list[int]) -> dict:
    samples = Sample.objects.filter(project=project, pk__in=ids)
    numbers = tuple(sample.pk for sample in samples)
    criteria = Filter(sample=numbers)
    return {
        "samples": len(numbers),
        "words": names_in_words(samples),
        "criteria": criteria,
        "count": count_matching(project, criteria) if numbers else 0,
        "validators": validators_of(project, criteria) if numbers else [],
    }
