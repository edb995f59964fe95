"""The objects that clusters are looked for among, with where they lie in an embedding space."""

from collections.abc import Iterator

import numpy as np
from django.db import connection
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from annotations.projects.models import Project
from annotations.search.filter import Filter

AT_ONCE = 20_000  # objects a query
UNSETTLED = "o.state IN ('U', 'P')"

MEMBER = """EXISTS (SELECT FROM clusters_clustermember m
WHERE m.object_id = o.id AND m.cluster_id = %s AND m.state <> 'O')"""
MOST_LABELLED = 20_000

LABELLED = """
SELECT o.taxon_id, e.vector FROM samples_object o
JOIN similarity_embedding e ON e.object_id = o.id AND e.space_id = %s
WHERE o.project_id = %s AND o.state = 'V' ORDER BY hashint8(o.id), o.id LIMIT %s
"""
SOME = """
SELECT o.id, e.vector FROM samples_object o
JOIN similarity_embedding e ON e.object_id = o.id AND e.space_id = %s
WHERE o.project_id = %s AND o.id > %s AND {condition} ORDER BY o.id LIMIT %s
"""


def vectors_matching(
    project: Project, space: int, criteria: Filter
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(ids, int (n,); vectors, float32 (n, dimensions), of length one) of what nobody settled and matches, some
    thousands at a time in the order of ids; with states in the filter, of objects in these."""
    condition, params = criteria.where(project.pk)
    waits = "TRUE" if criteria.state else UNSETTLED
    yield from _in_chunks(project.pk, space, f"{waits} AND ({condition})", params)


def members_of(project: Project, space: int, cluster: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """As `vectors_matching`, of the members of a cluster that nobody settled."""
    yield from _in_chunks(project.pk, space, f"{UNSETTLED} AND {MEMBER}", [cluster])


def labelled_vectors(project: Project, space: int) -> tuple[np.ndarray, np.ndarray]:
    """Where what people have validated lies, float32 (n, dimensions), and its taxa, int (n,): thousands, at random."""
    connection.ensure_connection()
    register_vector(connection.connection)
    with connection.cursor() as cursor:
        cursor.execute(LABELLED, [space, project.pk, MOST_LABELLED])
        rows = cursor.fetchall()
    if not rows:
        return np.empty((0, 1), np.float32), np.empty(0, int)
    return _of_length_one([vector for _, vector in rows]), np.array([taxon for taxon, _ in rows])


def _in_chunks(
    project: int, space: int, condition: str, params: list
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    connection.ensure_connection()
    register_vector(connection.connection)
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(SOME.format(condition=condition), [space, project, after, *params, AT_ONCE])
            rows = cursor.fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield np.array([number for number, _ in rows]), _of_length_one([vector for _, vector in rows])


def _of_length_one(rows: list[HalfVector]) -> np.ndarray:
    vectors = np.stack([vector.to_numpy() for vector in rows]).astype(np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
