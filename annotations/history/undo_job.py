"""The long work of taking back: a chunk a transaction, each with its note, so that another worker can go on."""

from collections.abc import Callable
from datetime import datetime

from annotations.history import jobs
from annotations.history.queries import objects_touched_by
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch, BatchKind
from annotations.labels.undoing import end_undo, roll_back_some, source_of, undo_some
from annotations.learning.restoring import restore_some_predictions
from annotations.traits.undoing import restore_some_values, roll_back_some_values

CHUNK = 5000

Restorer = Callable[..., tuple[int, int]]
RESTORERS: dict[str, Restorer] = {
    "predictions": restore_some_predictions,
    "labels": undo_some,
    "values": restore_some_values,
}


@jobs.take_back.work
def take_back_in_chunks(job: Job, progress: Progress) -> dict:
    """The work of a large undo. Taken up again, or started again after it was cancelled, it finds what is left."""
    undo = Batch.objects.filter(pk=job.params["undo"]).first()
    if undo is None:
        return {"batch": None, "changed": 0, "message": "There was nothing to put back."}
    total = Batch.objects.get(pk=source_of(undo)).changed
    note = {**dict.fromkeys([*RESTORERS, "done"], 0), **job.checkpoint}
    for name, restore in RESTORERS.items():
        while count := _restore_chunk(name, restore, undo, note, progress):
            note["done"] += count if name != "predictions" else 0  # they are no changes of labels
            done = min(note["done"], total)
            progress.update(done, total, f"Looked at {done:,} of {total:,} changes")
    with progress.fenced():
        Batch.objects.filter(pk=undo.pk).update(details={})
        end_undo(undo)
    changed = Batch.objects.filter(pk=undo.pk).values_list("changed", flat=True).first() or 0
    return {
        "batch": undo.pk if changed else None,
        "changed": changed,
        "project": job.project_id,
        "message": _sentence(changed, total - changed),
    }


def _restore_chunk(name: str, restore: Restorer, undo: Batch, note: dict, progress: Progress) -> int:
    with progress.fenced():
        note[name], count = restore(undo=undo, after=note[name], most=CHUNK)
        progress.checkpoint(**note)
    return count


def _sentence(changed: int, conflicts: int) -> str:
    stays = f" {conflicts:,} stay as they are: they were changed since." if conflicts > 0 else ""
    return f"{changed:,} put back.{stays}"


@jobs.roll_back.work
def roll_back_person(job: Job, progress: Progress) -> dict:
    """The work of a roll-back, in one batch, in the order of the objects."""
    assert job.project is not None
    params = job.params
    since, until = (datetime.fromisoformat(params[name]) for name in ("since", "until"))
    batch = _batch(job, progress)
    objects = objects_touched_by(job.project.pk, params["person"], since, until)
    note = {"last": 0, **job.checkpoint}
    remaining = [pk for pk in objects if pk > note["last"]]
    window = {"batch": batch, "person": params["person"], "since": since, "until": until}
    for start in range(0, len(remaining), CHUNK):
        chunk = remaining[start : start + CHUNK]
        with progress.fenced():
            roll_back_some(objects=chunk, **window)
            roll_back_some_values(objects=chunk, **window)
            progress.checkpoint(last=chunk[-1])
        done = len(objects) - len(remaining) + start + len(chunk)
        progress.update(done, len(objects), f"Looked at {done:,} of {len(objects):,} objects")
    batch.refresh_from_db()
    return {
        "batch": batch.pk,
        "changed": batch.changed,
        "project": job.project.pk,
        "message": f"{batch.changed:,} labels and values put back.",
    }


def _batch(job: Job, progress: Progress) -> Batch:
    """One batch a job, also when another worker takes it up."""
    if "batch" not in job.checkpoint:
        assert job.project is not None
        with progress.fenced():
            batch = Batch.objects.create(
                project=job.project, kind=BatchKind.ROLLBACK, user=job.owner, details=job.params
            )
            progress.checkpoint(batch=batch.pk)
    return Batch.objects.get(pk=job.checkpoint["batch"])
