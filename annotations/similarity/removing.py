"""Removing what a space knows of a project's objects, some rows at a time."""

from collections.abc import Sequence

from django.db import connection

from annotations.similarity.models import Embedding

REMOVE_SOME = """
DELETE FROM similarity_embedding WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM similarity_embedding WHERE space_id = %s AND project_id = %s LIMIT %s))"""


def remove_some(*, project_id: int, space_id: int, most: int) -> int:
    """Removes up to so many embeddings of the project's objects; how many it were."""
    with connection.cursor() as cursor:
        cursor.execute(REMOVE_SOME, [space_id, project_id, most])
        return cursor.rowcount


def remove_outdated(*, object_ids: Sequence[int]) -> None:
    """In all spaces those of objects that have other pictures by now: what embeds next looks at these."""
    Embedding.objects.filter(object__in=object_ids).delete()
