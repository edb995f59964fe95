"""Writing an update: level by level, in chunks. What somebody changed since the preview stays as they left it."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.metadata.models import Correction, PackageUpdate
from annotations.metadata.running import settle, write_chunk


def apply_update(job: Job, progress: Progress, number: int) -> dict:
    """What came of it, for the result of the import. Safe to go on with where a worker died."""
    update = open_plan(job, number)
    total = sum(update.corrections.values_list("rows", flat=True))
    done = 0
    for correction in update.corrections.select_related("project", "user").order_by("pk"):
        if correction.applied is None:
            write_correction(job, progress, correction, (done, total))
        done += correction.rows
    with progress.fenced():
        stay = job.checkpoint.get("stay", 0)
        now = timezone.now()
        PackageUpdate.objects.filter(pk=number, applied=None).update(applied=now, left=stay, job=job)
    return {"update": number, "columns": update.columns, "left": stay}


def open_plan(job: Job, number: int) -> PackageUpdate:
    """Raises JobError where another has written it, or its preview is gone."""
    update = PackageUpdate.objects.filter(pk=number, project=job.project).first()
    if update is None:
        raise JobError("The preview of this update is gone: check the package again.")
    if update.applied and update.job_id != job.pk:
        raise JobError("This update was applied already.")
    return update


def write_correction(job: Job, progress: Progress, correction: Correction, place: tuple[int, int]) -> None:
    """`place` is how many rows were written before it, of how many."""
    note = {"correction": correction.pk, "last": 0, "done": 0, "changed": 0}
    if job.checkpoint.get("writing", {}).get("correction") == correction.pk:
        note = job.checkpoint["writing"]
    while note := _write_next(job, progress, correction, note):
        progress.update(place[0] + note["done"], place[1], f"{place[0] + note['done']:,} rows updated")


def _write_next(job: Job, progress: Progress, correction: Correction, note: dict) -> dict:
    """The note of a chunk that was written; empty when that was the last, and all of it is settled."""
    with progress.fenced():
        try:
            chunk = write_chunk(correction, note["last"])
        except ValidationError as error:
            raise JobError(" ".join(error.messages)) from error
        if chunk is None:
            _end(correction, note["changed"])
            return {}
        note = {
            **note,
            "last": chunk.last,
            "done": note["done"] + chunk.objects,
            "changed": note["changed"] + chunk.changed,
        }
        progress.checkpoint(writing=note, stay=job.checkpoint.get("stay", 0) + chunk.stay)
    return note


def _end(correction: Correction, changed: int) -> None:
    settle(correction, changed)
    Correction.objects.filter(pk=correction.pk).update(applied=timezone.now())
