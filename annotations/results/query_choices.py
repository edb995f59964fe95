"""What pages of results offer and say of what they were asked: taxa, states, the rest of the filter."""

from collections.abc import Sequence
from typing import Protocol

from django.db.models import Q

from annotations.gallery.taxon_counts import taxon_panel
from annotations.projects.models import Project, Role
from annotations.regroupings.actions import MOST_REGROUPINGS
from annotations.regroupings.models import Regrouping
from annotations.results.counting import NAMED, CountingQuery, TaxonChoices
from annotations.results.volume_corrections import last_volume_correction
from annotations.search.filter import Filter
from annotations.search.queries import raw_counts
from annotations.taxonomy.levels import ranks_above
from annotations.taxonomy.queries import names_of
from annotations.volumes.queries import volume_settings_of
from annotations.volumes.sampling import NO_UNIT

MOST_OBJECTS = 500_000  # that are summed up while somebody waits for a page: some seconds
MOST_COUNTED = 5_000_000  # where nobody asks for sizes
MOST_ROWS = 500  # of the table of a plot; the CSV has all
FEW_ROWS = 12  # of a table that stands unfolded below its plot
CHOSEN = {"taxon", "descendants"}  # of the filter, by the page's own form


def is_too_large(project: Project, within: Filter, with_sizes: bool = True) -> bool:
    most = MOST_OBJECTS if with_sizes else MOST_COUNTED
    return sum(count for _, _, count in raw_counts(project.pk, within)) > most


def results_page(project: Project, heading: str, address: str) -> dict[str, object]:
    """Context of every page of results; `address` asks for the same of its files."""
    settings = volume_settings_of(project)
    return {
        "project": project,
        "heading": heading,
        "address": address,
        "unit": settings.unit,
        "volume_correction": last_volume_correction(project, settings),
        "may_set": project.role.rank >= Role.MANAGER.rank,
    }


class PlottedQuery(Protocol):
    """Of a plot, of the `table` behind it."""

    @property
    def table(self) -> CountingQuery: ...

    def as_address(self) -> str: ...


def plotted_page(
    project: Project, heading: str, query: PlottedQuery, own: Sequence[str], rows: Sequence[object]
) -> dict[str, object]:
    """Context of a plot of which the page lists the first `rows`; `own` are parameters of its form."""
    return {
        **results_page(project, heading, query.as_address()),
        **asking_of_taxa(project, query.table, own),
        "query": query,
        "is_cut": len(rows) > MOST_ROWS,
        "rows_in_all": len(rows),
        "has_few_rows": len(rows) <= FEW_ROWS,
        "most_rows": MOST_ROWS,
    }


def reasons_of(warnings: Sequence[str]) -> list[str]:
    """What figures lack; that nobody said the unit of volumes the page says itself, with the way there."""
    return [warning for warning in warnings if warning != NO_UNIT]


def taxa_of(project: Project) -> list[int]:
    return list({taxon for taxon, _, _ in raw_counts(project.pk, Filter()) if taxon})


def taxon_choices(project: Project, chosen: int | None) -> TaxonChoices:
    """`chosen`: a regrouping that is offered though it is retired."""
    regroupings = Regrouping.objects.filter(Q(is_retired=False) | Q(pk=chosen), project=project)
    names = list(regroupings.values_list("pk", "name")[:MOST_REGROUPINGS])
    return TaxonChoices(ranks_above(taxa_of(project)), names)


def chips(criteria: Filter) -> list[str]:
    return [str(condition) for condition in criteria.conditions]


def hidden_fields(criteria: Filter, own: Sequence[str]) -> list[tuple[str, object]]:
    """What else the filter asks for goes on with the form."""
    return [
        (name, text)
        for name, value in criteria.as_dict().items()
        if name not in own
        for text in (value if isinstance(value, list) else [value])
    ]


def asking_of_taxa(project: Project, query: CountingQuery, own: Sequence[str]) -> dict[str, object]:
    """Context of a form in which one taxon can be chosen; several of an address are kept, and said."""
    criteria = query.criteria
    several = len(criteria.taxon) > 1
    hidden = hidden_fields(criteria, own if several else [*own, *CHOSEN])
    return {
        "states": [(state.word, state in query.states) for state in NAMED],
        "taxa": taxon_panel(raw_counts(project.pk, Filter())).nodes,
        "taxon": criteria.taxon[0] if len(criteria.taxon) == 1 else None,
        "has_several_taxa": several,
        "descendants": criteria.descendants,
        "hidden_fields": hidden,
        "chips": [*chips(criteria), *(names_of(set(criteria.taxon)).values() if several else ())],
    }
