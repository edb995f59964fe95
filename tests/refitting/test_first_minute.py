"""A package of drawn plankton and no model at all: measured, compared, and learnt from, without anybody asking."""

import pytest

from annotations.demo.package import write_package
from annotations.jobs.models import Job, JobState
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.refitting.queries import refit_status
from annotations.samples.models import Object, State
from annotations.similarity.models import Embedding
from tests.imports.packages import run_import
from tests.refitting.test_refitting import refit
from worker.embedding.job import embed_measurements
from worker.measuring import measure_project
from worker.runner import run_job

pytestmark = pytest.mark.django_db(transaction=True)
OBJECTS = 60


def run_next(kind: str, work) -> None:
    job = Job.objects.get(kind=kind, state=JobState.QUEUED)
    run_job(job.pk, work)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message


def test_an_import_is_measured_compared_and_learnt_from_by_itself(project, alice, tmp_path, settings):
    settings.MEASURE_ON_IMPORT = True
    package = tmp_path / "drawn.zip"
    write_package(package, objects=OBJECTS, seed=3, samples=3, settled=0.5)
    run_import(project, package, alice)
    assert refit_status(project).state == "impossible"
    run_next("measure", measure_project)
    run_next("embed_measurements", embed_measurements)
    assert Embedding.objects.filter(project=project).count() == OBJECTS
    people = list(Object.objects.filter(state=State.VALIDATED).values_list("pk", "taxon").order_by("pk"))
    refit(project)
    assert refit_status(project).space == "measurements"
    assert refit_status(project).labels == len(people) > 10
    assert (
        list(Object.objects.filter(state=State.VALIDATED).values_list("pk", "taxon").order_by("pk")) == people
    )
    assert not Object.objects.filter(state=State.UNCLASSIFIED).exists()
    predicted = Object.objects.filter(state=State.PREDICTED, score=None).first()
    assert predicted is not None, "what a package has predicted stays until somebody has judged some of it"
    targets = [Target(predicted.pk, predicted.version)]
    label_objects(project=project, user=alice, targets=targets, state=State.VALIDATED)
    refit(project)
    assert not Object.objects.filter(state=State.PREDICTED, score=None).exists()
