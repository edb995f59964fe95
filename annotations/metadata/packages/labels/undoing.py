"""Taking the labels of an update back: those that stand as it left them, and those that still wait for their names."""

from django.db import connection

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch
from annotations.labels.undoing import begin_undo, end_undo, undo_some
from annotations.metadata.models import PackageLabel, PackageUpdate, UpdateOutcome
from annotations.metadata.packages.labels.queries import LabelLine, label_lines

CHUNK = 1000  # changes a transaction
# a label that has been settled since hangs on its name, and is taken back with that
FORGET = """
DELETE FROM nomenclature_keptlabel k USING metadata_packagelabel p
WHERE p.update_id = %s AND p.outcome = 'waits' AND k.object_id = p.object_id AND k.version = p.version
"""
STAYING = """
SELECT p.* FROM metadata_packagelabel p WHERE p.update_id = %s AND p.outcome = 'changes' AND NOT EXISTS (
    SELECT FROM labels_change c WHERE c.batch_id = %s AND c.object_id = p.object_id)
ORDER BY p.object_id LIMIT %s
"""


def has_labels(update: PackageUpdate) -> bool:
    """Whether it has written any."""
    return update.batch_id is not None or bool(update.applied and update.labels.get(UpdateOutcome.WAITS))


def take_back_labels(job: Job, progress: Progress, update: PackageUpdate, done: int) -> int:
    """Returns how many; `done` is how many rows were put back before. Safe to go on with where a worker died."""
    with progress.fenced(), connection.cursor() as cursor:
        cursor.execute(FORGET, [update.pk])
        undo = _undo(update, job)
    if undo is None:
        return 0
    note = {"change": 0, "done": 0, **job.checkpoint.get("unlabelling", {})}
    is_left = True
    while is_left:
        with progress.fenced():
            note["change"], count = undo_some(undo=undo, after=note["change"], most=CHUNK)
            note["done"] += count
            progress.checkpoint(unlabelling=note, undo=undo.pk)
        is_left = bool(count)
        progress.update(done + note["done"], job.params["total"], f"Looked at {note['done']:,} labels")
    with progress.fenced():
        end_undo(undo)
    return Batch.objects.filter(pk=undo.pk).values_list("changed", flat=True).first() or 0


def _undo(update: PackageUpdate, job: Job) -> Batch | None:
    """The one that is under way, also from another job; a new one where all of the update stands."""
    if update.batch is None:
        return None
    latest = Batch.objects.get(pk=update.batch.latest_id or update.batch.pk)
    return begin_undo(batch=latest, user=job.owner) if latest.is_doing else latest


def staying_labels(job: Job, update: PackageUpdate, most: int) -> list[dict]:
    """The first labels that somebody has changed since, in words."""
    undo = job.checkpoint.get("undo")
    if undo is None:
        return []
    rows = list(PackageLabel.objects.raw(STAYING, [update.pk, undo, most]))
    return [
        {
            "file": update.file_name,
            "line": None,
            "column": "object_annotation_category",
            "message": _words(line),
        }
        for line in label_lines(update, rows)
    ]


def _words(line: LabelLine) -> str:
    label = f"{line.taxon}, {line.state}"
    return f"{line.row} is not {label}, any more, as the update left it: somebody changed it since. It stays."
