"""The simulated taxonomist of `decisions.py`: a project over the API, page after page."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from django.db import transaction
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
from benchmarks.decisions import SLIPS, Counted
from benchmarks.refitting import NAME, remove_project
from worker.refitting.job import refit_project
from worker.runner import run_job

MOST_PAGES = 3000


@dataclass
class BenchProject:
    number: int
    taxa: list[int]  # by the class that the labels have
    truth: dict[int, int]  # object → class
    token: str


def by_review(project: BenchProject, order: str) -> Counted:
    """The review's pages, until both goals are reached or nothing waits."""
    counted, rng = Counted(len(project.truth)), np.random.default_rng(1)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {project.token}")
    for _ in range(MOST_PAGES):
        page = client.post(
            f"/api/v1/projects/{project.number}/review/pages/", {"order": order}, format="json"
        )
        if page.status_code == 204:
            break
        answer = answered(page.json(), project, rng, counted)
        reply = client.post(f"/api/v1/review/pages/{page.json()['id']}/answer/", answer, format="json")
        assert reply.status_code == 200, reply.content
        learn(project.number)
        counted.note(share_right(project))
        if counted.is_over:
            break
    return counted


def answered(page: dict, project: BenchProject, rng: np.random.Generator, counted: Counted) -> dict:
    """A key names a stranger that is among the model's three choices; the others are taken out, and named group by
    group. A page that is mostly something else gets that name; on one of several taxa each object is right or not."""
    if page["is_mixed"]:
        return answered_each(page, project, rng, counted)
    proposed = page["proposal"] and page["proposal"]["taxon"]["id"]
    answers = [(each, seen_as(project, each["id"], rng)) for each in page["objects"]]
    groups = Counter(taxon for _, taxon in answers)
    most = groups.most_common(1)[0][0]
    taxon = proposed if proposed and groups[proposed] >= groups[most] / 2 else most
    strangers = [(each, other) for each, other in answers if other != taxon]
    counted.decisions += 1 + decisions_for(strangers)
    accepted = [target(each) for each, same in answers if same == taxon]
    others = [{**target(each), "taxon": other} for each, other in strangers]
    return {"taxon": taxon, "accepted": accepted, "others": others} if accepted else {"others": others}


def answered_each(page: dict, project: BenchProject, rng: np.random.Generator, counted: Counted) -> dict:
    """What is right as it is named takes one decision together."""
    answers = [(each, seen_as(project, each["id"], rng)) for each in page["objects"]]
    strangers = [(each, taxon) for each, taxon in answers if taxon != each["taxon"]["id"]]
    counted.decisions += 1 + decisions_for(strangers)
    return {"others": [{**target(each), "taxon": taxon} for each, taxon in answers]}


def decisions_for(strangers: list[tuple[dict, int]]) -> int:
    choices = choices_of([each["id"] for each, _ in strangers])
    by_hand = {taxon for each, taxon in strangers if taxon not in choices.get(each["id"], [])}
    return len(strangers) + len(by_hand)


def choices_of(ids: list[int]) -> dict[int, list[int]]:
    """object → the three taxa that the model, refitted by now, thinks likeliest."""
    return dict(Prediction.objects.filter(object__in=ids, is_current=True).values_list("object", "taxa"))


def seen_as(project: BenchProject, number: int, rng: np.random.Generator) -> int:
    """The taxon that the taxonomist sees: now and then another one."""
    is_slip = rng.random() < SLIPS
    return int(rng.choice(project.taxa)) if is_slip else project.taxa[project.truth[number]]


def target(each: dict) -> dict:
    return {"id": each["id"], "version": each["version"]}


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
