"""PostgreSQL restarts within a chunk; a worker is stopped, its job taken, and goes on: real servers, real signals."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from annotations.imports import load
from annotations.imports.actions import start_import
from annotations.imports.origins.places import Incoming
from annotations.jobs import running
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch, Change
from annotations.samples.models import FreeColumn, NumberKey, Object, ObjectFields
from annotations.similarity.models import Embedding
from seston import embedded
from seston.embedded import postgres
from tests.imports.packages import package, row
from tests.lake import UNSETTLED
from tests.platform.servers import ROOT, postgres_pid
from tests.worker.oracle import make_oracle, speak_for
from tests.worker.runs import new_prediction
from tests.worlds import shared_rows
from worker.prediction import job as predicting
from worker.prediction import writer as prediction_writer
from worker.runner import run_job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def outage(monkeypatch) -> Callable:
    """`outage(owner, name, call)`: PostgreSQL stops before that call of a function, and stays away until the heart
    has missed it, the chunk has failed, and a first try to write the job's end has, too.
    """
    missed, written = threading.Event(), running._written
    monkeypatch.setattr("annotations.jobs.progress.BEAT_SECONDS", 0.05)
    beat = Progress._beat_once

    def beat_once(progress: Progress) -> None:
        beat(progress)
        if not postgres.answers(postgres.socket_folder(settings.SESTON_HOME)):
            missed.set()

    def revived_for_the_second_try(job, ending) -> None:
        if missed.is_set() and not tries:
            tries.append(job)
        else:
            embedded.revive(settings.SESTON_HOME)
        written(job, ending)

    tries: list = []
    monkeypatch.setattr(Progress, "_beat_once", beat_once)
    monkeypatch.setattr(running, "_written", revived_for_the_second_try)

    def plan(owner: object, name: str, call: int) -> None:
        calls, function = [], getattr(owner, name)

        def dies_before(*arguments, **options):
            calls.append(name)
            if len(calls) == call:
                os.kill(postgres_pid(settings.SESTON_HOME), signal.SIGINT)
                assert missed.wait(20)
            return function(*arguments, **options)

        monkeypatch.setattr(owner, name, dies_before)

    yield plan
    embedded.revive(settings.SESTON_HOME)
    connection.close()


def taken_up(job: Job) -> Job:
    """After its pause, by the next worker."""
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    run_job(job.pk)
    job.refresh_from_db()
    return job


def test_a_prediction_goes_on_after_the_database_was_away(lake, monkeypatch, outage):
    model, oracle = make_oracle(lake.project, lake.disc, lake.bar)
    speak_for(oracle, monkeypatch, predicting)
    job = new_prediction(lake, model)
    outage(prediction_writer, "keep_embeddings", 2)  # within the second chunk, after its labels
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("queued", "The database was away; goes on in 5 s.")
    assert Embedding.objects.count() == 4, "of the second chunk nothing stayed"
    job = taken_up(job)
    assert (job.state, job.attempt, job.result["predicted"]) == ("done", 2, UNSETTLED)
    assert job.message == "10 objects predicted. What people have settled was left alone."
    assert Change.objects.filter(batch=job.result["batch"]).count() == UNSETTLED
    assert Embedding.objects.count() == UNSETTLED + len(lake.settled)


def test_an_import_goes_on_after_the_database_died_with_its_package(
    project, alice, monkeypatch, outage, settings
):
    settings.UPLOADS_FOLDER.mkdir(parents=True)
    path = package(settings.UPLOADS_FOLDER / "tow.zip", [row(n) for n in range(1, 6)])
    monkeypatch.setattr(load, "CHUNK", 2)
    job = start_import(project=project, user=alice, incoming=Incoming(path, "tow.zip"))
    outage(load, "log_imported", 2)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, path.exists()) == ("queued", True), job.message
    assert Object.objects.count() == 2
    job = taken_up(job)
    assert (job.state, job.message) == ("done", "5 objects with 5 images of 1 sample imported."), job.errors
    assert sorted(ObjectFields.objects.values_list("original_id", flat=True)) == [
        f"o{n}" for n in range(1, 6)
    ]
    assert not path.exists()


STOPPED_IN_A_CHUNK = """
import sys, django
django.setup()
from annotations.search import indexing
from worker.runner import run_job
add = indexing._add_chunk

def announced(column, last):
    added = add(column, last)
    if last:  # the second chunk: its rows are written, and not committed
        print("in the second chunk", flush=True)
        sys.stdin.readline()
    return added

indexing.CHUNK, indexing._add_chunk = 3, announced
run_job(int(sys.argv[1]))
print("ended", flush=True)
"""


@shared_rows
def column(lake) -> FreeColumn:
    created = FreeColumn.objects.create(
        project=lake.project, level="object", name="area", is_number=True, position=0
    )
    for n, each in enumerate(Object.objects.filter(project=lake.project)):
        ObjectFields.objects.create(
            object=each, project=lake.project, original_id=f"o{n}", values=[n], texts={}
        )
    return created


def worker_process(job: Job) -> subprocess.Popen:
    """A worker in a process of its own, with the database of the test."""
    folder = postgres.socket_folder(settings.SESTON_HOME)
    name, user = connection.settings_dict["NAME"], connection.settings_dict["USER"]
    more = {
        "DATABASE_URL": f"postgresql://{user}@{str(folder).replace('/', '%2F')}/{name}",
        "DJANGO_SETTINGS_MODULE": "seston.settings",
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
    }
    command = [sys.executable, "-c", STOPPED_IN_A_CHUNK, str(job.pk)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=os.environ | more, cwd=ROOT, text=True, **pipes)


def test_a_worker_that_was_stopped_writes_nothing_after_its_job_was_taken(column):
    job = Job.objects.create(kind="index_column", project=column.project, params={"column": column.pk})
    with worker_process(job) as worker:
        assert worker.stdout.readline() == "in the second chunk\n", worker.stderr.read()
        os.kill(worker.pid, signal.SIGSTOP)
        Job.objects.filter(pk=job.pk).update(heartbeat=timezone.now() - timedelta(seconds=11))
        run_job(job.pk)  # waits for no lock that the stopped one holds: its session is ended
        before = (
            list(NumberKey.objects.order_by("object").values()),
            Job.objects.filter(pk=job.pk).values().get(),
        )
        assert (len(before[0]), before[1]["state"], before[1]["attempt"]) == (
            Object.objects.count(),
            "done",
            2,
        )
        os.kill(worker.pid, signal.SIGCONT)
        output, log = worker.communicate("\n", timeout=60)
    assert output == "ended\n" and "another worker took it up" in log
    assert list(NumberKey.objects.order_by("object").values()) == before[0]
    assert Job.objects.filter(pk=job.pk).values().get() == before[1]
    assert not Batch.objects.exists()
