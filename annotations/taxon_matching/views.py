from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.taxon_matching.actions import create_name, map_name, refuse_name
from annotations.taxon_matching.forms import MergeForm, NamesForm, SettleForm
from annotations.taxon_matching.merging import half_undone, merge_taxa, undo_merge
from annotations.taxon_matching.models import Merge, NameState
from annotations.taxon_matching.queries import names_of_project, open_name, suggestions
from annotations.taxonomy.editing import require_administrator
from annotations.taxonomy.models import Taxon
from annotations.traits.models import Trait

MOST_MERGES = 200
MOST_WAITING = 25  # names on a page: the tree is looked through for each
MOST_SETTLED = 200


@login_required
@require_GET
def names(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The names that packages brought and the site did not know, with what each may mean."""
    project = open_project(request.user, project_id, Role.MANAGER)
    search = cleaned(NamesForm(request.GET))
    text = search["q"]
    pending = names_of_project(project)
    waiting = pending.filter(state=NameState.WAITING, name__icontains=text)
    count = waiting.count()
    listed = list(waiting[:MOST_WAITING])
    meant = suggestions(listed)
    context = {
        "project": project,
        "tab": "taxa",
        "q": text,
        "root": search["root"],  # the number of a name that nothing places: asked once more
        "waiting": [{"name": name, "suggestions": meant[name.pk]} for name in listed],
        "count": count,
        "more": count > MOST_WAITING,
        "settled": pending.exclude(state=NameState.WAITING)[:MOST_SETTLED],
    }
    return render(request, "taxon_matching/names.html", context)


@login_required
@require_POST
@back_to("taxon_matching:names", "project_id")
def settle(request: SignedInRequest, project_id: int, name_id: int) -> HttpResponse:
    """Maps a name to a taxon, creates it, or refuses it."""
    project = open_project(request.user, project_id, Role.MANAGER)
    pending = open_name(project, name_id)
    decision = cleaned(SettleForm(request.POST))
    match decision["act"]:
        case "refuse":
            traits = refuse_name(pending=pending, user=request.user)
            sentence = f"{pending} is refused: its objects stay unclassified.{_without(traits)}"
        case "create":
            job = create_name(
                pending=pending, parent=decision["taxon"], user=request.user, is_root=decision["root"]
            )
            sentence = f"{pending} is made; {_labels(job)}"
        case _:
            job = map_name(pending=pending, taxon=decision["taxon"], user=request.user)
            sentence = f"{pending} is {pending.taxon}; {_labels(job)}"
    messages.success(request, sentence)
    return redirect("taxon_matching:names", project_id)


def _labels(job: Job) -> str:
    traits = job.params["traits"]
    apply = f" {', '.join(traits)} {'applies' if len(traits) == 1 else 'apply'} to it." if traits else ""
    return f"job {job.pk} labels its objects.{apply}"


def _without(traits: list[Trait]) -> str:
    """What becomes of traits whose name was refused."""
    left = [f" {trait.name} applies to its other taxa only." for trait in traits if trait.applies_to]
    empty = [
        f" {trait.name} applies to no object: give it a taxon, or retire it."
        for trait in traits
        if not trait.applies_to
    ]
    return "".join(left + empty)


# --- Merging, for administrators --------------------------------------------------------------------------------------


@login_required
@require_GET
def merges(request: SignedInRequest) -> HttpResponse:
    """What was merged into what, the latest first."""
    require_administrator(request.user)
    merges = Merge.objects.select_related("taxon", "into", "user").annotate(changed=Sum("batches__changed"))
    context = {"merges": merges[:MOST_MERGES], "half_undone": half_undone()}
    return render(request, "taxon_matching/merges.html", context)


@login_required
@require_POST
@back_to("taxonomy:taxon", "taxon_id")
def merge(request: SignedInRequest, taxon_id: int) -> HttpResponse:
    require_administrator(request.user)
    taxon = get_object_or_404(Taxon, pk=taxon_id)
    job = merge_taxa(taxon=taxon, user=request.user, **cleaned(MergeForm(request.POST)))
    return redirect("jobs:detail", job.pk)


@login_required
@require_POST
@back_to("taxon_matching:merges")
def undo(request: SignedInRequest, merge_id: int) -> HttpResponse:
    require_administrator(request.user)
    job = undo_merge(merge=get_object_or_404(Merge, pk=merge_id), user=request.user)
    return redirect("jobs:detail", job.pk)
