"""Workers that are free help with a job that another one holds: who is asked, and what they may write."""

import logging
import os
import time
import uuid

import kombu.exceptions
import redis
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotations.jobs.errors import ClaimLost
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.jobs.registry import kind_named
from annotations.jobs.sharing import free_parts, sharing_of

TASK = "worker.help_with_job"
# the job's end waits for a chunk that is being committed, and a chunk that comes after it is undone
STILL_RUNS = "SELECT FROM jobs_job WHERE id = %s AND state = 'running' FOR SHARE"
ASK_EVERY = 5.0  # seconds between two looks whether another worker is free
LONGEST_PAUSE = 60.0
PATIENCE = 5.0  # seconds for an answer of Redis
log = logging.getLogger(__name__)


class Helper(Progress):
    """Beside the job's own worker: stops when that one ends, is cancelled or puts the job back.

    It writes nothing on the job's row: how far all are, the job's own worker says.
    """

    def __init__(self, job: Job):
        super().__init__(job)
        self.session = f"seston help {job.pk}.{uuid.uuid4().hex[:8]} process {os.getpid()}"

    def update(self, done: int, total: int, message: str = "") -> None:
        self.check()

    def checkpoint(self, **note: object) -> None:
        self._write()

    def _write(self, **values: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(STILL_RUNS, [self.job.pk])
            if not cursor.rowcount:
                self._overtaken.set()
                raise ClaimLost

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING)


class Call:
    """Asks for help while a job runs; where none comes, as from workers that fail each time, more and more rarely."""

    def __init__(self, job: Job):
        self.job = job
        self.workers, self.pause, self.next = 1, ASK_EVERY, 0.0

    def repeat(self) -> None:
        if time.monotonic() < self.next:
            return
        workers = sharing_of(self.job).workers
        if workers > self.workers:
            self.pause = ASK_EVERY
        self.workers = workers
        if ask_for_help(self.job):
            self.pause = min(2 * self.pause, LONGEST_PAUSE)
        self.next = time.monotonic() + self.pause


def ask_for_help(job: Job) -> bool:
    """Sends word to one worker more that is free. False where that would serve nothing: none is, or nothing is left."""
    if not is_help_needed(job):
        return False
    queue = kind_named(job.kind).queue
    try:
        if _is_anything_waiting(queue):  # no worker is free, or one is about to come
            return False
        current_app.signature(TASK, args=[job.pk]).apply_async(queue=queue)
    except (kombu.exceptions.OperationalError, redis.RedisError) as error:
        log.warning("job %s goes on alone until the broker is back: %s", job.pk, error)
        return False
    return True


def is_help_needed(job: Job) -> bool:
    """Whether parts are left that nobody holds, and no other job waits for a worker."""
    if sharing_of(job).workers >= settings.PREDICTION_WORKERS or is_other_waiting(job):
        return False
    return free_parts(job).exists()


def is_other_waiting(job: Job) -> bool:
    """Whether another job could begin if a worker of this kind of job were free."""
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    queue = kind_named(job.kind).queue
    return Job.objects.filter(due, queue=queue, state=JobState.QUEUED).exclude(pk=job.pk).exists()


def _is_anything_waiting(queue: str) -> bool:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
    ) as broker:
        return bool(broker.llen(queue))
