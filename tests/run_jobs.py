"""Does the work of a job here, as a worker does."""

from collections.abc import Callable

from annotations.jobs.models import Job
from worker.runner import run_job


def work(job: Job, does: Callable | None = None) -> Job:
    """The job when it has ended."""
    run_job(job.pk, does)
    job.refresh_from_db()
    return job
