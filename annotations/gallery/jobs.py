"""Deleting all objects that match a filter: by managers, who say how many, in chunks that are whole or not at all."""

import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.registry import job
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from annotations.samples.actions import delete_objects
from annotations.search.filter import Filter
from annotations.search.queries import raw_counts

CHUNK = 1000


def count_matching(project: Project, criteria: Filter) -> int:
    return sum(count for _, _, count in raw_counts(project.pk, criteria))


def start_deletion(*, project: Project, user: User, criteria: Filter, expected: int | None) -> Job:
    """Starts deleting what matches; the job's row is kept, and says who did it, when, and how many.

    `expected` is the number that the person has read and typed. Raises ValidationError when it is another by now, and
    PermissionDenied unless a manager asks.
    """
    if role_in(user, project.pk) != Role.MANAGER:
        raise PermissionDenied("Only managers of a project delete its objects.")
    count = count_matching(project, criteria)
    if not count:
        raise ValidationError({"expected": "No object matches: there is nothing to delete."})
    if expected != count:
        raise ValidationError({"expected": f"{count:,} objects match. Type {count} to delete them for good."})
    params = {"filter": json.loads(json.dumps(criteria.as_dict())), "expected": count}
    return start_job(kind="delete_objects", owner=user, project=project, params=params)


@job("delete_objects", title="Deletion of objects", alone_by=("project",), is_log=True)
def delete_matching(job: Job, progress: Progress) -> dict:
    """The work of a deletion: never more than the person was told. What was deleted before a cancel is gone."""
    assert job.project is not None
    criteria, expected = Filter.parse(job.params["filter"], job.owner), job.params["expected"]
    deleted = job.checkpoint.get("deleted", 0)
    while ids := _matching_ids(job.project, criteria, min(CHUNK, expected - deleted)):
        with progress.fenced():
            deleted += delete_objects(project=job.project, object_ids=ids)
            progress.checkpoint(deleted=deleted)
        progress.update(deleted, expected, f"Deleted {deleted:,} of {expected:,} objects")
    return {"deleted": deleted, "project": job.project_id, "message": _sentence(deleted)}


def _matching_ids(project: Project, criteria: Filter, most: int) -> list[int]:
    condition, params = criteria.narrowed(project.pk).where(project.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.id FROM samples_object o WHERE o.project_id = %s AND {condition} ORDER BY o.id LIMIT %s",
            [project.pk, *params, most],
        )
        return [object_id for (object_id,) in cursor.fetchall()]


def _sentence(deleted: int) -> str:
    return f"{deleted:,} object{'' if deleted == 1 else 's'} deleted, with labels, traits, marks and predictions."
