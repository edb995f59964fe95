"""Errors that pass put a job back; what can't succeed fails."""

import errno
from datetime import timedelta

import kombu.exceptions
import psycopg
import pytest
import redis
from botocore.exceptions import ClientError, EndpointConnectionError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from annotations.jobs.actions import dispatch
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.running import MOST_DELAYS
from annotations.jobs.transient import transient_cause
from tests.run_jobs import work
from worker.runner import MOST_DEATHS
from worker.watch import send_again

pytestmark = pytest.mark.django_db


def answered(status: int) -> ClientError:
    return ClientError({"ResponseMetadata": {"HTTPStatusCode": status}}, "GetObject")


def of_database(cause: psycopg.Error) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def wrapped(cause: Exception) -> JobError:
    error = JobError("The folder is damaged.")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OperationalError("the connection is closed"), "The database was away"),
        (of_database(psycopg.errors.AdminShutdown()), "The database was away"),
        (psycopg.errors.CannotConnectNow(), "The database was away"),
        (psycopg.errors.ReadOnlySqlTransaction(), "The database only reads"),
        (of_database(psycopg.errors.DeadlockDetected()), "The database was busy"),
        (of_database(psycopg.errors.DiskFull()), "The database was busy"),
        (of_database(psycopg.errors.ProgramLimitExceeded()), None),
        (ProgrammingError("no such column"), None),
        (redis.ConnectionError(), "Redis was away"),
        (kombu.exceptions.OperationalError(), "Redis was away"),
        (answered(503), "The storage did not answer"),
        (answered(429), "The storage did not answer"),
        (answered(404), None),
        (EndpointConnectionError(endpoint_url="http://s3"), "The storage did not answer"),
        (OSError(errno.ENOSPC, "full"), "The disk was full"),
        (wrapped(OSError(errno.ENOSPC, "full")), "The disk was full"),
        (ConnectionResetError(), "The disk or the network did not answer"),
        (FileNotFoundError(errno.ENOENT, "gone"), None),
        (wrapped(FileNotFoundError(errno.ENOENT, "gone")), None),
        (KeyError("bug"), None),
    ],
)
def test_what_passes(error, reason):
    assert transient_cause(error) == reason


@pytest.fixture
def job(project, settings) -> Job:
    """With an upload."""
    settings.UPLOADS_FOLDER.mkdir(parents=True)
    upload = settings.UPLOADS_FOLDER / "tow.zip"
    upload.write_bytes(b"zip")
    return Job.objects.create(kind="import_package", project=project, params={"path": str(upload)})


def failing(error: Exception):
    def does(job, progress) -> dict:
        raise error

    return does


def uploads(settings) -> list[str]:
    return [path.name for path in settings.UPLOADS_FOLDER.iterdir()]


def test_a_database_that_was_away_puts_the_job_back_with_its_upload(job, settings):
    put_back = work(job, failing(OperationalError("the connection is closed")))
    assert (put_back.state, put_back.message) == ("queued", "The database was away; goes on in 5 s.")
    assert uploads(settings) == ["tow.zip"]
    assert work(job, lambda job, progress: {}).state == "queued", "not before its time"
    Job.objects.update(not_before=timezone.now())
    done = work(job, lambda job, progress: {"lines": 3})
    assert (done.state, done.result, done.attempt) == ("done", {"lines": 3}, 2)
    assert uploads(settings) == []


def test_the_pause_grows_and_ends(job, settings):
    pauses = []
    for _ in range(MOST_DELAYS):
        Job.objects.update(not_before=None)
        began = timezone.now()
        put_back = work(job, failing(redis.ConnectionError()))
        pauses.append(round((put_back.not_before - began).total_seconds() / 5))
    assert pauses[:4] == [1, 2, 4, 8] and set(pauses[7:]) == {60}
    Job.objects.update(not_before=None)
    failed = work(job, failing(redis.ConnectionError()))
    assert failed.state == "failed"
    assert failed.message == "Redis was away, 24 times over. Start it again when that is mended."
    assert uploads(settings) == []


def test_what_cannot_succeed_fails_at_once(job, settings):
    failed = work(job, failing(JobError("No table.", [{"file": "tow.zip", "message": "No table."}])))
    assert (failed.state, failed.message, failed.errors[0]["file"]) == ("failed", "No table.", "tow.zip")
    assert uploads(settings) == []


def test_a_bug_fails_and_shows_no_traceback(job):
    failed = work(job, failing(KeyError("secret")))
    assert (failed.state, "secret" in failed.message) == ("failed", False)


def test_a_job_that_kills_its_workers_is_given_up(job, settings):
    Job.objects.update(
        state="running", deaths=MOST_DEATHS - 1, heartbeat=timezone.now() - timedelta(minutes=1)
    )
    assert work(job, failing(KeyError())).message == "Given up: 5 workers died at it."
    assert uploads(settings) == []


def test_the_watch_sends_what_was_put_back_when_it_is_due(job, monkeypatch):
    sent = []
    monkeypatch.setattr("worker.watch.dispatch", lambda job: sent.append(job.pk))
    Job.objects.update(created=timezone.now() - timedelta(minutes=1))
    Job.objects.update(not_before=timezone.now() + timedelta(seconds=30))
    assert (send_again(), sent) == (0, [])
    Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert (send_again(), sent) == (1, [job.pk])


def test_without_a_broker_a_job_waits_for_the_watch(job, monkeypatch):
    def away(*arguments, **options):
        raise kombu.exceptions.OperationalError("refused")

    monkeypatch.setattr("celery.canvas.Signature.apply_async", away)
    dispatch(job)
    job.refresh_from_db()
    assert (job.state, job.dispatched) == ("queued", None)
