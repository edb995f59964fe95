"""Starting, cancelling and finishing jobs. The row is the truth; the broker only carries its number."""

from datetime import datetime
from pathlib import Path

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.models import UNFINISHED, Job, JobState
from annotations.jobs.uploads import remove_upload
from annotations.projects.models import Project


def start_job(
    *,
    kind: str,
    owner: User | None,
    project: Project | None = None,
    params: dict | None = None,
    queue: str = "cpu",
) -> Job:
    """Writes the job's row and, once it is committed, calls the task `worker.<kind>` by name."""
    job = Job.objects.create(kind=kind, owner=owner, project=project, params=params or {}, queue=queue)
    transaction.on_commit(lambda: dispatch(job))
    return job


def dispatch(job: Job) -> None:
    """Sends the job's number to its queue. Safe to do twice: a worker claims the row before it starts."""
    Job.objects.filter(pk=job.pk).update(dispatched=timezone.now())
    current_app.signature(f"worker.{job.kind}", args=[job.pk]).apply_async(queue=job.queue)


def cancel_job(*, job: Job) -> Job:
    """A queued job is cancelled at once; a running one stops at its next step."""
    now = timezone.now()
    queued = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    if queued.update(state=JobState.CANCELLED, finished=now, cancel_requested=True, message="Cancelled."):
        remove_upload(Path(job.params.get("path", "")))
    else:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)
    job.refresh_from_db()
    return job


def claim_job(*, job_id: int, stale_before: datetime) -> Job | None:
    """Takes a queued job, or a running one whose heartbeat has stopped; None when somebody else has it."""
    now = timezone.now()
    free = Job.objects.filter(pk=job_id, state=JobState.QUEUED) | Job.objects.filter(
        pk=job_id, state=JobState.RUNNING, heartbeat__lt=stale_before
    )
    claimed = free.update(state=JobState.RUNNING, heartbeat=now, started=now, attempt=F("attempt") + 1)
    return Job.objects.select_related("project", "owner").get(pk=job_id) if claimed else None


def finish_job(
    *, job: Job, state: JobState, message: str, result: dict | None = None, errors: list[dict] | None = None
) -> None:
    """Writes the end of a job, unless another worker has taken it up meanwhile."""
    Job.objects.filter(pk=job.pk, state__in=UNFINISHED, attempt=job.attempt).update(
        state=state, message=message[:500], result=result or {}, errors=errors or [], finished=timezone.now()
    )
