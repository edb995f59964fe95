"""What the page of a regrouping shows: its groups, a page of its rows, and the project's taxa that no row is about."""

from dataclasses import dataclass

from annotations.regroupings.conditions import GroupOfTaxa
from annotations.regroupings.forms import GroupsForm
from annotations.regroupings.membership import GroupMembership
from annotations.regroupings.models import GroupedTaxon, Regrouping
from annotations.regroupings.queries import groups_with_sizes, rows_in_order, taxa_in_use
from annotations.taxonomy.models import Taxon

MOST_ROWS = 100  # of a page
MOST_UNGROUPED = 50
MOST_EDITS = 20


@dataclass(frozen=True)
class RowsPage:
    rows: list[GroupedTaxon]
    following: str  # behind which taxon the next page begins; empty where there is none
    ungrouped: list[Taxon]  # with the most objects first
    objects: dict[int, int]  # of the project, by taxon


def rows_page(regrouping: Regrouping, after: str) -> RowsPage:
    rows = rows_in_order(regrouping, after, MOST_ROWS + 1)
    page = rows[:MOST_ROWS]
    objects = taxa_in_use(regrouping.project)
    following = page[-1].taxon.display_name if len(rows) > MOST_ROWS else ""
    return RowsPage(page, following, [] if after else _ungrouped(regrouping, objects), objects)


def detail_context(regrouping: Regrouping, page: RowsPage) -> dict:
    groups, objects = groups_with_sizes(regrouping), objects_by_group(regrouping)
    form = GroupsForm(regrouping=regrouping, groups=groups)
    return {
        "form": form,
        "groups": [
            {
                "group": group,
                "objects": objects.get(group.pk, 0),
                "name": form[f"name-{group.pk}"],
                "left_out": form[f"left-out-{group.pk}"],
                "filter": GroupOfTaxa(regrouping.pk, group.pk).as_text(),
            }
            for group in groups
        ],
        "ungrouped_objects": objects.get(None, 0),
        "ungrouped_filter": GroupOfTaxa(regrouping.pk, None).as_text(),
        "new_rows": [(taxon, page.objects[taxon.pk]) for taxon in page.ungrouped],
        "rows": [(row, page.objects.get(row.taxon_id, 0)) for row in page.rows],
        "edits": regrouping.edits.select_related("user")[:MOST_EDITS],
    }


def objects_by_group(regrouping: Regrouping) -> dict[int | None, int]:
    """How many objects of the project count for each group, in any state; None: for none."""
    counts: dict[int | None, int] = {}
    objects = taxa_in_use(regrouping.project)
    for taxon, group in GroupMembership.of(regrouping).groups_of(objects).items():
        counts[group] = counts.get(group, 0) + objects[taxon]
    return counts


def _ungrouped(regrouping: Regrouping, objects: dict[int, int]) -> list[Taxon]:
    groups = GroupMembership.of(regrouping).groups_of(objects)
    without = sorted((taxon for taxon, group in groups.items() if group is None), key=lambda t: -objects[t])
    by_number = Taxon.objects.in_bulk(without[:MOST_UNGROUPED])
    return [by_number[taxon] for taxon in without[:MOST_UNGROUPED] if taxon in by_number]
