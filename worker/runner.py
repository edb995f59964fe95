"""Runs one job: claims its row, does what is registered for its kind, writes how it ended."""

from collections.abc import Callable

from django.utils import timezone

from annotations.jobs.actions import STALE_AFTER, claim_job, finish_job
from annotations.jobs.models import JobState
from annotations.jobs.progress import Progress
from annotations.jobs.registry import Work, kind_named
from annotations.jobs.running import carry_out, write_ending

MOST_DEATHS = 5  # of workers, without a checkpoint in between


def run_job(job_id: int, work: Work | None = None) -> None:
    """Does the job's work, or the given one in its place. Nothing when somebody else has it."""
    job = claim_job(job_id=job_id, stale_before=timezone.now() - STALE_AFTER)
    if job is None:
        return
    if job.deaths >= MOST_DEATHS:
        finish_job(job=job, state=JobState.FAILED, message=f"Given up: {MOST_DEATHS} workers died at it.")
        return
    load: Callable[[], Work] = kind_named(job.kind).load if work is None else lambda: work
    ending = carry_out(Progress(job), load)
    if ending is not None:
        write_ending(job, ending)
