"""Writing an update: level by level, in chunks. What somebody changed since the preview stays as they left it."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.imports.modes import Taking
from annotations.imports.registry import TaxonIds
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.metadata.models import Correction, PackageUpdate
from annotations.metadata.packages.interrupted import drop_unwritten
from annotations.metadata.packages.labels.writing import labels_to_write, write_labels
from annotations.metadata.packages.values import close_plan
from annotations.metadata.running import settle, write_chunk


def apply_update(job: Job, progress: Progress, number: int, taxon_ids: TaxonIds) -> dict:
    """What came of it, for the result of the import. Safe to go on with where a worker died.

    From the first row on the log has it: what was written before a cancel stays, and can be taken back.
    """
    update = _begin(job, progress, number)
    try:
        _write_all(job, progress, update, taxon_ids)
    except (JobCancelled, JobError):
        with progress.fenced():
            drop_unwritten(update)
        raise
    with progress.fenced():
        update.left = job.checkpoint.get("stay", 0)
        if update.left:
            close_plan(update)
    return {"update": number, "columns": update.columns, "left": update.left, "labels": update.labels}


def _begin(job: Job, progress: Progress, number: int) -> PackageUpdate:
    with progress.fenced():
        update = open_plan(job, number)
        if not update.applied:
            update.applied, update.job = timezone.now(), job
            update.save(update_fields=["applied", "job"])
            update.corrections.update(applied=update.applied, job=job)
    update.job = job
    return update


def _write_all(job: Job, progress: Progress, update: PackageUpdate, taxon_ids: TaxonIds) -> None:
    corrections = list(update.corrections.select_related("project", "user").order_by("pk"))
    labels = labels_to_write(update, Taking.of(job.params).file_wins).count()
    done, total = 0, sum(correction.rows for correction in corrections) + labels
    for correction in corrections:
        if correction.pk not in job.checkpoint.get("written", []):
            write_correction(job, progress, correction, (done, total))
        done += correction.rows
    write_labels(job, progress, update, taxon_ids, (done, total))


def open_plan(job: Job, number: int) -> PackageUpdate:
    """In a transaction, as nobody else begins it then. Raises JobError where another has written it, or its preview is
    gone.
    """
    update = (
        PackageUpdate.objects.select_for_update(of=("self",))
        .select_related("project", "user", "batch")
        .filter(pk=number, project=job.project)
        .first()
    )
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
            settle(correction, note["changed"])
            progress.checkpoint(written=[*job.checkpoint.get("written", []), correction.pk])
            return {}
        note = {
            **note,
            "last": chunk.last,
            "done": note["done"] + chunk.objects,
            "changed": note["changed"] + chunk.changed,
        }
        progress.checkpoint(writing=note, stay=job.checkpoint.get("stay", 0) + chunk.stay)
    return note
