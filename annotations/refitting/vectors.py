"""Embeddings of a project as one file of this machine, mapped into memory: 50 MB come over the connection only when
they have changed, not with each refit.

A file holds what its name says, whole or not at all: `<space>-<project>.<mark>.npy`, rows of an id and a vector. One
of another mark takes its place; what nobody has asked for in a week goes.
"""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection

from annotations.common.copying import copied_rows
from annotations.similarity.models import EmbeddingSpace

WEEK = 7 * 24 * 3600  # seconds

# a row that is written again has another xmin, the number of the transaction that wrote it
MARK = """
SELECT count(*), COALESCE(sum(object_id), 0), COALESCE(sum(xmin::text::bigint), 0)
FROM similarity_embedding WHERE space_id = %s AND project_id = %s"""
VECTORS = """
SELECT e.object_id, e.vector FROM similarity_embedding e
WHERE e.space_id = {space:d} AND e.project_id = {project:d}"""


def mapped_vectors(space: EmbeddingSpace, project_id: int) -> np.ndarray:
    """(n,) rows of `id` and `vector` (dimensions,), float16, in the order of ids; they can't be written to."""
    folder = Path(settings.ARTEFACTS_FOLDER, "embeddings")
    name = f"{space.pk}-{project_id}"
    path = folder / f"{name}.{_mark(space, project_id)}.npy"
    with suppress(FileNotFoundError):
        return _mapped(path)
    folder.mkdir(parents=True, exist_ok=True)
    rows = _written(path, _read(space, project_id))
    _remove_former(folder, name, path)
    return rows


def _mark(space: EmbeddingSpace, project_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(MARK, [space.pk, project_id])
        return "-".join(map(str, (space.dimensions, *cursor.fetchone())))


def _mapped(path: Path) -> np.ndarray:
    rows = np.load(path, mmap_mode="r")
    os.utime(path)  # when it was last used
    return rows


def _read(space: EmbeddingSpace, project_id: int) -> np.ndarray:
    half = [("dimensions", ">i2"), ("unused", ">i2"), ("values", ">f2", (space.dimensions,))]
    rows = copied_rows(VECTORS.format(space=space.pk, project=project_id), [("id", ">i8"), ("vector", half)])
    order = np.argsort(rows["id"], kind="stable")
    created = np.empty(len(rows), [("id", np.int64), ("vector", np.float16, (space.dimensions,))])
    created["id"], created["vector"] = rows["id"][order], rows["vector"]["values"][order]
    return created


def _written(path: Path, rows: np.ndarray) -> np.ndarray:
    """Mapped. Under another name first: nobody maps half a file, nor finds that a newer one has taken its place."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as draft:
        np.save(draft, rows)
    mapped = np.load(draft.name, mmap_mode="r")
    Path(draft.name).replace(path)
    return mapped


def _remove_former(folder: Path, name: str, path: Path) -> None:
    """Who has one mapped keeps it until the end."""
    oldest = time.time() - WEEK
    for other in folder.iterdir():
        with suppress(FileNotFoundError):  # another process removes the same
            is_former = other.name.startswith(f"{name}.") and other != path
            if is_former or other.stat().st_mtime < oldest:
                other.unlink()
