"""The simulated taxonomist of `decisions.py`: a project over the API, page after page."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from django.db import transaction
from rest_framework.response import Response
from rest_framework.test import APIClient

from annotations.accounts.models import User
from annotations.accounts.tokens import create_token
from annotations.jobs.models import Job
from annotations.labels.actions import write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.learning.models import Model, Prediction
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.refitting.models import Refitting
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.models import Taxon
from benchmarks.decision_counts import Counted, person_of
from benchmarks.decisions_person import BenchProject, Taxonomist, sort_mixed, sort_of_one
from benchmarks.refitting import NAME, remove_project
from worker.refitting.job import refit_project
from worker.runner import run_job

MOST_PAGES = 3000


def by_review(project: BenchProject, order: str, seed: int) -> Counted:
    """The review's pages, until both goals are reached or nothing waits."""
    counted = Counted(len(project.truth))
    taxonomist, client = Taxonomist(project, counted, person_of(seed)), APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {project.token}")

    def post(path: str, data: dict) -> Response:
        reply = client.post(f"/api/v1/{path}", data, format="json")
        assert reply.status_code in (200, 204), reply.content
        return reply

    def page_of() -> dict | None:
        reply = post(f"projects/{project.number}/review/pages/", {"order": order})
        return None if reply.status_code == 204 else reply.json()

    def answer(page: dict, **what: object) -> None:
        post(f"review/pages/{page['id']}/answer/", what)
        learn(project.number)
        counted.note(share_right(project))

    for _ in range(MOST_PAGES):
        page = page_of()
        if page is None or counted.is_over:
            break
        taxonomist.begin()
        if page["is_mixed"]:
            sort_mixed(page, taxonomist, page_of, answer)
        else:
            sort_of_one(page, taxonomist, answer)
    return counted


def learn(project_id: int) -> None:
    """What the worker would do in the background."""
    Job.objects.filter(kind="refit", project=project_id).delete()
    if Refitting.objects.filter(project=project_id, requested__isnull=False).exists():
        job = Job.objects.create(kind="refit", project=Project.objects.get(pk=project_id))
        run_job(job.pk, refit_project)


def share_right(project: BenchProject) -> float:
    labels = dict(Object.objects.filter(project=project.number).values_list("id", "taxon"))
    return float(np.mean([labels[pk] == project.taxa[taxon] for pk, taxon in project.truth.items()]))


@contextmanager
def project_of(
    x: np.ndarray, y: np.ndarray, best: np.ndarray | None, scores: np.ndarray
) -> Iterator[BenchProject]:
    """A project of the objects with their embeddings and, where there is a model, what it says of them."""
    user, _ = User.objects.get_or_create(username="bench", defaults={"is_active": True})
    created = create_project(title=NAME, owner=user)
    names = [f"Benchmark {number}" for number in range(int(y.max()) + 1)]
    taxa = [Taxon.objects.create(name=name, display_name=name) for name in names]
    model = Model.objects.create(name=NAME, is_ready=True, classes=[taxon.pk for taxon in taxa])
    model.projects.add(created)
    space = EmbeddingSpace.objects.create(
        kind="classifier", name=NAME, model=model, dimensions=x.shape[1], is_ready=True
    )
    ids = objects_of(created, len(y))
    keep_embeddings(space=space, project_id=created.pk, ids=ids, vectors=x)
    numbers = [taxon.pk for taxon in taxa]
    if best is not None:
        predict(created, model, ids, best, scores, numbers)
    key = create_token(user=user, name=NAME)[1]
    try:
        yield BenchProject(created.pk, numbers, dict(zip(ids, y.tolist(), strict=True)), key)
    finally:
        remove_project(created, space, taxa)


def objects_of(project: Project, count: int) -> list[int]:
    """Objects without pictures, in ten samples."""
    samples = [Sample.objects.create(project=project, original_id=f"sample {n}") for n in range(10)]
    places = [(s, Acquisition.objects.create(sample=s, original_id="a")) for s in samples]
    created = Object.objects.bulk_create(
        Object(project=project, sample=places[n % 10][0], acquisition=places[n % 10][1]) for n in range(count)
    )
    ObjectFields.objects.bulk_create(
        ObjectFields(object=each, project=project, original_id=str(each.pk)) for each in created
    )
    return [each.pk for each in created]


def predict(
    project: Project, model: Model, ids: list[int], best: np.ndarray, scores: np.ndarray, taxa: list[int]
) -> None:
    with transaction.atomic():
        batch = Batch.objects.create(project=project, kind=BatchKind.PREDICTION, model_id=model.pk)
        rows = [
            (pk, taxa[b[0]], float(s[0]), float(s[0] - s[1]), None)
            for pk, b, s in zip(ids, best, scores, strict=True)
        ]
        write_predictions(batch=batch, rows=rows)
        Prediction.objects.bulk_create(
            Prediction(
                object_id=pk,
                model=model,
                taxa=[taxa[c] for c in b if c >= 0],
                scores=[float(p) for c, p in zip(b, s, strict=True) if c >= 0],
                batch_id=batch.pk,
            )
            for pk, b, s in zip(ids, best, scores, strict=True)
        )
