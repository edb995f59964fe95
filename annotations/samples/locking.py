"""Whoever writes something about objects holds them first: what comes behind an object that moves would stay alone."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.projects.models import Project

# a move locks its objects FOR UPDATE, which waits for this; those who label do not
HOLD = "SELECT FROM samples_object WHERE project_id = %s AND id = ANY(%s) ORDER BY id FOR KEY SHARE"


def hold_objects(*, project: Project, object_ids: Sequence[int]) -> None:
    """Until the transaction ends none of the objects goes to another project.

    Raises ValidationError where some are not the project's by now.
    """
    ids = sorted(set(object_ids))
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [project.pk, ids])
        missing = len(ids) - cursor.rowcount
    if missing:
        are = "object is" if missing == 1 else "objects are"
        raise ValidationError(
            f"{missing:,} {are} gone, or in another project by now: nothing was written. Look again."
        )
