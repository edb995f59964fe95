"""The work of `benchmarks.neighbours`, once Django is set up."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from django.db import connection

from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Sample
from annotations.search.filter import Filter
from annotations.search.order import parse_order
from annotations.search.paging import find_page
from annotations.search.ranked import Hit
from annotations.similarity.actions import index_space, keep_embeddings, remove_space, space_of
from annotations.similarity.models import EmbeddingSpace
from benchmarks.timing import p95

DIMENSIONS, HEAPS, DIRECTIONS = 256, 60, 24
CHUNK, QUESTIONS, NEAREST, SEED, TRIES = 20_000, 50, 10, 1, 3
SHARES = (1.0, 0.1, 0.01)  # of the objects that a filter keeps, by their depth

OBJECTS = """
INSERT INTO samples_object (project_id, sample_id, acquisition_id, state, version, depth_min, depth_max, has_time)
SELECT %s, %s, %s, 'U', 1, n, n, FALSE FROM unnest(%s::float8[]) AS n RETURNING id"""


@dataclass(frozen=True)
class Line:
    vectors: int
    kept_by_filter: float
    recall_at_10: float
    p50_ms: float
    p95_ms: float


def measured(size: int) -> list[Line]:
    with drawn(size) as (project, space, ids, vectors, depths):
        started = time.perf_counter()
        index_space(space=space)
        print(f"{size:,} vectors: index built in {time.perf_counter() - started:.0f} s", flush=True)
        rng = np.random.default_rng(SEED)
        chosen = rng.choice(size, QUESTIONS, replace=False)
        return [_line(project, ids, vectors, depths, chosen, share) for share in SHARES]


def _line(
    project: Project,
    ids: np.ndarray,
    vectors: np.ndarray,
    depths: np.ndarray,
    chosen: np.ndarray,
    share: float,
) -> Line:
    criteria = Filter.parse({"depth_max": str(share)} if share < 1 else {})
    recall, durations = [], []
    for place in chosen:
        hits, duration = _page(project, criteria, int(ids[place]))
        durations.append(duration)
        approximate = [hit.id for hit in hits if hit.id != ids[place]][:NEAREST]
        recall.append(len(set(approximate) & set(_exact(ids, vectors, depths, place, share))) / NEAREST)
    return Line(len(ids), share, statistics.mean(recall), statistics.median(durations), p95(durations))


def _page(project: Project, criteria: Filter, object_id: int) -> tuple[list[Hit], float]:
    """The nearest, and the milliseconds of the fastest of some tries: others use the machine, too."""
    durations = []
    for _ in range(TRIES):
        started = time.perf_counter()
        order = parse_order(f"similar:{object_id}", project.pk)
        hits = find_page(project.pk, criteria, order, NEAREST + 1, None)
        durations.append((time.perf_counter() - started) * 1000)
    return hits, min(durations)


def _exact(ids: np.ndarray, vectors: np.ndarray, depths: np.ndarray, place: int, share: float) -> list[int]:
    """The nearest that match, by numpy; of half precision, as the database has it."""
    matching = np.flatnonzero(depths <= share)
    cosines = vectors[matching].astype(np.float32) @ vectors[place].astype(np.float32)
    ranked = ids[matching[np.argsort(-cosines, kind="stable")[: NEAREST + 1]]]
    return [int(pk) for pk in ranked if pk != ids[place]][:NEAREST]


Drawn = tuple[Project, EmbeddingSpace, np.ndarray, np.ndarray, np.ndarray]


@contextmanager
def drawn(size: int) -> Iterator[Drawn]:
    """A project with a space of its own, its objects' ids, unit vectors float16 (size, dimensions), and depths 0–1."""
    project = Project.objects.create(title="benchmark of neighbours (to be deleted)")
    space = space_of(Model.objects.create(name="benchmark (to be deleted)"), DIMENSIONS)
    try:
        depths = np.random.default_rng(SEED).random(size)
        ids = np.concatenate([_objects(project, depths[at : at + CHUNK]) for at in range(0, size, CHUNK)])
        vectors = np.concatenate(list(_vectors(project, space, ids)))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE samples_object, similarity_embedding")
        yield project, space, ids, vectors, depths
    finally:
        model = space.model
        remove_space(space=space)
        Model.objects.filter(pk=model.pk if model else 0).delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM samples_object WHERE project_id = %s", [project.pk])
        project.delete()


def _objects(project: Project, depths: np.ndarray) -> np.ndarray:
    sample, _ = Sample.objects.get_or_create(project=project, original_id="tow")
    acquisition, _ = Acquisition.objects.get_or_create(sample=sample, original_id="acq")
    with connection.cursor() as cursor:
        cursor.execute(OBJECTS, [project.pk, sample.pk, acquisition.pk, depths.tolist()])
        return np.array([pk for (pk,) in cursor.fetchall()])


def _vectors(project: Project, space: EmbeddingSpace, ids: np.ndarray) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(SEED)
    middles = rng.normal(size=(HEAPS, DIMENSIONS))
    directions = rng.normal(size=(HEAPS, DIRECTIONS, DIMENSIONS)) / 6
    for first in range(0, len(ids), CHUNK):
        part = ids[first : first + CHUNK]
        heap = rng.integers(HEAPS, size=len(part))
        strengths = rng.normal(size=(len(part), DIRECTIONS))
        vectors = middles[heap] + np.einsum("nd,ndk->nk", strengths, directions[heap])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        keep_embeddings(space=space, project_id=project.pk, ids=part.tolist(), vectors=vectors)
        yield vectors.astype(np.float16)


def table(lines: Sequence[Line]) -> str:
    rows = [
        "| vectors | filter keeps | recall@10 | p50 ms | p95 ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    for line in lines:
        share = "all" if line.kept_by_filter == 1 else f"{line.kept_by_filter:.0%}"
        times = f"{line.p50_ms:.0f} | {line.p95_ms:.0f}"
        rows.append(f"| {line.vectors:,} | {share} | {line.recall_at_10:.3f} | {times} |")
    return "\n".join(rows)
