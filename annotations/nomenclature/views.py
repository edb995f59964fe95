from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.nomenclature.actions import create_name, map_name, refuse_name
from annotations.nomenclature.merging import merge_taxa, undo_merge
from annotations.nomenclature.models import Merge, NameState
from annotations.nomenclature.queries import names_of_project, open_name, suggestions
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.taxonomy.editing import require_administrator
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import taxon_called

MOST_MERGES = 200


@login_required
@require_GET
def names(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The names that packages brought and the site did not know, with what each may mean."""
    project = open_project(request.user, project_id, Role.MANAGER)
    found = list(names_of_project(project))
    waiting = [name for name in found if name.state == NameState.WAITING]
    context = {
        "project": project,
        "tab": "taxa",
        "waiting": [{"name": name, "suggestions": suggestions(name)} for name in waiting],
        "settled": [name for name in found if name.state != NameState.WAITING],
    }
    return render(request, "nomenclature/names.html", context)


@login_required
@require_POST
def settle(request: SignedInRequest, project_id: int, name_id: int) -> HttpResponse:
    """Maps a name to a taxon, creates it, or refuses it."""
    project = open_project(request.user, project_id, Role.MANAGER)
    unknown = open_name(project, name_id)
    given = request.POST
    try:
        if given.get("act") == "refuse":
            refuse_name(unknown=unknown, user=request.user)
            messages.success(request, f"{unknown} is refused: its objects stay unclassified.")
        elif given.get("act") == "create":
            parent = taxon_called(given["taxon"]) if given.get("taxon") else None
            job = create_name(unknown=unknown, parent=parent, user=request.user)
            messages.success(request, f"{unknown} is made; job {job.pk} labels its objects.")
        else:
            job = map_name(unknown=unknown, taxon=taxon_called(given.get("taxon", "")), user=request.user)
            messages.success(request, f"{unknown} is {unknown.taxon}; job {job.pk} labels its objects.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("nomenclature:names", project_id)


# --- Merging, for administrators --------------------------------------------------------------------------------------


@login_required
@require_GET
def merges(request: SignedInRequest) -> HttpResponse:
    """What was merged into what, the latest first."""
    require_administrator(request.user)
    found = Merge.objects.select_related("taxon", "into", "user").annotate(changed=Sum("batches__changed"))
    return render(request, "nomenclature/merges.html", {"merges": found[:MOST_MERGES]})


@login_required
@require_POST
def merge(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    require_administrator(request.user)
    found = get_object_or_404(Taxon, pk=taxon_id)
    try:
        job = merge_taxa(taxon=found, into=taxon_called(request.POST.get("into", "")), user=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("taxonomy:taxon", taxon_id)
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
def undo(request: SignedInRequest, merge_id: int) -> HttpResponse:
    require_administrator(request.user)
    try:
        job = undo_merge(merge=get_object_or_404(Merge, pk=merge_id), user=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("nomenclature:merges")
    return redirect("jobs:detail", job.pk)
