"""Runs the work of a job as a worker does, and as one that dies at it."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from annotations.jobs.actions import claim_job
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning.actions import new_model
from annotations.learning.files import model_folder
from annotations.learning.models import Model
from tests.lake import TINY
from worker.learning.job import train_model
from worker.runner import run_job


class Killed(BaseException):
    """What `kill -9` is to a test: nothing catches it, nothing is tidied up."""


def new_training(lake, **more) -> tuple[Model, Job]:
    model, params = new_model(projects=[lake.project], **{**TINY, **more})
    return model, Job.objects.create(kind="train", project=lake.project, params=params)


def new_prediction(lake, model: Model, precision: float | None = None, **conditions) -> Job:
    params = {"model": model.pk, "filter": conditions, "precision": precision}
    return Job.objects.create(kind="predict", project=lake.project, params=params)


def run(job: Job, work: Callable) -> Job:
    """From beginning to end; the job as it is then."""
    run_job(job.pk, work)
    job.refresh_from_db()
    return job


def die_at(job: Job, work: Callable) -> None:
    """Begins the work, which must raise Killed; the job stays running, and its heart stops."""
    claimed = claim_job(job_id=job.pk, stale_before=timezone.now())
    try:
        with Progress(claimed) as progress:
            work(claimed, progress)
    except Killed:
        Job.objects.filter(pk=job.pk).update(heartbeat=timezone.now() - timedelta(minutes=1))
        return
    raise AssertionError("The worker was to be killed.")


def trained(lake) -> Model:
    """A model that is ready; only the first call of a test run really trains."""
    model, job = new_training(lake)
    folder = model_folder(model)
    if _first.get("folder"):
        shutil.copytree(_first["folder"], folder)
        model.classes = [getattr(lake, name) for name in _first["classes"]]
        model.is_ready = True
        model.save()
        return model
    assert run(job, train_model).state == "done", job.message
    model.refresh_from_db()
    _first["classes"] = ["disc" if taxon == lake.disc else "bar" for taxon in model.classes]
    _first["folder"] = tempfile.mkdtemp(prefix="seston-test-model-")
    atexit.register(shutil.rmtree, _first["folder"], ignore_errors=True)
    shutil.copytree(folder, _first["folder"], dirs_exist_ok=True)
    return model


_first: dict = {}
