"""Neighbours among many: how long the index takes to build, how quick pages by similarity are, how much it finds."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
from django.db import connection
from django.test import Client

from annotations.accounts.models import User
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.similarity.actions import index_space, keep_embeddings, space_of
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.queries import nearest, similarity_to
from benchmarks.timing import Figures, milliseconds, p95

MOST = 1_000_000  # embeddings; of a larger project the first so many objects have one
DIMENSIONS = 256
TAXA, DIRECTIONS = 60, 24  # in how many heaps, and in how many directions within one
CHUNK = 20_000
QUESTIONS = 20


def similarity(figures: Figures, project: Project, user: User, size: int) -> None:
    """With embeddings as networks make them: in heaps, one a taxon, that are flat in most directions."""
    with embedded(project) as (space, ids, rate):
        count = len(ids)
        figures.add("embeddings kept", rate, "objects/s")
        chosen = ids[:: max(1, count // QUESTIONS)][:QUESTIONS]
        exact = [_nearest(project, one) for one in chosen]
        started = time.perf_counter()
        index_space(space=space)
        figures.add(f"index of {count:,} embeddings at {size:,} built", time.perf_counter() - started, "s")
        approximate = [_nearest(project, one) for one in chosen]
        for among in (100, 1000):
            shares = [
                len(set(a[:among]) & set(b[:among])) / among for a, b in zip(exact, approximate, strict=True)
            ]
            figures.add(f"of the {among:,} nearest, found by the index", statistics.mean(shares), "share")
        client = Client()
        client.force_login(user)
        for name, query in {
            "by similarity": "order=similar:{}",
            "a state, by similarity": "order=similar:{}&state=dubious",
            "the 1,000 most alike": "similar={}",
        }.items():
            url = f"/api/v1/projects/{project.pk}/objects/?{query.format(chosen[7])}"
            assert client.get(url).status_code == 200
            durations = milliseconds(partial(client.get, url))
            figures.add(
                f"page of 200 at {size:,}, {count:,} embedded: {name}, p50",
                statistics.median(durations),
                "ms",
            )
            figures.add(f"page of 200 at {size:,}, {count:,} embedded: {name}, p95", p95(durations), "ms")


def _nearest(project: Project, object_id: int) -> list[int]:
    return [neighbour for neighbour, _ in nearest(similarity_to(object_id, project.pk), project.pk)]


@contextmanager
def embedded(project: Project) -> Iterator[tuple[EmbeddingSpace, list[int], float]]:
    """The space of a model that is deleted afterwards, the embedded objects, and how many were written a second."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM samples_object WHERE project_id = %s ORDER BY id LIMIT %s", [project.pk, MOST]
        )
        ids = [row[0] for row in cursor.fetchall()]
    rng = np.random.default_rng(1)
    middles = rng.normal(size=(TAXA, DIMENSIONS))
    directions = rng.normal(size=(TAXA, DIRECTIONS, DIMENSIONS)) / 6
    space = space_of(Model.objects.create(name="benchmark (to be deleted)"), DIMENSIONS)
    seconds = 0.0
    for first in range(0, len(ids), CHUNK):
        part = ids[first : first + CHUNK]
        heap = rng.integers(TAXA, size=len(part))
        vectors = middles[heap] + np.einsum(
            "nd,ndk->nk", rng.normal(size=(len(part), DIRECTIONS)), directions[heap]
        )
        started = time.perf_counter()
        keep_embeddings(space=space, project_id=project.pk, ids=part, vectors=vectors)
        seconds += time.perf_counter() - started
    try:
        yield space, ids, len(ids) / seconds
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS embedding_hnsw_{space.pk:d}")
            cursor.execute("DELETE FROM similarity_embedding WHERE space_id = %s", [space.pk])
        Model.objects.filter(space=space).delete()
