"""The objects that match a filter, for what is done to all of them: how many, which ones next."""

from django.db import connection

from annotations.projects.models import Project
from annotations.samples.following import Selection, Transfer
from annotations.search.filter import Filter
from annotations.search.queries import raw_counts


def count_matching(project: Project, criteria: Filter) -> int:
    return sum(count for _, _, count in raw_counts(project.pk, criteria))


def selection_of(transfer: Transfer, criteria: Filter) -> Selection:
    """Those of the source."""
    condition, params = criteria.narrowed(transfer.source.pk).where(transfer.source.pk)
    objects = f"SELECT o.id FROM samples_object o WHERE o.project_id = %s AND {condition}"
    return Selection(transfer, objects, [transfer.source.pk, *params])


def next_ids(selection: Selection, *, after: int, most: int) -> list[int]:
    """At most so many of them, in the order of their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{selection.sql} AND o.id > %s ORDER BY o.id LIMIT %s", [*selection.params, after, most]
        )
        return [object_id for (object_id,) in cursor.fetchall()]
