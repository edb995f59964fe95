"""Keeping embeddings, and the index that finds neighbours among millions."""

from collections.abc import Iterable

import numpy as np
from django.conf import settings
from django.db import connection, transaction

from annotations.learning.models import Model
from annotations.learning.queries import archived_for
from annotations.similarity.models import EmbeddingSpace, OwnSpace

WORTH_AN_INDEX = 20_000  # embeddings; comparing fewer one by one takes some milliseconds

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
COPY_TRAILER = b"\xff\xff"

# one table a session, empty between transactions: making one for each chunk wears the catalogue out
STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS embedded (id bigint, vector halfvec) ON COMMIT DELETE ROWS;
DELETE FROM embedded"""

# an object may have been deleted or moved since the worker read it, and is held until its vector is here
KEEP = """
WITH held AS MATERIALIZED (
    SELECT o.id, o.project_id FROM samples_object o
    WHERE o.project_id = %s AND o.id IN (SELECT id FROM embedded) ORDER BY o.id FOR KEY SHARE
)
INSERT INTO similarity_embedding (object_id, space_id, project_id, vector)
SELECT e.id, %s, held.project_id, e.vector FROM embedded e JOIN held ON held.id = e.id
ON CONFLICT (object_id, space_id) DO UPDATE SET vector = EXCLUDED.vector
WHERE similarity_embedding.vector <> EXCLUDED.vector"""


def space_of(model: Model, dimensions: int) -> EmbeddingSpace:
    """The model's space; made when it embeds for the first time."""
    defaults = {"kind": EmbeddingSpace.Kind.CLASSIFIER, "name": model.name, "dimensions": dimensions}
    return EmbeddingSpace.objects.get_or_create(model=model, defaults=defaults)[0]


def unit(vectors: np.ndarray) -> np.ndarray:
    """Of length one, so that half precision can hold them; not finite where there is no direction."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@transaction.atomic(savepoint=False)
def keep_embeddings(
    *, space: EmbeddingSpace, project_id: int, ids: Iterable[int], vectors: np.ndarray
) -> None:
    """float (n, dimensions): one row an object. What has no direction is left out. Safe to do twice."""
    numbers, directions = np.fromiter(ids, np.int64), unit(np.asarray(vectors))
    has_direction = np.isfinite(directions).all(axis=1)
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy("COPY embedded FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.write(binary_rows(numbers[has_direction], directions[has_direction]))
        cursor.execute(KEEP, [project_id, space.pk])


def binary_rows(ids: np.ndarray, vectors: np.ndarray) -> bytes:
    """(id, halfvec) as COPY reads them, of int (n,) and float (n, dimensions); ten times as fast as one by one."""
    dimensions = vectors.shape[1]
    row = [
        ("columns", ">i2"),
        ("id_bytes", ">i4"),
        ("id", ">i8"),
        ("vector_bytes", ">i4"),
        ("dimensions", ">i2"),
    ]
    rows = np.zeros(len(ids), [*row, ("unused", ">i2"), ("vector", ">f2", (dimensions,))])
    rows["columns"], rows["id_bytes"], rows["id"] = 2, 8, ids
    rows["vector_bytes"], rows["dimensions"], rows["vector"] = 4 + 2 * dimensions, dimensions, vectors
    return COPY_HEADER + rows.tobytes() + COPY_TRAILER


def index_space(*, space: EmbeddingSpace) -> bool:
    """Builds the HNSW index of a space that has grown large enough. True when it did; needs no transaction around it.

    Built beside the running site (CONCURRENTLY). What a killed worker left unfinished is thrown away first.
    """
    if space.is_indexed or not _is_worth_it(space):
        return False
    name = f"embedding_hnsw_{space.pk:d}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, FALSE)", [settings.INDEX_MEMORY])
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        cursor.execute(
            f"CREATE INDEX CONCURRENTLY {name} ON similarity_embedding "
            f"USING hnsw ((vector::halfvec({space.dimensions:d})) halfvec_cosine_ops) WHERE space_id = {space.pk:d}"
        )
        cursor.execute("RESET maintenance_work_mem")
    EmbeddingSpace.objects.filter(pk=space.pk).update(is_indexed=True)
    return True


def _is_worth_it(space: EmbeddingSpace) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM similarity_embedding WHERE space_id = %s LIMIT %s) counted",
            [space.pk, WORTH_AN_INDEX],
        )
        return cursor.fetchone()[0] >= WORTH_AN_INDEX


# --- Embeddings of models that are used no more -----------------------------------------------------------------------

REMOVE_SOME = """
DELETE FROM similarity_embedding WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM similarity_embedding WHERE space_id = %s LIMIT %s))"""
AT_ONCE = 20_000  # rows a transaction


def remove_unused_embeddings() -> int:
    """Removes spaces, no project's own, of models that were archived `settings.EMBEDDING_DAYS` ago.

    Returns how many. A model that is taken out of the archive looks at everything anew with its next prediction.
    """
    unused = EmbeddingSpace.objects.filter(model__in=archived_for(settings.EMBEDDING_DAYS)).exclude(
        pk__in=OwnSpace.objects.values("space")
    )
    for space in unused:
        remove_space(space=space)
    return len(unused)


def remove_space(*, space: EmbeddingSpace) -> None:
    """Some rows a transaction, where none is around it."""
    with connection.cursor() as cursor:
        concurrently = "" if connection.in_atomic_block else "CONCURRENTLY"
        cursor.execute(f"DROP INDEX {concurrently} IF EXISTS embedding_hnsw_{space.pk:d}")
        cursor.execute(REMOVE_SOME, [space.pk, AT_ONCE])
        while cursor.rowcount:
            cursor.execute(REMOVE_SOME, [space.pk, AT_ONCE])
    space.delete()
