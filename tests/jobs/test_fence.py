"""Two claims of one job: what the first writes after the second was made does not stay."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from annotations.jobs.actions import claim_job, finish_job, put_back
from annotations.jobs.errors import ClaimLost
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.transient import DATABASE_ERRORS
from annotations.projects.models import Project
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db(transaction=True)


def claim(job: Job) -> Job:
    """As a worker that finds the job without a heartbeat."""
    claimed = claim_job(job_id=job.pk, stale_before=timezone.now() + timedelta(seconds=1))
    assert claimed is not None
    return claimed


@shared_rows
def job(project) -> Job:
    return Job.objects.create(kind="measure", project=project)


@shared_rows
def overtaken(job) -> Progress:
    first = claim(job)
    claim(job)
    return Progress(first)


def row(job: Job) -> dict:
    return (
        Job.objects.filter(pk=job.pk).values("state", "message", "log", "checkpoint", "attempt", "done").get()
    )


@pytest.mark.parametrize(
    "write",
    [
        lambda progress: progress.checkpoint(last_id=7),
        lambda progress: progress.update(10, 10, "Ten"),
        lambda progress: progress.log("A line"),
    ],
)
def test_an_overtaken_worker_writes_nothing_into_the_row_and_hears_of_it(job, overtaken, write):
    before = row(job)
    with pytest.raises(ClaimLost):
        write(overtaken)
    assert row(job) == before
    assert overtaken.should_stop()


def test_its_chunk_is_undone_as_a_whole(job, project, overtaken):
    for note in (lambda: overtaken.checkpoint(last_id=7), lambda: None):
        with pytest.raises(ClaimLost), overtaken.fenced():
            Project.objects.filter(pk=project.pk).update(title="Overwritten")
            note()
    with pytest.raises(ClaimLost), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(title="Overwritten")
        overtaken.checkpoint(last_id=7)
    project.refresh_from_db()
    assert project.title == "Villefranche 2026"


def test_its_file_stays_a_draft(job, overtaken, tmp_path):
    target = tmp_path / "out.zip"
    newer = Progress(Job.objects.get(pk=job.pk))
    for progress, content in ((newer, "new"), (overtaken, "old")):
        progress.draft_of(target).write_text(content)
    newer.publish(newer.draft_of(target), target)
    with pytest.raises(ClaimLost):
        overtaken.publish(overtaken.draft_of(target), target)
    assert target.read_text() == "new"


def test_it_can_neither_end_the_job_nor_put_it_back(job, overtaken):
    before = row(job)
    assert not finish_job(job=overtaken.job, state="failed", message="Mine")
    assert not put_back(job=overtaken.job, reason="The database was away")
    assert row(job) == before


def test_the_upload_stays_until_the_newer_claim_ends(job, overtaken, settings):
    settings.UPLOADS_FOLDER.mkdir(parents=True)
    upload = settings.UPLOADS_FOLDER / "model.zip"
    upload.write_bytes(b"zip")
    Job.objects.filter(pk=job.pk).update(params={"path": str(upload)})
    overtaken.job.params = {"path": str(upload)}
    assert not finish_job(job=overtaken.job, state="failed", message="Cancelled.")
    assert upload.exists()
    assert finish_job(job=Job.objects.get(pk=job.pk), state="done", message="Done.")
    assert not upload.exists()


def test_the_newer_claim_writes(job):
    claim(job)
    progress = Progress(claim(job))
    with progress.fenced():
        progress.checkpoint(last_id=7)
    assert row(job)["checkpoint"] == {"last_id": 7}
    assert row(job)["attempt"] == 2


def sessions(job: Job) -> list[tuple[int, str]]:
    """Number and name of those that whoever takes the job up would end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, application_name FROM pg_stat_activity WHERE application_name LIKE %s",
            [f"seston job {job.pk}.%"],
        )
        return cursor.fetchall()


def test_a_connection_that_is_made_after_one_broke_can_be_ended_as_well(job):
    with Progress(claim(job)) as progress:
        [(broken, name)] = sessions(job)
        with pytest.raises(DATABASE_ERRORS), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        progress.update(1, 2, "The step during which it is seen")
        progress.update(2, 2, "The step after it")
        [(renewed, its_name)] = sessions(job)
    assert its_name == name == f"seston job {job.pk}.1 process {os.getpid()}"
    assert renewed != broken


def test_connections_of_other_threads_and_of_after_the_work_have_no_name(job):
    with Progress(claim(job)):
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(own_session_name).result() == ""
        assert own_session_name() == f"seston job {job.pk}.1 process {os.getpid()}"
    connection.close()
    assert own_session_name() == ""


def own_session_name() -> str:
    """Of the connection of the thread that calls it; another thread's is closed, for nobody else would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('application_name')")
        (name,) = cursor.fetchone()
    if threading.current_thread() is not threading.main_thread():
        connection.close()
    return name


def test_nobody_takes_a_job_whose_heart_beats(job):
    claim(job)
    assert claim_job(job_id=job.pk, stale_before=timezone.now() - timedelta(seconds=10)) is None


def test_a_heart_that_is_not_heard_once_beats_on(job, monkeypatch):
    progress, answers = Progress(claim(job)), [OperationalError("the connection is closed")]
    write = Progress._write

    def away_once(self, **values):
        if answers:
            raise answers.pop()
        write(self, **values)

    monkeypatch.setattr(Progress, "_write", away_once)
    progress._pending = {"message": "Looked at 3 objects"}
    progress._beat_once()
    assert not progress.should_stop()
    progress._beat_once()
    assert row(job)["message"] == "Looked at 3 objects", "what could not be shown is shown then"


def test_a_heart_that_was_not_heard_learns_that_the_job_was_taken(job):
    progress = Progress(claim(job))
    claim(job)
    progress._beat_once()
    with pytest.raises(ClaimLost):
        progress.check()


def test_deaths_count_only_until_the_next_checkpoint(job):
    for _ in range(3):
        claimed = claim(job)
    assert claimed.deaths == 2
    Progress(claimed).checkpoint(last_id=1)
    assert claim(job).deaths == 1


def test_an_older_step_is_never_written_last(job, monkeypatch):
    """The heart has taken a step and waits for the database, when the work shows its last one."""
    progress = Progress(claim(job))
    progress._leave({"done": 4, "total": 9, "message": "Four"})
    acquired, go_on = threading.Event(), threading.Event()
    write = Progress._write

    def slow(self: Progress, **values: object) -> None:
        if values.get("done") == 4:
            acquired.set()
            go_on.wait(10)
        write(self, **values)

    monkeypatch.setattr(Progress, "_write", slow)
    with ThreadPoolExecutor(2) as pool:
        heart = pool.submit(closing(progress._beat_once))
        assert acquired.wait(10)
        work = pool.submit(closing(lambda: progress.update(9, 9, "Nine")))
        wait([work], timeout=0.3)  # it ends now only where it does not wait for the heart
        go_on.set()
        heart.result(10)
        work.result(10)
    assert row(job)["done"] == 9


def test_what_the_heart_had_no_time_to_show_is_shown_at_the_end(job):
    with Progress(claim(job)) as progress, progress.fenced():
        progress.update(9, 9, "Nine")
    assert (row(job)["done"], row(job)["message"]) == (9, "Nine")


def closing(function: Callable[[], None]) -> Callable[[], None]:
    """In a thread: its connection ends with it."""

    def call() -> None:
        try:
            function()
        finally:
            connection.close()

    return call
