"""Keeping embeddings, and the index that finds neighbours among millions."""

from collections.abc import Iterable

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from annotations.learning.models import Model
from annotations.learning.queries import archived_for
from annotations.similarity.models import EmbeddingSpace

WORTH_AN_INDEX = 20_000  # embeddings; comparing fewer one by one takes some milliseconds

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


@transaction.atomic
def keep_embeddings(
    *, space: EmbeddingSpace, project_id: int, ids: Iterable[int], vectors: np.ndarray
) -> None:
    """float (n, dimensions): one row an object. What has no direction is left out. Safe to do twice."""
    connection.ensure_connection()
    register_vector(connection.connection)  # before the cursor, which takes the types as they are
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE embedded (id bigint, vector halfvec) ON COMMIT DROP")
        with cursor.copy("COPY embedded FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "halfvec"])
            for object_id, vector in zip(ids, unit(vectors), strict=True):
                if np.isfinite(vector).all():
                    copy.write_row((object_id, HalfVector(vector)))
        cursor.execute(KEEP, [project_id, space.pk])
        cursor.execute("DROP TABLE embedded")


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
    """Removes the spaces of models that were archived `settings.EMBEDDING_DAYS` ago and are no project's own.

    Returns how many. A model that is taken out of the archive looks at everything anew with its next prediction.
    """
    unused = EmbeddingSpace.objects.filter(model__in=archived_for(settings.EMBEDDING_DAYS))
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
