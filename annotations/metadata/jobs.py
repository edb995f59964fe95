"""Corrections of more objects than a request writes: in chunks, so that one can be cancelled and taken up again."""

from django.core.exceptions import ValidationError

from annotations.imports.updates import register_updater
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.registry import job
from annotations.metadata.models import Correction
from annotations.metadata.packages.applying import apply_update
from annotations.metadata.packages.labels.writing import incoming_taxa
from annotations.metadata.packages.planning import plan_update
from annotations.metadata.packages.undoing import take_back_update
from annotations.metadata.running import Chunk, settle, write_chunk


@job("correct_objects", title="Correction of objects", alone_by=("correction",))
def correct_objects(job: Job, progress: Progress) -> dict:
    """The work of a correction. What was written before a cancel stays; the log has it, and it can be undone."""
    correction = Correction.objects.select_related("project", "user", "undoes").get(
        pk=job.params["correction"]
    )
    while _write_next(job, progress, correction):
        done, changed = job.checkpoint["done"], job.checkpoint["changed"]
        progress.update(done, job.params["total"], f"{changed:,} objects corrected")
    changed, stay = job.checkpoint.get("changed", 0), job.checkpoint.get("stay", 0)
    with progress.fenced():
        settle(correction, changed)
    return {"project": job.project_id, "changed": changed, "stay": stay, "message": _sentence(changed, stay)}


def _write_next(job: Job, progress: Progress, correction: Correction) -> Chunk | None:
    note = {"last": 0, "done": 0, "changed": 0, "stay": 0} | job.checkpoint
    with progress.fenced():
        try:
            chunk = write_chunk(correction, note["last"])
        except ValidationError as error:
            raise JobError(" ".join(error.messages)) from error
        if chunk:
            changed = note["changed"] + chunk.changed
            Correction.objects.filter(pk=correction.pk).update(rows=changed)
            progress.checkpoint(
                last=chunk.last,
                done=note["done"] + chunk.objects,
                changed=changed,
                stay=note["stay"] + chunk.stay,
            )
    return chunk


def _sentence(changed: int, stay: int) -> str:
    objects = f"{changed:,} object{'' if changed == 1 else 's'} corrected."
    return f"{objects} {stay:,} cells stay as they are: they were changed meanwhile." if stay else objects


@job(
    "undo_package_update",
    title="Taking back of an update",
    alone_by=("update",),
    part="metadata/undone_update.html",
)
def undo_package_update(job: Job, progress: Progress) -> dict:
    return take_back_update(job, progress)


class PackageUpdater:
    """What imports call where they take over what a package says otherwise: by corrections, as anybody's."""

    plan = staticmethod(plan_update)
    taxa = staticmethod(incoming_taxa)
    apply = staticmethod(apply_update)


register_updater(PackageUpdater())
