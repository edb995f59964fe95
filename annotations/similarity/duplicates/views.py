"""Near-duplicates of a project, side by side, contradictory labels first."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned, posted, status_of
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.similarity.duplicates.actions import keep_group, label_group, undo_group
from annotations.similarity.duplicates.forms import (
    DuplicateSearchForm,
    GroupsPageForm,
    KeptForm,
    OthersForm,
    PlaceForm,
    SameLabelForm,
)
from annotations.similarity.duplicates.queries import groups_of, ids_of, last_search, open_group
from annotations.similarity.duplicates.searching import start_search
from annotations.similarity.queries import own_space
from annotations.taxonomy.ranks import italic_among


@login_required
@require_http_methods(["GET", "POST"])
def duplicates(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The groups that the last search found; POST starts another search."""
    least = Role.ANNOTATOR if request.method == "POST" else Role.VIEWER
    project = open_project(request.user, project_id, least)
    form = DuplicateSearchForm(posted(request))
    if request.method == "POST" and form.is_valid():
        job = start_search(project=project, user=request.user, **form.cleaned_data)
        return redirect("jobs:detail", job.pk)
    query = cleaned(GroupsPageForm(request.GET))
    groups, following = groups_of(project, is_kept=query["is_kept"], after=query["after"] or 0)
    context = {
        "project": project,
        "tab": "duplicates",
        "form": form,
        "search": last_search(project),
        "space": own_space(project),
        "groups": groups,
        "following": following,
        "after": query["after"],
        "italic": italic_among({taxon["id"] for each in groups for taxon in each.taxa}),
        "is_kept": query["is_kept"],
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
        "may_undo_all": project.role.rank >= Role.EXPERT.rank,
        "may_delete": project.role.rank >= Role.MANAGER.rank,
    }
    return render(request, "similarity/duplicates.html", context, status=status_of(form))


@login_required
@require_POST
def keep(request: SignedInRequest, project_id: int, group_id: int) -> HttpResponse:
    """Says that these are no duplicates, or takes that back."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    group = open_group(project, group_id)
    query = cleaned(KeptForm(request.POST))
    keep_group(group=group, user=request.user, is_kept=query["is_kept"])
    if query["is_kept"]:
        messages.success(request, "Marked as not duplicates: later searches leave them out.")
    else:
        messages.success(request, "They are offered again.")
    return _back(project.pk, query, is_kept=not query["is_kept"])


@login_required
@require_POST
def same_label(request: SignedInRequest, project_id: int, group_id: int) -> HttpResponse:
    """Validates all of the group as one taxon; it can be taken back like any other action."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    group = open_group(project, group_id)
    query = cleaned(SameLabelForm(request.POST))
    outcome = label_group(
        project=project, user=request.user, group=group, targets=query["seen"], taxon=query["taxon"]
    )
    words = f"{outcome.changed:,} object{'' if outcome.changed == 1 else 's'} validated as {query['taxon']}."
    if conflicts := len(outcome.conflicts) + len(outcome.gone):
        words += f" {conflicts:,} had been changed by somebody else meanwhile, and stay as they are."
    messages.success(request, words)
    return _back(project.pk, query | {"to": group.pk})


@login_required
@require_POST
def undo_label(request: SignedInRequest, project_id: int, group_id: int) -> HttpResponse:
    """Takes back what gave all of the group one taxon."""
    project = open_project(request.user, project_id, Role.ANNOTATOR)
    group = open_group(project, group_id)
    query = cleaned(PlaceForm(request.POST))
    outcome = undo_group(project=project, user=request.user, group=group, role=project.role)
    messages.success(request, f"{outcome.changed:,} object{'' if outcome.changed == 1 else 's'} put back.")
    return _back(project.pk, query | {"to": group.pk})


@login_required
@require_POST
def others(request: SignedInRequest, project_id: int, group_id: int) -> HttpResponse:
    """Leads a manager to the page that deletes all but one of the group: it asks before anything goes to the bin."""
    project = open_project(request.user, project_id, Role.MANAGER)
    stays = cleaned(OthersForm(request.POST))["keep"]
    ids = [pk for pk in ids_of(open_group(project, group_id)) if pk != stays]
    return redirect(f"{reverse('gallery:delete', args=[project.pk])}?{urlencode({'id': ids}, doseq=True)}")


def _back(project_id: int, place: dict, *, is_kept: bool = False) -> HttpResponse:
    """To the same page of the list, at the group that was dealt with, or at the one that comes next."""
    query = urlencode(
        {name: value for name, value in (("after", place["after"]), ("is_kept", is_kept)) if value}
    )
    answer = redirect("similarity:duplicates", project_id)
    answer["Location"] += (f"?{query}" if query else "") + (f"#group-{place['to']}" if place["to"] else "")
    return answer
