"""Removing jobs that have ended, with the files that they made or still hold; what they did stays."""

from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.artefacts import artefact_key, upload_of
from annotations.jobs.models import UNFINISHED, Job
from annotations.jobs.registry import is_log, kinds_that_make_files
from annotations.jobs.uploads import remove_upload
from annotations.pictures.artefacts import delete

OTHERS = "Only who asked for a job, or an administrator, may remove it."


def may_remove(user: User, job: Job) -> bool:
    """Whether it is offered: ended jobs of one's own, to administrators all; but not what is a log."""
    is_theirs = job.owner_id == user.pk or user.is_superuser
    return job.is_finished and is_theirs and not is_log(job.kind)


@transaction.atomic
def remove_job(*, user: User, job: Job) -> None:
    """Removes the row, and its file and upload with it. Raises PermissionDenied, ValidationError that says why not."""
    if job.owner_id != user.pk and not user.is_superuser:
        raise PermissionDenied(OTHERS)
    if is_log(job.kind):
        raise ValidationError(
            f"{job.title} stays: it is the only record of who deleted what, when, and how much."
        )
    upload = _remove_row(job)
    if job.kind in {kind.name for kind in kinds_that_make_files()}:
        key = artefact_key(job)
        transaction.on_commit(lambda: delete(key))
    if upload is not None:
        transaction.on_commit(lambda: remove_upload(upload))


def _remove_row(job: Job) -> Path | None:
    """What was uploaded for it, where it is still its own: another import may have got it since the row was read."""
    row = Job.objects.select_for_update().filter(pk=job.pk).first()
    if row is None:
        raise ValidationError(f"{job.title} is removed already.")
    if row.state in UNFINISHED:
        raise ValidationError(f"{job.title} has not ended yet: wait for it, or cancel it first.")
    upload = upload_of(row)
    row.delete()
    return upload
