"""What pages, results and the API read of regroupings."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.http import Http404

from annotations.labels.tally import project_counts
from annotations.projects.models import Project
from annotations.regroupings.models import GroupedTaxon, Regrouping, RegroupingGroup
from annotations.taxonomy.models import Taxon

MOST_LISTED = 500  # of a page


def regroupings_of(project: Project) -> QuerySet[Regrouping]:
    """Those that are offered."""
    return Regrouping.objects.filter(project=project, is_retired=False)


def regroupings_in_list(project: Project) -> list[Regrouping]:
    """All of the project's, the retired ones last, each with `taxa` and `group_count`."""
    rows = Regrouping.objects.filter(project=project).annotate(
        taxa=_how_many(GroupedTaxon), group_count=_how_many(RegroupingGroup)
    )
    return list(rows.order_by("is_retired", "name", "pk")[:MOST_LISTED])


def _how_many(model: type[GroupedTaxon] | type[RegroupingGroup]) -> Coalesce:
    """Of a regrouping, each counted by itself: rows and groups joined would be all pairs of them."""
    of_one = model.objects.filter(regrouping=OuterRef("pk")).order_by().values("regrouping")
    return Coalesce(Subquery(of_one.annotate(count=Count("pk")).values("count")), 0)


def regrouping_in(project: Project, number: int) -> Regrouping:
    """Raises Http404."""
    regrouping = Regrouping.objects.filter(project=project, pk=number).first()
    if regrouping is None:
        raise Http404("There is no such regrouping in this project.")
    return regrouping


def taxa_in_use(project: Project) -> dict[int, int]:
    """How many objects of the project have each taxon; those without one are left out."""
    counts: Counter[int] = Counter()
    for taxon, _, count in project_counts(project.pk):
        if taxon is not None:
            counts[taxon] += count
    return dict(counts)


def groups_with_sizes(regrouping: Regrouping) -> list[RegroupingGroup]:
    """In the order of their names, each with `taxa`: how many rows it has."""
    return list(regrouping.groups.annotate(taxa=Count("rows")).order_by(Lower("name"), "pk"))


def rows_in_order(regrouping: Regrouping, after: str = "", limit: int | None = None) -> list[GroupedTaxon]:
    """By the names of their taxa, from behind the name `after`."""
    rows = regrouping.rows.select_related("taxon", "group").order_by("taxon__display_name")
    if after:
        rows = rows.filter(taxon__display_name__gt=after)
    return list(rows if limit is None else rows[:limit])


def table_rows(regrouping: Regrouping) -> Iterator[list]:
    """As its CSV has them, the names of the columns first."""
    yield ["taxon", "group", "taxon_id", "left_out"]
    for row in rows_in_order(regrouping):
        yield [row.taxon.display_name, row.group.name, row.taxon_id, "yes" if row.group.is_left_out else ""]


def ranks_of(project: Project) -> list[str]:
    """Those that taxa above the project's have, the highest first."""
    paths = Taxon.objects.filter(pk__in=taxa_in_use(project)).values_list("path", flat=True)
    above = {taxon for path in paths for taxon in path}
    depths: dict[str, list[int]] = {}
    for rank, path in Taxon.objects.filter(pk__in=above).exclude(rank="").values_list("rank", "path"):
        depths.setdefault(rank.lower(), []).append(len(path))
    return sorted(depths, key=lambda rank: (sum(depths[rank]) / len(depths[rank]), rank))
