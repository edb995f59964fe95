"""Taking an update back, all its levels as one. What somebody changed since stays, and is named."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotations.accounts.models import User
from annotations.imports.sentences import many
from annotations.jobs.actions import start_job
from annotations.jobs.models import UNFINISHED, Job
from annotations.jobs.progress import Progress
from annotations.metadata.levels import level_of
from annotations.metadata.models import CorrectedValue, Correction, PackageUpdate
from annotations.metadata.packages.applying import write_correction
from annotations.metadata.packages.cells import heading_of
from annotations.metadata.packages.interrupted import drop_unwritten, is_broken_off
from annotations.metadata.packages.labels.undoing import has_labels, staying_labels, take_back_labels

MOST_NAMED = 500  # values that stay
STAYING = """
SELECT v.* FROM metadata_correctedvalue v WHERE v.correction_id = %s AND NOT EXISTS (
    SELECT FROM metadata_correctedvalue back
    WHERE back.correction_id = %s AND back.row_id = v.row_id AND back."column" = v."column")
ORDER BY v.row_id, v.id LIMIT %s
"""


@transaction.atomic
def start_undo(*, update: PackageUpdate, user: User) -> Job:
    """Raises ValidationError for one that was never applied, is still being made, or was taken back already."""
    update = (
        PackageUpdate.objects.select_for_update(of=("self",)).select_related("job", "batch").get(pk=update.pk)
    )
    if not update.applied:
        raise ValidationError("This update was not applied: there is nothing to take back.")
    if update.job and update.job.state in UNFINISHED:
        raise ValidationError("It is still being made: cancel its job first, or wait until it is done.")
    if is_broken_off(update):
        drop_unwritten(update)
    if not stands(update):
        raise ValidationError("This update was taken back already.")
    labels = update.batch.changed if update.batch else 0
    params = {"update": update.pk, "total": sum(one.rows for one in to_take_back(update)) + labels}
    return start_job(kind="undo_package_update", owner=user, project=update.project, params=params)


def stands(update: PackageUpdate) -> bool:
    """Whether there is anything to take back."""
    return bool(update.applied and not update.taken_back and (to_take_back(update) or has_labels(update)))


def to_take_back(update: PackageUpdate) -> list[Correction]:
    """Its corrections that stand, or were put back in part only; the last first."""
    stands = Q(undone_by=None) | Q(undone_by__in=_broken_off(update))
    standing = update.corrections.filter(stands, applied__isnull=False)
    return list(standing.select_related("project", "user").order_by("-pk"))


def _broken_off(update: PackageUpdate) -> list[int]:
    """Undos whose jobs ended before they did."""
    undos = Correction.objects.filter(undoes__package=update).exclude(job=None).select_related("job")
    return [
        undo.pk
        for undo in undos
        if undo.job and undo.job.is_finished and undo.job.checkpoint.get("under_way") == undo.pk
    ]


def undo_job_of(update: PackageUpdate) -> Job | None:
    """The job that is taking it back now."""
    jobs = Job.objects.filter(kind="undo_package_update", project=update.project, state__in=UNFINISHED)
    return jobs.filter(params__update=update.pk).first()


def take_back_update(job: Job, progress: Progress) -> dict:
    """The work of the job. Each level is finished, or gone on with, by whoever takes the job up."""
    update = PackageUpdate.objects.select_related("project", "batch").get(pk=job.params["update"])
    done = 0
    while undo := _next(update, job, progress):
        write_correction(job, progress, undo, (done, job.params["total"]))
        with progress.fenced():
            undo.refresh_from_db()
            done += undo.rows
            progress.checkpoint(under_way=None, ended=[*job.checkpoint.get("ended", []), undo.pk])
    labels = take_back_labels(job, progress, update, done)
    with progress.fenced():
        PackageUpdate.objects.filter(pk=update.pk).update(taken_back=timezone.now())
    rows, stay = _rows_of(job), job.checkpoint.get("stay", 0)
    if update.batch is not None:
        stay += update.batch.changed - labels
    return {
        "project": job.project_id,
        "update": update.pk,
        "rows": rows,
        "labels": labels,
        "stay": stay,
        "warnings": [*staying(job), *staying_labels(job, update, MOST_NAMED)][:MOST_NAMED],
        "message": _sentence(rows, labels, stay),
    }


def _next(update: PackageUpdate, job: Job, progress: Progress) -> Correction | None:
    """The undo that is under way, or of the next level."""
    if number := job.checkpoint.get("under_way"):
        return Correction.objects.select_related("project", "user", "undoes").get(pk=number)
    for correction in to_take_back(update):
        with progress.fenced():
            undo = _taken_up(correction, job, progress) or _new_undo(correction, job)
            progress.checkpoint(under_way=undo.pk)
        return undo
    return None


def _taken_up(correction: Correction, job: Job, progress: Progress) -> Correction | None:
    """The undo that another job began: it goes on where that one stopped."""
    undo = (
        Correction.objects.select_related("project", "user", "undoes", "job")
        .filter(undoes=correction)
        .first()
    )
    if undo is None or undo.job is None:
        return None
    note = undo.job.checkpoint.get("writing", {})
    if note.get("correction") == undo.pk:
        progress.checkpoint(writing=note)
    undo.job, undo.user = job, job.owner
    undo.save(update_fields=["job", "user"])
    return undo


def _new_undo(correction: Correction, job: Job) -> Correction:
    return Correction.objects.create(
        project=correction.project,
        user=job.owner,
        source=Correction.CorrectionSource.UNDO,
        level=correction.level,
        rows=correction.rows,
        columns=correction.columns,
        undoes=correction,
        applied=timezone.now(),
        job=job,
    )


def _rows_of(job: Job) -> int:
    return sum(
        Correction.objects.filter(pk__in=job.checkpoint.get("ended", [])).values_list("rows", flat=True)
    )


def staying(job: Job) -> list[dict]:
    """The first values that somebody changed since, in words."""
    undos = Correction.objects.filter(pk__in=job.checkpoint.get("ended", [])).select_related("undoes")
    return [line for undo in undos if undo.undoes for line in _lines(undo.undoes, undo)][:MOST_NAMED]


def _lines(correction: Correction, undo: Correction) -> list[dict]:
    params = [correction.pk, undo.pk, MOST_NAMED]
    values = list(CorrectedValue.objects.raw(STAYING, params))
    names = level_of(correction.level).names([value.row_id for value in values])
    return [
        {
            "file": correction.file_name,
            "line": None,
            "column": heading_of(correction.level, value.column),
            "message": f"{names.get(value.row_id, 'One that is gone')} is not {value.new or 'empty'} any more, as the "
            "update left it: somebody changed it since. It stays.",
        }
        for value in values
    ]


def _sentence(rows: int, labels: int, stay: int) -> str:
    things = [many(rows, "row"), *([many(labels, "label")] if labels else [])]
    back = f"{' and '.join(things)} put back to what they were."
    return f"{back} {many(stay, 'value')} stay: they were changed since." if stay else back
