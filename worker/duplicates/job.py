"""Finds near-duplicates: what lies near what in a project's own space, and which pictures are one file."""

from collections.abc import Iterator

import numpy as np
from django.db import connection

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.similarity import jobs
from annotations.similarity.duplicates.searching import (
    FoundGroup,
    begin_search,
    finish_search,
    keep_pairs,
)
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.vectors import vectors_of
from worker.duplicates.groups import groups_in

CHUNK = 1024  # objects a transaction
COMPARED = 100_000  # objects that are compared one by one, some minutes; of more, each asks the index
# others that an object is joined to at most: of thousands that are the same, enough to join them all
NEAREST = 10

IDS = """
SELECT e.object_id FROM similarity_embedding e
WHERE e.space_id = %s AND e.project_id = %s ORDER BY e.object_id"""

BY_INDEX = """
SELECT a.object_id, n.object_id, n.distance FROM similarity_embedding a, LATERAL (
    SELECT e.object_id, e.{vector} <=> a.{vector} AS distance FROM similarity_embedding e
    WHERE e.space_id = {space} AND e.project_id = %s ORDER BY e.{vector} <=> a.{vector} LIMIT %s
) n WHERE a.space_id = {space} AND a.object_id = ANY(%s) AND n.object_id <> a.object_id AND n.distance <= %s"""

ObjectPairs = list[tuple[int, int, float]]


@jobs.find_duplicates.work
def find_duplicates(job: Job, progress: Progress) -> dict:
    """The work of a search, in the order of ids; taken up again, it goes on after the last chunk."""
    assert job.project is not None
    space, threshold = EmbeddingSpace.objects.get(pk=job.params["space"]), job.params["threshold"]
    ids = _ids(space, job.project.pk)
    if "done" not in job.checkpoint:
        with progress.fenced():
            begin_search(project=job.project)
            progress.checkpoint(done=0)
    done = job.checkpoint["done"]
    for pairs in _pairs_of_chunks(space, job.project.pk, ids, done, threshold):
        done = min(done + CHUNK, len(ids))
        with progress.fenced():
            keep_pairs(project_id=job.project.pk, pairs=pairs)
            progress.checkpoint(done=done)
        progress.update(done, len(ids), f"Compared {done:,} of {len(ids):,} objects with all others")
    groups = groups_in(job.project.pk)
    with progress.fenced():
        finish_search(
            project=job.project, groups=groups, threshold=threshold, space=space.pk, compared=len(ids)
        )
    return {"project": job.project.pk, "groups": len(groups), "message": _summary(groups)}


def _ids(space: EmbeddingSpace, project_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(IDS, [space.pk, project_id])
        return [pk for (pk,) in cursor.fetchall()]


def _pairs_of_chunks(
    space: EmbeddingSpace, project_id: int, ids: list[int], done: int, threshold: float
) -> Iterator[ObjectPairs]:
    if space.is_indexed and len(ids) > COMPARED:
        for first in range(done, len(ids), CHUNK):
            yield _by_index(space, project_id, ids[first : first + CHUNK], threshold)
        return
    lies, vectors = vectors_of(space, ids)
    numbers = np.array(ids, np.int64)[lies]
    for first in range(done, len(ids), CHUNK):
        yield near_pairs(numbers, vectors, first, first + CHUNK, threshold)


def near_pairs(ids: np.ndarray, vectors: np.ndarray, first: int, last: int, threshold: float) -> ObjectPairs:
    """(object, object, distance) of the rows from `first` to before `last` and the nearest of those behind each.

    `ids` is int (n,), rising; `vectors` are float32 (n, dimensions), of length one.
    """
    if first >= len(ids):
        return []
    rows = vectors[first:last]
    distances = 1 - rows @ vectors[first:].T
    distances[np.tril_indices(len(rows), 0, distances.shape[1])] = np.inf  # itself, and each pair once
    near = distances <= threshold
    for crowded in np.flatnonzero(near.sum(1) > NEAREST):
        farther = np.argpartition(distances[crowded], NEAREST)[NEAREST:]
        near[crowded, farther] = False
    row, column = np.nonzero(near)
    its_distances = np.maximum(distances[row, column], 0).astype(float)
    return list(
        zip(ids[first + row].tolist(), ids[first + column].tolist(), its_distances.tolist(), strict=True)
    )


def _by_index(space: EmbeddingSpace, project_id: int, ids: list[int], threshold: float) -> ObjectPairs:
    sql = BY_INDEX.format(vector=f"vector::halfvec({space.dimensions:d})", space=f"{space.pk:d}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hnsw.iterative_scan', 'relaxed_order', FALSE)")
        cursor.execute(sql, [project_id, NEAREST + 1, ids, threshold])
        rows = cursor.fetchall()
    return [(min(a, b), max(a, b), max(distance, 0.0)) for a, b, distance in rows]


def _summary(groups: list[FoundGroup]) -> str:
    if not groups:
        return "No two objects are as near as that."
    objects, contradictory = sum(len(g.ids) for g in groups), sum(g.is_contradictory for g in groups)
    words = f"{len(groups):,} group{'s' if len(groups) > 1 else ''} of near-duplicates, {objects:,} objects"
    return words + (f"; in {contradictory:,} their labels contradict each other." if contradictory else ".")
