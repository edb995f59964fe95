"""Helps with a job that another worker holds: what a free worker does where there is more than one can do."""

import logging

from annotations.jobs.errors import ClaimLost, JobCancelled, JobError
from annotations.jobs.helping import Helper, is_help_needed
from annotations.jobs.models import Job, JobState
from worker.prediction.job import help_predict

log = logging.getLogger(__name__)


def help_with_job(job_id: int) -> None:
    """Nothing where the job has ended or needs no help. What ends the job ends this; it decides nothing itself."""
    job = Job.objects.select_related("project", "owner").filter(pk=job_id, state=JobState.RUNNING).first()
    if job is None or not is_help_needed(job):
        return
    try:
        with Helper(job) as helper:
            help_predict(job, helper)
    except (ClaimLost, JobCancelled):
        log.info("job %s has ended, and so has this helper", job.pk)
    except JobError as error:  # of this machine perhaps: the job's own worker will meet it, or not
        log.warning("job %s gets no help from here: %s", job.pk, error)
