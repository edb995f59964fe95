from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from annotations.accounts.requests import SignedInRequest
from annotations.common.forms import cleaned
from annotations.common.refusals import back_to
from annotations.projects.access import open_project
from annotations.projects.models import Project, Role
from annotations.taxon_matching.actions import Decision, map_proposed, settle_names, undo_settling
from annotations.taxon_matching.forms import MapProposedForm, MergeForm, NamesForm, SettleForm, SettleManyForm
from annotations.taxon_matching.merging import half_undone, merge_taxa, undo_merge
from annotations.taxon_matching.models import Merge, NameState, PendingName, Settling
from annotations.taxon_matching.proposals import clear_maps, proposals, taxon_name
from annotations.taxon_matching.queries import (
    described_names,
    names_left,
    names_of_project,
    open_name,
    open_settling,
    pictures_behind,
    waiting_names,
    waiting_page,
)
from annotations.taxon_matching.wording import what_was_settled, what_was_taken_back
from annotations.taxonomy.editing import require_administrator
from annotations.taxonomy.models import Taxon

MOST_MERGES = 200
MOST_SETTLED = 200


@login_required
@require_GET
def names(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The names that packages brought and the site did not know, with what each may mean."""
    project = open_project(request.user, project_id, Role.MANAGER)
    search = cleaned(NamesForm(request.GET))
    listed, cursor = waiting_page(project, search["q"], search["cursor"])
    context = {"project": project, "tab": "taxa", "q": search["q"], "lines": _lines(listed), "cursor": cursor}
    if getattr(request, "htmx", False):
        return render(request, "taxon_matching/names.html#lines", context)
    context |= {
        "root": search["root"],  # the number of a name that nothing places: asked once more
        "left": names_left(project),
        "settled": names_of_project(project).exclude(state=NameState.WAITING)[:MOST_SETTLED],
    }
    return render(request, "taxon_matching/names.html", context)


def _lines(names: Sequence[PendingName]) -> list[dict]:
    """The lines of the table; those of settled names have no proposals."""
    candidates = proposals([name for name in names if name.state == NameState.WAITING])
    pictures = pictures_behind(names)
    return [
        {
            "name": name,
            "above": taxon_name(name).above,
            "proposals": candidates.get(name.pk, []),
            "pictures": pictures[name.pk],
        }
        for name in names
    ]


@login_required
@require_POST
@back_to("taxon_matching:names", "project_id")
def settle(request: SignedInRequest, project_id: int, name_id: int) -> HttpResponse:
    """Maps a name to a taxon, creates it, or refuses it."""
    project = open_project(request.user, project_id, Role.MANAGER)
    pending = open_name(project, name_id)
    form = cleaned(SettleForm(request.POST))
    decisions = [Decision(pending, form["act"] or "map", form["taxon"], form["root"])]
    settling = settle_names(project=project, user=request.user, decisions=decisions)
    return _settled(request, settling, decisions)


@login_required
@require_POST
@back_to("taxon_matching:names", "project_id")
def settle_many(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The same for all names that are ticked: all are created below one taxon, or mapped to it, or refused."""
    project = open_project(request.user, project_id, Role.MANAGER)
    form = cleaned(SettleManyForm(request.POST))
    waiting = waiting_names(project, form["names"])
    decisions = [Decision(name, form["act"], form["taxon"]) for name in waiting]
    settling = settle_names(project=project, user=request.user, decisions=decisions)
    return _settled(request, settling, decisions)


@login_required
@require_http_methods(["GET", "POST"])
@back_to("taxon_matching:names", "project_id")
def proposed(request: SignedInRequest, project_id: int) -> HttpResponse:
    """How many names have one clear proposal, and by what; POST maps them all."""
    project = open_project(request.user, project_id, Role.MANAGER)
    if request.method == "POST":
        form = cleaned(MapProposedForm(request.POST))
        settling, decisions = map_proposed(project=project, user=request.user, expected=form["expected"])
        return _settled(request, settling, decisions)
    waiting = waiting_names(project)
    clear = clear_maps(waiting)
    reasons: dict[str, int] = {}
    for proposal in clear.values():
        reasons[proposal.why] = reasons.get(proposal.why, 0) + 1
    context = {"project": project, "count": len(clear), "waiting": len(waiting), "reasons": reasons}
    return render(request, "taxon_matching/names.html#proposed", context)


@login_required
@require_POST
@back_to("taxon_matching:names", "project_id")
def undo_settled(request: SignedInRequest, project_id: int, settling_id: int) -> HttpResponse:
    """Takes back what was settled at one stroke."""
    project = open_project(request.user, project_id, Role.MANAGER)
    settling = undo_settling(settling=open_settling(project, settling_id), user=request.user)
    names = described_names(project, [note["name"] for note in settling.names])
    sentence = what_was_taken_back(settling, names)
    return _answer(request, project, names, sentence, "unsettled", settling)


def _settled(request: SignedInRequest, settling: Settling, decisions: list[Decision]) -> HttpResponse:
    names = described_names(settling.project, [decision.pending.pk for decision in decisions])
    sentence = what_was_settled(settling, decisions)
    return _answer(request, settling.project, names, sentence, "settled", settling)


def _answer(
    request: SignedInRequest,
    project: Project,
    names: list[PendingName],
    sentence: str,
    event: str,
    settling: Settling,
) -> HttpResponse:
    """The lines that changed, what is left and what was done; without htmx the page anew."""
    if not getattr(request, "htmx", False):
        messages.success(request, sentence)
        return redirect("taxon_matching:names", project.pk)
    context = {
        "project": project,
        "lines": _lines(names),
        "left": names_left(project),
        "sentence": sentence,
        "settling": settling,
    }
    answer = render(request, "taxon_matching/names.html#answer", context)
    return trigger_client_event(
        answer, event, {"settling": settling.pk, "names": [name.pk for name in names]}
    )


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
