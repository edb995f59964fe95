"""Carrying a correction out, and taking it back: what is small at once, many objects by a job that may be cancelled."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import UNFINISHED, Job
from annotations.metadata.actions import (
    SETTLING,
    apply_correction,
    changed_since,
    note_values,
    still_there,
    undo_correction,
)
from annotations.metadata.levels import level_of
from annotations.metadata.matching import OBJECT, matching_differences, next_matching
from annotations.metadata.models import CorrectedValue, Correction
from annotations.samples.object_updating import settle_samples

AT_ONCE = 2000  # objects that a request writes; more are a job's
CHUNK = 1000  # objects a transaction
SAMPLES = """
SELECT DISTINCT o.sample_id FROM samples_object o JOIN metadata_correctedvalue v ON v.row_id = o.id
WHERE v.correction_id = %s ORDER BY 1
"""


@dataclass(frozen=True)
class Chunk:
    last: int  # number of its last object
    objects: int
    changed: int
    stay: int  # cells that were changed meanwhile


@transaction.atomic
def carry_out(*, correction: Correction, user: User) -> Correction:
    """Writes a preview, or starts the job that does (`correction.job`).

    Raises ValidationError, and writes nothing, where a cell is not what the preview says; a job leaves such cells.
    """
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if correction.package_id and not correction.applied:
        raise ValidationError("This is part of an update from a package: apply all of it, on its own page.")
    if correction.applied or (correction.filter is None and not _is_long(correction)):
        return apply_correction(correction=correction, user=user)
    correction.applied, correction.user = timezone.now(), user
    correction.save(update_fields=["applied", "user"])
    if _is_long(correction):
        return _started(correction, user)
    _write_all(correction)
    return correction


@transaction.atomic
def take_back(*, correction: Correction, user: User) -> tuple[Correction, int]:
    """Puts back what nobody changed since, or starts the job that does; also says how many cells stay.

    Raises ValidationError when it was undone already, is still being made, or nothing of it stands.
    """
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if correction.job and correction.job.state in UNFINISHED:
        raise ValidationError("It is still being made: cancel its job first, or wait until it is done.")
    has_undo = Correction.objects.filter(undoes=correction).exists()
    if has_undo or not correction.applied or not _is_long(correction):
        return undo_correction(correction=correction, user=user)
    undo = Correction.objects.create(
        project=correction.project,
        user=user,
        source=Correction.CorrectionSource.UNDO,
        level=correction.level,
        rows=correction.rows,
        columns=correction.columns,
        undoes=correction,
        applied=timezone.now(),
    )
    return _started(undo, user), 0


def _is_long(correction: Correction) -> bool:
    return correction.level == OBJECT and correction.rows > AT_ONCE


def _started(correction: Correction, user: User) -> Correction:
    params = {"correction": correction.pk, "total": correction.rows}
    correction.job = start_job(kind="correct_objects", owner=user, project=correction.project, params=params)
    correction.save(update_fields=["job"])
    return correction


def _write_all(correction: Correction) -> None:
    changed = after = 0
    while chunk := write_chunk(correction, after):
        after, changed = chunk.last, changed + chunk.changed
    if not changed:
        raise ValidationError("Nothing would change: the objects hold this value already.")
    settle(correction, changed)


def write_chunk(correction: Correction, after: int) -> Chunk | None:
    """Corrects the next rows behind `after`, in one transaction of the caller; None behind the last one."""
    ids = _next_ids(correction, after)
    if not ids:
        return None
    if correction.user is None and correction.package_id is None:
        raise ValidationError("Who asked for this has left the site: nothing more is changed.")
    level = level_of(correction.level)
    level.lock(correction.project, ids)
    values, stay = _values(correction, ids)
    level.write(correction.project, correction.user, values)
    return Chunk(ids[-1], len(ids), len({value.row_id for value in values}), stay)


def _next_ids(correction: Correction, after: int) -> list[int]:
    if correction.filter is not None:
        return next_matching(correction, after, CHUNK)
    values = (correction.undoes or correction).values.filter(row_id__gt=after)
    return list(values.order_by("row_id").values_list("row_id", flat=True).distinct()[:CHUNK])


def _values(correction: Correction, ids: list[int]) -> tuple[list[CorrectedValue], int]:
    """What is written into these objects, and how many cells stay, for somebody changed them meanwhile."""
    if correction.filter is not None:
        here = sorted(
            level_of(OBJECT).ids(correction.project, ids)
        )  # some may have moved while the lock waited
        return note_values(correction, matching_differences(correction, here)), 0
    values = list((correction.undoes or correction).values.filter(row_id__in=ids).order_by("row_id", "id"))
    if correction.undoes:
        back = still_there(correction.undoes, values)
        return note_values(correction, back), len(values) - len(back)
    changed = {value.pk for value in changed_since(correction, values, "old")}
    CorrectedValue.objects.filter(pk__in=changed).delete()
    return [value for value in values if value.pk not in changed], len(changed)


def settle(correction: Correction, changed: int) -> None:
    """What follows once all is written: where their samples are and reach, and how many objects the log says."""
    if not SETTLING.isdisjoint(correction.columns):
        with connection.cursor() as cursor:
            cursor.execute(SAMPLES, [correction.pk])
            settle_samples(sample_ids=[sample for (sample,) in cursor.fetchall()])
    Correction.objects.filter(pk=correction.pk).update(rows=changed)
    correction.rows = changed


def job_of(correction: Correction) -> Job | None:
    """The job that is still writing it."""
    return correction.job if correction.job and correction.job.state in UNFINISHED else None
