"""The objects that match a filter, for what is done to all of them: how many, which ones next."""

from django.db import connection

from annotations.projects.models import Project
from annotations.samples.following import Selection, Transfer, selection_of_ids
from annotations.search.filter import Filter
from annotations.search.queries import raw_counts

FEW = 10_000  # objects that are asked about by their numbers


def count_matching(project: Project, criteria: Filter) -> int:
    return sum(count for _, _, count in raw_counts(project.pk, criteria))


def selection_of(transfer: Transfer, criteria: Filter) -> Selection:
    """Those of the source."""
    condition, params = criteria.narrowed(transfer.source.pk).where(transfer.source.pk)
    objects = f"SELECT o.id FROM samples_object o WHERE o.project_id = %s AND {condition}"
    return Selection(transfer, objects, [transfer.source.pk, *params])


def counted_selection(transfer: Transfer, criteria: Filter) -> tuple[Selection, int]:
    """The selection with how many objects it has; few by their numbers, so that a filter which looks at all objects to
    find them does so once, however much is asked of them."""
    selection = selection_of(transfer, criteria)
    ids = next_ids(selection, after=0, most=FEW + 1)
    if len(ids) <= FEW:
        return selection_of_ids(transfer, ids), len(ids)
    return selection, count_matching(transfer.source, criteria)


def next_ids(selection: Selection, *, after: int, most: int) -> list[int]:
    """At most so many of them, in the order of their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{selection.sql} AND o.id > %s ORDER BY o.id LIMIT %s", [*selection.params, after, most]
        )
        return [object_id for (object_id,) in cursor.fetchall()]
