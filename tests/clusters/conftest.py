"""Forty objects in two dense groups, and ten that lie anywhere: in a space of their own."""

from types import SimpleNamespace

import numpy as np

from annotations.clusters.models import Cluster
from annotations.clusters.storing import ClusteringResult, ClusterSummary, store_clustering
from annotations.jobs.models import Job
from annotations.samples.models import Acquisition, Image, Object, ObjectFields, Sample
from annotations.similarity.actions import keep_embeddings
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.people import make_person, make_project
from tests.worker.runs import run
from tests.worlds import shared_rows
from worker.clusters.job import cluster_objects

GROUPS, ELSEWHERE = (24, 16), 10


@shared_rows
def people(db):
    return SimpleNamespace(
        **{name: make_person(name, password=None) for name in ("alice", "bob", "carla", "vera")}
    )


@shared_rows
def sea(people):
    """`groups` are the objects of each dense group, `elsewhere` the others; `near`: those of the first group's side."""
    project = make_project(alice=people.alice, bob=people.bob, carla=people.carla, vera=people.vera)
    copepoda, salpida = ensure_taxa([TaxonName("Copepoda"), TaxonName("Salpida")]).values()
    objects = make_objects(project, sum(GROUPS) + ELSEWHERE)
    chance = np.random.default_rng(1)
    middles = np.eye(6)[:2]
    groups = [middles[n] + chance.normal(0, 0.02, (size, 6)) for n, size in enumerate(GROUPS)]
    # the first of these lie beside the first group, one after the other a little farther away
    away = np.linspace(0.3, 2.5, ELSEWHERE)[:, None] * np.eye(6)[2:6][np.arange(ELSEWHERE) % 4] + middles[0]
    space = EmbeddingSpace.objects.create(kind="backbone", name="drawn", backbone="drawn", dimensions=6)
    keep_embeddings(
        space=space, project_id=project.pk, ids=[o.pk for o in objects], vectors=np.vstack([*groups, away])
    )
    return SimpleNamespace(
        project=project,
        space=space,
        objects=objects,
        groups=[objects[: GROUPS[0]], objects[GROUPS[0] : sum(GROUPS)]],
        elsewhere=objects[sum(GROUPS) :],
        copepoda=copepoda,
        salpida=salpida,
    )


def make_objects(project, count: int) -> list[Object]:
    sample = Sample.objects.create(project=project, original_id="tow_1")
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq_1")
    objects = Object.objects.bulk_create(
        Object(project=project, sample=sample, acquisition=acquisition) for _ in range(count)
    )
    ObjectFields.objects.bulk_create(
        ObjectFields(object=each, project=project, original_id=f"obj_{n}") for n, each in enumerate(objects)
    )
    Image.objects.bulk_create(
        Image(object=each, key=f"v/ab/cd/{n:060x}.png", file_name=f"{n}.png", width=80, height=40)
        for n, each in enumerate(objects)
    )
    return objects


@shared_rows
def drawn(sea) -> list[Cluster]:
    """The two groups as clusters, the largest first, without the job (and without compiling what finds them)."""
    ids = np.array([each.pk for each in sea.objects])
    labels = np.repeat([0, 1, -1], [*GROUPS, ELSEWHERE])
    cores = [[each.pk for each in group[:4]] for group in sea.groups]
    parts = [ClusterSummary(core, 1, float(place)) for place, core in enumerate(cores)]
    grouping = ClusteringResult(ids, labels, np.arange(len(ids)) / len(ids), parts)
    params = {"space": sea.space.pk, "smallest": 8, "filter": {}}
    job = Job.objects.create(kind="cluster_objects", project=sea.project, params=params)
    clustering = store_clustering(job=job, grouping=grouping)
    return list(clustering.clusters.order_by("-size"))


def clustered(sea, **params) -> Job:
    """The job, done."""
    params = {"space": sea.space.pk, "smallest": 8, "filter": {}} | params
    return run(
        Job.objects.create(kind="cluster_objects", project=sea.project, params=params), cluster_objects
    )
