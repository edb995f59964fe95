from itertools import islice

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.accounts.downloads import download_view
from annotations.accounts.requests import SignedInRequest
from annotations.gallery.taxon_counts import taxon_panel
from annotations.projects.access import open_project
from annotations.projects.models import Project
from annotations.regroupings.actions import MOST_REGROUPINGS
from annotations.regroupings.models import Regrouping
from annotations.regroupings.queries import taxa_in_use
from annotations.samples.models import State
from annotations.search.filter import Filter
from annotations.search.queries import raw_counts
from annotations.summaries.cells import shown_bars, shown_row
from annotations.summaries.downloads import as_csv
from annotations.summaries.links import Links
from annotations.summaries.plots import histogram_chart, table_plots
from annotations.summaries.table_query import OWN, TableQuery, address_of, read_table_query, trait_key_of
from annotations.taxonomy.levels import ranks_above
from annotations.taxonomy.queries import names_of
from annotations.traits.models import Trait
from annotations.traits.table_spec import DEEPEST_BIN, GROUPINGS
from annotations.traits.tables import FIGURES, histogram, whole
from classifier.contract.traits import TraitKind

MOST_ROWS = 500  # on the page; the download has all
STATES = [State.VALIDATED, State.DUBIOUS, State.PREDICTED]
TOGETHER = {
    ("sample", "taxon"): "Sample and taxon",
    ("taxon", "depth"): "Taxon and depth",
    ("taxon", "sample"): "Taxon and sample",
    ("taxon", "month"): "Taxon and month",
    ("taxon", "sun"): "Taxon, day and night",
}
CHOSEN = {"taxon", "descendants"}  # of the filter, by the page's own form


@login_required
@require_GET
def trait_tables(request: SignedInRequest, project_id: int) -> HttpResponse:
    """What is known of a trait, per sample, taxon, depth or time: a table, and where there is an order its plots."""
    project = open_project(request.user, project_id)
    traits = list(Trait.objects.filter(project=project))
    context = {"project": project, "tab": "traits", "traits": traits}
    if traits:
        first = None if trait_key_of(request.GET) else traits[0]
        question = read_table_query(project_id, request.GET, request.user, first)
        context |= _form(request, question, project) | _answer(question)
    return render(request, "summaries/traits.html", context)


@download_view
@require_GET
def download(request: SignedInRequest, project_id: int) -> HttpResponseBase:
    """The same table as CSV, with all its rows."""
    open_project(request.user, project_id)
    return as_csv(read_table_query(project_id, request.GET, request.user))


def _answer(question: TableQuery) -> dict:
    spec, links = question.spec, Links(question)
    rows = list(islice(question.rows(), MOST_ROWS + 1))
    total = whole(spec, *question.where)
    bins = histogram(spec, total, *question.where) if TraitKind(spec.trait.kind).is_number else []
    return {
        "trait": spec.trait,
        "is_number": TraitKind(spec.trait.kind).is_number,
        "figures": FIGURES,
        "heads": [GROUPINGS[by].label for by in spec.by],
        "rows": [shown_row(row, links) for row in rows[:MOST_ROWS]],
        "total": shown_row(total, links),
        "is_cut": len(rows) > MOST_ROWS,
        "most_rows": MOST_ROWS,
        "plots": table_plots(spec, rows[:MOST_ROWS]),
        "histogram_chart": histogram_chart(spec.trait, bins),
        "histogram": shown_bars(bins, links),
    }


def _counted_taxa(question: TableQuery, project: Project) -> dict:
    """What taxa count for, and for what else they may."""
    chosen = question.spec.counted_taxa
    regrouping = chosen.regrouping if chosen else None
    offered = Regrouping.objects.filter(Q(is_retired=False) | Q(pk=regrouping), project=project)
    return {
        "level": chosen.rank if chosen else "",
        "levels": ranks_above(taxa_in_use(project)),
        "regrouping": regrouping,
        "regroupings": offered[:MOST_REGROUPINGS],
    }


def _form(request: SignedInRequest, question: TableQuery, project: Project) -> dict:
    """What the form offers and what is chosen in it; what else the filter asks for is kept, and said."""
    spec, criteria = question.spec, question.criteria
    hidden = {name: value for name, value in criteria.as_dict().items() if name not in CHOSEN}
    chips = [str(condition) for condition in criteria.conditions] + [state.word for state in criteria.state]
    if len(criteria.taxon) > 1:  # of which the form shows one alone
        chips += names_of(set(criteria.taxon)).values()
    by = ",".join(spec.by)
    grouped = [(name, grouping.label) for name, grouping in GROUPINGS.items()]
    return {
        "by": by,
        "groupings": [*grouped, *((",".join(several), label) for several, label in TOGETHER.items())],
        "states": [(state.word, state in spec.states) for state in STATES],
        "depth_m": spec.depth_m,
        "deepest": DEEPEST_BIN,
        "rolls_up": spec.rolls_up,
        **_counted_taxa(question, project),
        "taxon": criteria.taxon[0] if criteria.taxon else None,
        "descendants": criteria.descendants,
        "taxa": taxon_panel(raw_counts(spec.trait.project_id, Filter())).nodes,
        "hidden_fields": [
            (name, text)
            for name, value in hidden.items()
            if name not in OWN
            for text in (value if isinstance(value, list) else [value])
        ],
        "chips": chips,
        "query": address_of(request.GET, spec.trait, hidden.get("trait", [])),
    }
