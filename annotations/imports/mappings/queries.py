"""The mappings of a project, and which of them know names that a package brings."""

from collections.abc import Collection
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import Http404

from annotations.common.keyset import Cursor
from annotations.imports.models import ImportMapping, MappingEntry, MappingKind
from annotations.projects.models import Project
from annotations.taxon_matching.models import NameState, PendingName

SHORT = Func(
    F("source"), Value("<"), Value(1), function="split_part", output_field=CharField()
)  # `egg` of `egg<Copepoda`, a homonym
A_PAGE = 100
MOST_OFFERED = 5
MOST_LISTED = 200  # mappings of a project


class OfferedMapping(NamedTuple):
    """`names` is how many of those of the package it knows."""

    id: int
    name: str
    names: int


def mappings_of(project: Project) -> QuerySet[ImportMapping]:
    counts = {f"{kind}s": Count("entries", filter=Q(entries__kind=kind)) for kind in MappingKind.values}
    return (
        ImportMapping.objects.filter(project=project).select_related("user").annotate(**counts)[:MOST_LISTED]
    )


def open_mapping(project: Project, number: int) -> ImportMapping:
    mapping = ImportMapping.objects.select_related("project").filter(project=project, pk=number).first()
    if mapping is None:
        raise Http404("There is no such mapping in this project.")
    return mapping


def mapping_called(project: Project, name: str) -> ImportMapping:
    """Raises ValidationError where the project has none of that name."""
    mapping = ImportMapping.objects.filter(project=project, name__iexact=name.strip()).first()
    if mapping is None:
        there = ", ".join(mappings_of(project).values_list("name", flat=True)[:20]) or "none"
        raise ValidationError({"mapping": f"The project has no mapping {name!r}: there are {there}."})
    return mapping


def entry_page(mapping: ImportMapping, cursor: str) -> tuple[list[MappingEntry], str | None]:
    """A page of its entries, and the cursor of the next. Raises ValidationError for a damaged one."""
    after = Cursor.decode(cursor, "row").id if cursor else 0
    rows = mapping.entries.filter(pk__gt=after).select_related("taxon", "person").order_by("pk")
    page = list(rows[: A_PAGE + 1])
    following = Cursor("row", None, page[A_PAGE - 1].pk).encode() if len(page) > A_PAGE else None
    return page[:A_PAGE], following


def offered_mappings(project: Project, names: Collection[str]) -> list[OfferedMapping]:
    """Mappings that know any of these names of taxa, people or columns, those that know most first."""
    rows = MappingEntry.objects.filter(mapping__project=project).annotate(lower=Lower("source"))
    matching = rows.filter(lower__in={name.lower() for name in names}).values_list("mapping", "mapping__name")
    counted = matching.annotate(names=Count("pk")).order_by("-names", "mapping__name")
    return [OfferedMapping(*row) for row in counted[:MOST_OFFERED]]


def offers_for_waiting(project: Project) -> list[OfferedMapping]:
    """Those that know names of taxa that wait to be settled."""
    waiting = PendingName.objects.filter(project=project, state=NameState.WAITING).annotate(
        lower=Lower("name")
    )
    rows = MappingEntry.objects.filter(mapping__project=project, kind=MappingKind.TAXON)
    rows = rows.annotate(lower=Lower("source"), short=Lower(SHORT))
    names = waiting.values("lower")
    matching = rows.filter(Q(lower__in=names) | Q(short__in=names))
    counted = matching.values_list("mapping", "mapping__name").annotate(names=Count("pk")).order_by("-names")
    return [OfferedMapping(*row) for row in counted[:MOST_OFFERED]]
