"""Does the work of a job here, as a worker does, inside the test's own transaction."""

from collections.abc import Callable
from unittest.mock import patch

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from worker.runner import run_job


def work(job: Job, does: Callable | None = None) -> Job:
    """The job when it has ended. Its heart doesn't beat: that has a connection of its own, which sees no such row."""
    with patch.object(Progress, "_beat", lambda self: None):
        run_job(job.pk, does)
    job.refresh_from_db()
    return job
