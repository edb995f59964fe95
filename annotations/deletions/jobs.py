"""Deleting for good what was long enough in the bin, in chunks that are whole or not at all."""

from django.utils import timezone

from annotations.deletions.models import Deletion
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.registry import job
from annotations.projects.models import Project
from annotations.samples.actions import delete_objects
from annotations.samples.models import Object

CHUNK = 1000


@job("delete_project", title="Deletion of a project", alone_by=("deletion",))
def delete_for_good(job: Job, progress: Progress) -> dict:
    """Objects first, a chunk after the other, then the project with all that is left.

    Files of its jobs are swept because their jobs are gone. Pictures stay, which other projects and frozen learning
    sets may show, and so do models.
    """
    deletion = Deletion.objects.select_related("project").get(pk=job.params["deletion"])
    if deletion.project is not None:
        _delete_objects(deletion, deletion.project, progress)
        with progress.fenced():
            _check_due(deletion)
            deletion.project.delete()
            Deletion.objects.filter(pk=deletion.pk).update(gone=timezone.now())
    return {"message": f"{deletion.title} is deleted for good, with {deletion.objects_then:,} objects."}


def _delete_objects(deletion: Deletion, project: Project, progress: Progress) -> None:
    deleted, total = 0, deletion.objects_then
    while ids := _first_ids(project):
        with progress.fenced():
            _check_due(deletion)
            deleted += delete_objects(project=project, object_ids=ids)
        progress.update(deleted, max(deleted, total), f"Deleted {deleted:,} objects of {project.title}")


def _check_due(deletion: Deletion) -> None:
    """Until the transaction ends nobody restores the project. Raises JobError where somebody has."""
    if not Deletion.objects.due().select_for_update().filter(pk=deletion.pk).exists():
        raise JobError(f"{deletion.title} is not deleted: it was restored.")


def _first_ids(project: Project) -> list[int]:
    objects = Object.objects.filter(project=project).order_by("pk")
    return list(objects.values_list("pk", flat=True)[:CHUNK])
