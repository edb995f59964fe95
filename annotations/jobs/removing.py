"""Removing jobs that have ended, with the files that they made or still hold; what they did stays."""

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
    upload = upload_of(job)
    removed, _ = Job.objects.filter(pk=job.pk).exclude(state__in=UNFINISHED).delete()
    if not removed:
        raise ValidationError(f"{job.title} has not ended yet: wait for it, or cancel it first.")
    if job.kind in {kind.name for kind in kinds_that_make_files()}:
        key = artefact_key(job)
        transaction.on_commit(lambda: delete(key))
    if upload is not None:
        transaction.on_commit(lambda: remove_upload(upload))
