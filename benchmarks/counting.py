"""Counting what samples hold, end to end with the database: objects a second, and the memory that the walk takes."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from annotations.abundance.plans import draw_plan
from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.labels.models import Batch, BatchKind
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Sample
from annotations.taxonomy.models import Taxon
from benchmarks.timing import Figures
from worker.runner import run_job

OBJECTS, TAXA, SAMPLES = 200_000, 50, 100
PLANNED, DRAWN = 20, 100  # samples with random objects, and how many each
NAME = "Benchmark of abundances (to be deleted)"

MAKE = """
INSERT INTO samples_object (project_id, sample_id, acquisition_id, taxon_id, state, has_time, version)
SELECT %(project)s, (%(samples)s::bigint[])[k], (%(runs)s::bigint[])[k], (%(taxa)s::bigint[])[1 + n %% %(kinds)s],
       'P', TRUE, 1
FROM (SELECT n, 1 + n %% %(hauls)s AS k FROM generate_series(1, %(objects)s) n) numbered"""
PREDICT = """
INSERT INTO learning_prediction (object_id, model_id, is_current, taxa, scores, candidates, created)
SELECT o.id, %(model)s, TRUE,
       ARRAY[o.taxon_id, (%(taxa)s::bigint[])[1 + o.id %% %(kinds)s],
             (%(taxa)s::bigint[])[1 + (o.id / 7) %% %(kinds)s]],
       ARRAY[0.7, 0.2, 0.05], '{}', now()
FROM samples_object o WHERE o.project_id = %(project)s"""
VALIDATE = """
UPDATE samples_object o SET state = 'V', annotator_id = %s, labelled_at = now(), version = version + 1
FROM abundance_drawnobject d WHERE d.plan_id = %s AND o.id = d.object_id"""

FORGET = """
DELETE FROM abundance_drawnobject d USING abundance_validationplan p WHERE p.id = d.plan_id AND p.project_id = %s"""


def counting(figures: Figures, user: User) -> None:
    """A project of which some samples have random objects."""
    with predicted_project() as (project, model, samples):
        plan = draw_plan(user=user, project=project, samples=samples[:PLANNED], objects=DRAWN)
        with connection.cursor() as cursor:
            cursor.execute(VALIDATE, [user.pk, plan.pk])
        before = _peak()
        started = time.perf_counter()
        params = {"model": model.pk, "taxa_below": []}
        job = Job.objects.create(kind="estimate_abundance", project=project, owner=user, params=params)
        run_job(job.pk)
        seconds = time.perf_counter() - started
        job.refresh_from_db()
        assert job.state == "done", job.message
        what = f"abundance of {OBJECTS:,} objects, {TAXA} taxa, {SAMPLES} samples"
        figures.add(what, OBJECTS / seconds, "objects/s")
        figures.add(f"{what}: memory besides", _peak() - before, "MB")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def predicted_project() -> Iterator[tuple[Project, Model, list[int]]]:
    """Whose objects a model has named all of; it goes with all that is in it."""
    project = Project.objects.create(title=NAME)
    taxa = [Taxon.objects.create(name=f"Counted {n}", display_name=f"Counted {n}") for n in range(TAXA)]
    model = Model.objects.create(name=NAME, classes=[taxon.pk for taxon in taxa], is_ready=True)
    Batch.objects.create(project=project, kind=BatchKind.PREDICTION, model_id=model.pk)
    try:
        yield project, model, _fill(project, model, taxa)
    finally:
        Job.objects.filter(project=project).delete()
        with connection.cursor() as cursor:
            cursor.execute(FORGET, [project.pk])
            cursor.execute("DELETE FROM learning_prediction WHERE model_id = %s", [model.pk])
            for table in ("samples_object", "labels_tally", "labels_settledtally"):
                cursor.execute(f"DELETE FROM {table} WHERE project_id = %s", [project.pk])
        project.delete()
        model.delete()
        Taxon.objects.filter(pk__in=[taxon.pk for taxon in taxa]).delete()


def _fill(project: Project, model: Model, taxa: list[Taxon]) -> list[int]:
    """The samples' numbers."""
    samples = [Sample.objects.create(project=project, original_id=f"tow_{n}") for n in range(SAMPLES)]
    runs = [Acquisition.objects.create(sample=sample, original_id="acq") for sample in samples]
    ids = [sample.pk for sample in samples]
    params: dict[str, Any] = {
        "project": project.pk,
        "model": model.pk,
        "samples": ids,
        "runs": [run.pk for run in runs],
        "taxa": [taxon.pk for taxon in taxa],
        "kinds": TAXA,
        "hauls": SAMPLES,
        "objects": OBJECTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(MAKE, params)
        cursor.execute(PREDICT, params)
        cursor.execute("ANALYZE samples_object, learning_prediction")
    return ids
