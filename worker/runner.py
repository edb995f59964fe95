"""Runs one job: claims its row, keeps its heart beating, writes how it ended."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from annotations.jobs.actions import claim_job, finish_job
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress

STALE_AFTER = timedelta(seconds=10)
ATTEMPTS = 5
log = logging.getLogger(__name__)
Work = Callable[[Job, Progress], dict]


def run_job(job_id: int, work: Work) -> None:
    """Calls `work(job, progress)` and stores the dict that it returns as the job's result.

    Of the dict, `message` is the sentence on the job's page, `errors` are what went wrong without stopping it, and
    `warnings` what the person should know of.
    """
    job = claim_job(job_id=job_id, stale_before=timezone.now() - STALE_AFTER)
    if job is None:
        return
    if job.attempt > ATTEMPTS:
        finish_job(job=job, state=JobState.FAILED, message=f"Given up: {ATTEMPTS} workers died at it.")
        return
    _finish(job, work)


def _finish(job: Job, work: Work) -> None:
    try:
        with Progress(job) as progress:
            result = work(job, progress)
    except JobCancelled as stop:
        finish_job(job=job, state=JobState.CANCELLED, message=str(stop) or "Cancelled.")
    except JobError as error:
        finish_job(
            job=job,
            state=JobState.FAILED,
            message=str(error),
            result={"warnings": error.warnings},
            errors=error.errors,
        )
    except Exception:  # the last line of defence: a bug must end the job, not leave it running for ever
        log.exception("job %s (%s) failed", job.pk, job.kind)
        finish_job(
            job=job,
            state=JobState.FAILED,
            message="Something went wrong in the worker. The administrator finds the details in its log.",
        )
    else:
        message, errors = result.pop("message", "Done."), result.pop("errors", [])
        finish_job(job=job, state=JobState.DONE, message=message, result=result, errors=errors)
