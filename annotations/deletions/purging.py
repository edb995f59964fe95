"""Deleting for good what is in a bin, in chunks that are gone whole or not at all."""

from collections.abc import Callable

from django.utils import timezone

from annotations.deletions import jobs
from annotations.deletions.models import Deletion, ObjectDeletion
from annotations.deletions.queries import first_ids, left_in
from annotations.deletions.restoring import open_waiting
from annotations.deletions.wording import counted
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.projects.models import Project
from annotations.samples.actions import delete_objects

CHUNK = 1000


@jobs.delete_project.work
def delete_project_for_good(job: Job, progress: Progress) -> dict:
    """Objects first, also those in its own bin, a chunk after the other, then the project with all that is left.

    Files of its jobs are swept because their jobs are gone. Pictures stay, which other projects and frozen learning
    sets may show, and so do models.
    """
    deletion = Deletion.objects.select_related("project").get(pk=job.params["deletion"])
    if deletion.project is not None:
        for project in (*deletion.project.bins.all(), deletion.project):
            _delete_objects(project, deletion.objects_then, progress, lambda: _check_due(deletion))
        with progress.fenced():
            _check_due(deletion)
            deletion.project.delete()
            Deletion.objects.filter(pk=deletion.pk).update(gone=timezone.now())
    return {"message": f"{deletion.title} is deleted for good, with {deletion.objects_then:,} objects."}


@jobs.purge_objects.work
def delete_objects_for_good(job: Job, progress: Progress) -> dict:
    """What is gone before a cancel is gone; the others are in the bin still."""
    deletion = open_waiting(job)
    assert deletion.bin is not None
    total = left_in([deletion])[deletion.pk]
    _delete_objects(deletion.bin, total, progress, lambda: None)
    with progress.fenced():
        deletion.bin.delete()
        ObjectDeletion.objects.filter(pk=deletion.pk).update(gone=timezone.now(), gone_by=job.owner)
    what = counted(total, deletion.samples_then)
    sentence = f"{what} deleted for good, with labels, traits, marks and predictions."
    return {"project": deletion.project_id, "message": sentence}


def _delete_objects(project: Project, total: int, progress: Progress, check: Callable[[], None]) -> None:
    deleted = 0
    while ids := first_ids(project, CHUNK):
        with progress.fenced():
            check()
            deleted += delete_objects(project=project, object_ids=ids)
        progress.update(deleted, max(deleted, total), f"Deleted {deleted:,} objects for good")


def _check_due(deletion: Deletion) -> None:
    """Until the transaction ends nobody restores the project. Raises JobError where somebody has."""
    if not Deletion.objects.due().select_for_update().filter(pk=deletion.pk).exists():
        raise JobError(f"{deletion.title} is not deleted: it was restored.")
