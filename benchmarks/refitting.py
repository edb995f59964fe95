"""Learning while sorting, end to end with the database: how long until the open page, and all, have new scores."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.refitting import priority
from annotations.refitting.models import Refitting
from annotations.samples.models import Acquisition, Object, Sample
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.models import Taxon
from benchmarks.timing import Figures, PhaseClock
from worker.refitting import job as refitting
from worker.refitting.job import refit_project
from worker.refitting.writer import RefitWriter
from worker.runner import run_job

OBJECTS, TAXA, DIMENSIONS = 100_000, 100, 256
LABELS, MORE, PAGE = 2000, 20, 200
CHUNK = 20_000
NAME = "Benchmark of refits (to be deleted)"

PHASES = {
    "read_objects": "reading objects",
    "read_vectors": "reading embeddings",
    "read_earlier": "reading earlier predictions",
    "make_lesson": "putting them together",
    "fit_parts": "fitting",
    "say_all": "predicting and writing",
}

COLUMNS = ", ".join(
    str(field.column) for field in Object._meta.concrete_fields if not (field.primary_key or field.generated)
)
COPIES = f"""
INSERT INTO samples_object ({COLUMNS})
SELECT {COLUMNS} FROM samples_object, generate_series(1, %s) WHERE id = %s RETURNING id"""
SETTLE = """
UPDATE samples_object o
SET state = 'V', taxon_id = l.taxon, annotator_id = %s, labelled_at = now(), version = version + 1
FROM unnest(%s::bigint[], %s::bigint[]) AS l (id, taxon) WHERE o.id = l.id"""


def refits(figures: Figures, user: User) -> None:
    """A project without a model: the first refit, which writes all, then after a few labels more."""
    with embedded_project() as (project, ids, truth):
        rng = np.random.default_rng(2)
        order = rng.permutation(len(ids))
        _settle(user, ids[order[:LABELS]], truth[order[:LABELS]])
        page = ids[order[-PAGE:]]
        _add(figures, f"refit of {len(ids):,}, the first of all", *_refitted(project, page))
        more = order[LABELS : LABELS + MORE]
        _settle(user, ids[more], truth[more])
        _add(figures, f"refit of {len(ids):,}, {MORE} labels later", *_refitted(project, page))


def _add(figures: Figures, what: str, page: float, whole: float, changed: int, phases: PhaseClock) -> None:
    figures.add(f"{what}: the open page", page, "s")
    figures.add(f"{what}: all", whole, "s")
    figures.add(f"{what}: objects written", changed, "objects")
    for name, phase in phases.spent.items():
        figures.add(f"  {name}, wall", phase.wall, "s")
        figures.add(f"  {name}, Python's CPU", phase.python, "s CPU")
        figures.add(f"  {name}, PostgreSQL's CPU", phase.database, "s CPU")


def _refitted(project: Project, page: np.ndarray) -> tuple[float, float, int, PhaseClock]:
    """Seconds until the page's objects have been looked at and written, until all have, how many were written, and what
    each phase took."""
    write, phases = RefitWriter.write, PhaseClock()
    moments: list[float] = []

    def timed(writer: RefitWriter, *arguments: object) -> None:
        with phases.phase("writing the rest" if moments else "writing the open page"):
            write(writer, *arguments)  # type: ignore[arg-type]
        moments.append(time.perf_counter())

    Refitting.objects.get_or_create(project=project)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE refitting_refitting SET requested = clock_timestamp() WHERE project_id = %s", [project.pk]
        )
    job = Job.objects.create(kind="refit", project=project)
    started = time.perf_counter()
    with (
        patch.object(RefitWriter, "write", timed),
        patch.object(priority, "_watched", [lambda _: page.tolist()]),
        phases.around(refitting, PHASES),
    ):
        run_job(job.pk, refit_project)
    job.refresh_from_db()
    return moments[0] - started, time.perf_counter() - started, job.result["changed"], phases


def _settle(user: User, ids: np.ndarray, taxa: np.ndarray) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [user.pk, ids.tolist(), taxa.tolist()])


@contextmanager
def embedded_project() -> Iterator[tuple[Project, np.ndarray, np.ndarray]]:
    """The project, its objects, and the taxon that each is: in heaps that overlap, some frequent and most rare."""
    project = Project.objects.create(title=NAME)
    taxa = [Taxon.objects.create(name=f"Benchmark {n}", display_name=f"Benchmark {n}") for n in range(TAXA)]
    space = EmbeddingSpace.objects.create(
        kind=EmbeddingSpace.Kind.BACKBONE, name=NAME, backbone=NAME, dimensions=DIMENSIONS
    )
    rng = np.random.default_rng(1)
    shares = 1 / np.arange(1, TAXA + 1)
    heap = rng.choice(TAXA, size=OBJECTS, p=shares / shares.sum())
    ids = _objects(project)
    middles = rng.normal(size=(TAXA, DIMENSIONS)) * 0.35
    for start in range(0, OBJECTS, CHUNK):
        part = slice(start, start + CHUNK)
        vectors = middles[heap[part]] + rng.normal(size=(len(heap[part]), DIMENSIONS))
        keep_embeddings(space=space, project_id=project.pk, ids=ids[part].tolist(), vectors=vectors)
    try:
        yield project, ids, np.array([taxon.pk for taxon in taxa])[heap]
    finally:
        remove_project(project, space, taxa)


@transaction.atomic
def _objects(project: Project) -> np.ndarray:
    ids: list[int] = []
    for number in range(OBJECTS // CHUNK):
        sample = Sample.objects.create(project=project, original_id=f"sample {number}")
        acquisition = Acquisition.objects.create(sample=sample, original_id=f"acquisition {number}")
        one = Object.objects.create(project=project, sample=sample, acquisition=acquisition)
        with connection.cursor() as cursor:
            cursor.execute(COPIES, [CHUNK - 1, one.pk])
            ids += [one.pk, *(pk for (pk,) in cursor.fetchall())]
    return np.array(ids)


def remove_project(project: Project, space: EmbeddingSpace, taxa: list[Taxon]) -> None:
    of_project = "object_id IN (SELECT id FROM samples_object WHERE project_id = %s)"
    with connection.cursor() as cursor:
        for table in (
            "labels_change",
            "learning_formerprediction",
            "learning_prediction",
            "search_rankedobject",
            "review_setaside",
            "samples_image",
            "samples_objectfields",
        ):
            cursor.execute(f"DELETE FROM {table} WHERE {of_project}", [project.pk])
        cursor.execute("DELETE FROM similarity_embedding WHERE space_id = %s", [space.pk])
        cursor.execute("DELETE FROM samples_object WHERE project_id = %s", [project.pk])
        for table in ("labels_tally", "labels_settledtally"):
            cursor.execute(f"DELETE FROM {table} WHERE project_id = %s", [project.pk])
    Model.objects.filter(projects=project).delete()
    project.delete()
    space.delete()
    Taxon.objects.filter(pk__in=[taxon.pk for taxon in taxa]).delete()
