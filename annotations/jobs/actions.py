"""Starting, claiming, putting back and ending jobs. The row is the truth; the broker only carries its number."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import kombu.exceptions
import redis
from celery import current_app
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, When
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.artefacts import expiry_of, replace_offers, upload_expiry
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import UNFINISHED, Job, JobState
from annotations.jobs.registry import kind_named
from annotations.jobs.uploads import remove_upload
from annotations.projects.models import Project

TASK = "worker.run_job"
CLOCKS_DIFFER = 0.1  # seconds; who claims a job that waits looks at the clock of another machine
STALE_AFTER = timedelta(seconds=10)  # without a heartbeat, whoever does a job is taken for dead
PAUSES = (
    5,
    10,
    20,
    40,
    80,
    160,
    300,
)  # seconds before a job that was put back is tried again; then always the last
# a worker that was stopped in the middle of a chunk holds its locks: nobody else could go on
END_SESSIONS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE %s
"""
log = logging.getLogger(__name__)


def start_job(
    *,
    kind: str,
    owner: User | None,
    project: Project | None = None,
    params: dict[str, Any] | None = None,
    after: timedelta | None = None,
    queue: str = "",
) -> Job:
    """Writes the job's row and, once it is committed, sends its number to a worker, who begins `after` a while; to the
    `queue` of its kind where none is named.

    Where a kind has its subject for itself and a job of it lives, that job is given back if it does the same. Raises
    JobUnderWay where it does something else.
    """
    declared, params = kind_named(kind), params or {}
    subject = declared.subject(project, params)
    job = Job(kind=kind, owner=owner, project=project, params=params, subject=subject)
    job.queue = queue or declared.queue
    job.not_before = timezone.now() + after if after else None
    if live := _live_or_written(job):
        return live
    transaction.on_commit(lambda: dispatch(job))
    return job


def start_here(*, kind: str, owner: User | None, project: Project | None, params: dict[str, Any]) -> Job:
    """The job of a command, claimed by the process that does it itself.

    Where a command that was killed has left the same job behind, that one is gone on with. Raises JobUnderWay where the
    job's subject has another live one.
    """
    now, subject = timezone.now(), kind_named(kind).subject(project, params)
    job = Job(kind=kind, owner=owner, project=project, params=params, subject=subject, dispatched=now)
    live = _live_or_written(job)
    claimed = claim_job(job_id=(live or job).pk, stale_before=now - STALE_AFTER)
    if claimed is None:
        raise JobUnderWay(live or job)
    return claimed


def _live_or_written(job: Job) -> Job | None:
    """The live job that does the same, if there is one; else the job is written. Raises JobUnderWay."""
    if live := _live(job):
        return _joined(live, job.params)
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError:  # of two who ask at once, one is first
        live = _live(job)
        if live is None:
            raise
        return _joined(live, job.params)
    return None


def _live(job: Job) -> Job | None:
    same = Job.objects.filter(kind=job.kind, subject=job.subject, state__in=UNFINISHED)
    return same.first() if job.subject else None


def _joined(live: Job, params: dict[str, Any]) -> Job:
    if live.params != params or live.cancel_requested:
        raise JobUnderWay(live)
    return live


def dispatch(job: Job) -> None:
    """Sends the job's number to its queue. Safe to do twice: a worker claims the row before it starts.

    Without a broker it stays to be sent, by the watch.
    """
    wait = job.not_before and max((job.not_before - timezone.now()).total_seconds(), 0) + CLOCKS_DIFFER
    try:
        current_app.signature(TASK, args=[job.pk]).apply_async(queue=job.queue, countdown=wait)
    except (kombu.exceptions.OperationalError, redis.RedisError) as error:
        log.warning("job %s waits until the broker is back: %s", job.pk, error)
        return
    Job.objects.filter(pk=job.pk).update(dispatched=timezone.now())


def cancel_job(*, job: Job) -> Job:
    """A queued job is cancelled at once; a running one stops at its next step."""
    now = timezone.now()
    queued = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    if queued.update(state=JobState.CANCELLED, finished=now, cancel_requested=True, message="Cancelled."):
        _tidy(job)
    else:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)
    job.refresh_from_db()
    return job


# --- By workers -------------------------------------------------------------------------------------------------------


def claim_job(*, job_id: int, stale_before: datetime) -> Job | None:
    """Takes a queued job, or a running one whose heartbeat has stopped; None when somebody else has it.

    The claim has a number of its own, and ends the database session of the one before it.
    """
    now = timezone.now()
    due = Q(not_before=None) | Q(not_before__lte=now)
    dead = Q(state=JobState.RUNNING, heartbeat__lt=stale_before)
    if Job.objects.filter(dead, pk=job_id).exists():
        _end_sessions(job_id)
    claimed = Job.objects.filter(Q(state=JobState.QUEUED) & due | dead, pk=job_id).update(
        state=JobState.RUNNING,
        heartbeat=now,
        started=now,
        attempt=F("attempt") + 1,
        deaths=Case(
            When(state=JobState.RUNNING, then=F("deaths") + 1),
            default=F("deaths"),
            output_field=IntegerField(),
        ),
    )
    return Job.objects.select_related("project", "owner").get(pk=job_id) if claimed else None


def _end_sessions(job_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(END_SESSIONS, [f"seston job {job_id}.%"])


def put_back(*, job: Job, reason: str) -> bool:
    """Queues a running job again, after a pause that grows: what it needs is away. False when it was taken up."""
    pause = PAUSES[min(job.delays, len(PAUSES) - 1)]
    return bool(
        _claimed(job).update(
            state=JobState.QUEUED,
            not_before=timezone.now() + timedelta(seconds=pause),
            dispatched=None,
            delays=F("delays") + 1,
            message=f"{reason}; goes on in {pause} s."[:500],
        )
    )


def finish_job(
    *,
    job: Job,
    state: JobState,
    message: str,
    result: dict | None = None,
    errors: list[dict] | None = None,
    keeps_upload: bool = False,
) -> bool:
    """Writes the end of a job. What was uploaded for it is removed, or with `keeps_upload` kept for some days; what it
    has made for everybody takes the place of what they had before.

    False when another worker has taken it up.
    """
    expires = upload_expiry(job) if keeps_upload else None
    if state == JobState.DONE and expires is None:
        expires = expiry_of(job)
    with transaction.atomic():
        ended = _claimed(job).update(
            state=state,
            message=message[:500],
            result=result or {},
            errors=errors or [],
            finished=timezone.now(),
            expires=expires,
        )
        if ended and state == JobState.DONE:
            replace_offers(job)
    if ended and not keeps_upload:
        _tidy(job)
    return bool(ended)


def _claimed(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state__in=UNFINISHED, attempt=job.attempt)


def _tidy(job: Job) -> None:
    """The only place where an upload is removed: while a job lives, another worker may need it."""
    if path := job.params.get("path"):
        remove_upload(Path(path))
