"""Embeddings as arrays, for what compares many objects with each other."""

import numpy as np
from django.db import connection
from pgvector.psycopg import register_vector

from annotations.similarity.models import EmbeddingSpace

VECTORS = "SELECT object_id, vector FROM similarity_embedding WHERE space_id = %s AND object_id = ANY(%s)"
LARGEST = """
SELECT s.id FROM similarity_embeddingspace s
LEFT JOIN similarity_ownspace own ON own.space_id = s.id AND own.project_id = %s
WHERE s.is_ready AND EXISTS (SELECT FROM similarity_embedding e WHERE e.space_id = s.id AND e.project_id = %s)
ORDER BY own.project_id IS NULL, s.kind = 'measurements', s.id DESC LIMIT 1
"""


def best_space(project_id: int) -> int | None:
    """The project's own space, else the newest that a model made of its objects, else that of their measurements."""
    with connection.cursor() as cursor:
        cursor.execute(LARGEST, [project_id, project_id])
        row = cursor.fetchone()
    return row and row[0]


def vectors_of(space: EmbeddingSpace | int | None, ids: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Which of the objects lie in the space, bool (n,), and where, float32 (those, dimensions), of length one."""
    lies = np.zeros(len(ids), bool)
    if space is None or not ids:
        return lies, np.empty((0, 0), np.float32)
    number = space if isinstance(space, int) else space.pk
    connection.ensure_connection()
    register_vector(connection.connection)
    with connection.cursor() as cursor:
        cursor.execute(VECTORS, [number, ids])
        places = {object_id: vector.to_numpy() for object_id, vector in cursor.fetchall()}
    lies = np.array([object_id in places for object_id in ids])
    if not places:
        return lies, np.empty((0, 0), np.float32)
    vectors = np.stack([places[object_id] for object_id in ids if object_id in places]).astype(np.float32)
    return lies, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
