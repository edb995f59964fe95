"""Doing a claimed job's work, and what its end is: done, failed, cancelled, or put back for a while."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from django.db import connection

from annotations.jobs.actions import finish_job, put_back
from annotations.jobs.errors import ClaimLost, JobCancelled, JobError
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.jobs.registry import Work
from annotations.jobs.transient import DATABASE_ERRORS, transient_cause

MOST_DELAYS = 24  # without a checkpoint in between: some hour and a half
END_TRIES = 30  # to write how it ended, a second apart; then the watch finds the job without a heartbeat
BUG = "Something went wrong in the worker. The administrator finds the details in its log."
log = logging.getLogger(__name__)


@dataclass
class Ending:
    """`state` is queued for a job that is put back: `message` is then what was away."""

    state: JobState
    message: str
    result: dict = field(default_factory=dict)
    errors: list[dict] = field(default_factory=list)
    keeps_upload: bool = False


def carry_out(progress: Progress, load: Callable[[], Work]) -> Ending | None:
    """Calls the work; None when another worker has taken the job up meanwhile.

    Of the dict that a work returns, `message` is the sentence on the job's page, `errors` are what went wrong without
    stopping it, `keeps_upload` whether what was uploaded is kept for another job; the rest is the job's result, in
    which `warnings` are what the person should know of.
    """
    job = progress.job
    try:
        with progress:
            result = load()(job, progress)
    except ClaimLost:
        return None
    except JobCancelled as stop:
        return Ending(JobState.CANCELLED, str(stop) or "Cancelled.")
    except JobError as error:
        return _if_it_passes(job, error) or Ending(
            JobState.FAILED, str(error), {"warnings": error.warnings}, error.errors, error.keeps_upload
        )
    except (
        Exception
    ) as error:  # the last line of defence: a bug must end the job, not leave it running for ever
        ending = _if_it_passes(job, error)
        if ending is None:
            log.exception("job %s (%s) failed", job.pk, job.kind)
        return ending or Ending(JobState.FAILED, BUG)
    message, errors = result.pop("message", "Done."), result.pop("errors", [])
    return Ending(JobState.DONE, message, result, errors, result.pop("keeps_upload", False))


def _if_it_passes(job: Job, error: Exception) -> Ending | None:
    reason = transient_cause(error)
    if reason is None:
        return None
    log.warning("job %s (%s): %s: %s", job.pk, job.kind, reason, error)
    if job.delays < MOST_DELAYS:
        return Ending(JobState.QUEUED, reason)
    return Ending(JobState.FAILED, f"{reason}, {job.delays} times over. Start it again when that is mended.")


def write_ending(job: Job, ending: Ending) -> None:
    """Writes it, unless another worker has taken the job up. Waits for a database that is away."""
    for _ in range(END_TRIES):
        try:
            return _written(job, ending)
        except DATABASE_ERRORS as error:
            log.warning("job %s: its end could not be written, and is tried again: %s", job.pk, error)
            connection.close()
            Event().wait(1)


def _written(job: Job, ending: Ending) -> None:
    if ending.state == JobState.QUEUED:
        is_mine = put_back(job=job, reason=ending.message)
    else:
        is_mine = finish_job(
            job=job,
            state=ending.state,
            message=ending.message,
            result=ending.result,
            errors=ending.errors,
            keeps_upload=ending.keeps_upload,
        )
    if not is_mine:
        log.warning("job %s: another worker took it up; this one's end is dropped", job.pk)
