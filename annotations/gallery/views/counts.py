"""The panel on the left: how many objects have each taxon and state, or each value of a trait."""

from collections import Counter
from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from annotations.accounts.requests import SignedInRequest
from annotations.common.addresses import without
from annotations.gallery.params import of_other_traits, sorted_by, without_trait
from annotations.gallery.taxon_counts import taxon_panel
from annotations.gallery.trait_panel import trait_panel
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.search.queries import raw_counts

STATES = (
    State.VALIDATED,
    State.MACHINE_VALIDATED,
    State.PREDICTED,
    State.DUBIOUS,
    State.UNCLASSIFIED,
)


def panel_context(request: SignedInRequest, project_id: int, criteria: Filter, is_exact: bool) -> dict:
    """The panel's counts. Its links change one condition and keep the others, the order and the mode.

    What the tally can't count takes a while in a large project: then the page comes first with the counts of the whole
    project, and the panel asks for the exact ones.
    """
    rest = replace(criteria, taxon=(), state=(), conditions=criteria.conditions if is_exact else ())
    tree = taxon_panel(raw_counts(project_id, rest))
    chosen = [
        node.below if criteria.descendants else node.own for node in tree.nodes if node.id in criteria.taxon
    ]
    counts = sum(chosen, Counter()) if chosen else Counter(tree.states)
    without_state = without(request, "state")
    words = [state.word for state in criteria.state]
    # nothing of rules in a project where nobody set one
    states = [
        state for state in STATES if state != State.MACHINE_VALIDATED or counts[state] or state.word in words
    ]
    return {
        "panel": tree,
        "is_provisional": bool(criteria.conditions) and not is_exact,
        "chosen_states": words,
        "states": [
            {
                "letter": state.value,
                "word": state.word,
                "count": counts[state],
                "is_chosen": state.word in words,
                "url": without_state if words == [state.word] else f"{without_state}&state={state.word}",
            }
            for state in states
        ],
        "panel_url": reverse("gallery:panel", args=[project_id]) + without(request),
        "all_url": without(request, "state", "taxon"),
        "taxon_url": f"{without(request, 'taxon')}&taxon=",
    }


@login_required
@require_GET
def panel(request: SignedInRequest, project_id: int) -> HttpResponse:
    """The taxon panel alone, after labels have changed."""
    project = open_project(request.user, project_id)
    criteria = Filter.parse(request.GET, request.user)
    context = {
        "project": project,
        "criteria": criteria,
        "may_label": project.role.rank >= Role.ANNOTATOR.rank,
        **panel_context(request, project_id, criteria, is_exact=True),
    }
    return render(request, "gallery/bench.html#panel", context)


@login_required
@require_GET
def trait_counts(request: SignedInRequest, project_id: int) -> HttpResponse:
    """How many of the objects that match have each value of the trait that is sorted by."""
    project = open_project(request.user, project_id)
    trait = sorted_by(request.GET, project_id)
    if trait is None:
        raise ValidationError("Name a trait: `trait_values=<its key>`.")
    criteria = Filter.parse(without_trait(request.GET, trait), request.user)
    context = {
        "project": project,
        "sorting_trait": trait,
        "lines": trait_panel(trait, criteria),
        "url": without(request, "trait")
        + "".join(f"&trait={t}" for t in of_other_traits(request.GET, trait)),
    }
    return render(request, "gallery/bench.html#trait_panel", context)
