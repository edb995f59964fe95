"""Vectors of a project in a space, as arrays: all, for what lays them out, or some drawn by chance."""

import numpy as np

from annotations.common.copying import copied_rows
from annotations.maps.models import MapProjection
from annotations.projects.models import Project
from annotations.similarity.models import EmbeddingSpace

ALL = """
SELECT e.object_id, e.vector FROM similarity_embedding e
WHERE e.space_id = {space:d} AND e.project_id = {project:d} ORDER BY e.object_id"""
SOME = """
WITH drawn AS MATERIALIZED (
    SELECT object_id FROM similarity_embedding WHERE space_id = {space:d} AND project_id = {project:d}
    ORDER BY hashint8(object_id), object_id LIMIT {most:d}
)
SELECT e.object_id, e.vector FROM drawn
JOIN similarity_embedding e ON e.object_id = drawn.object_id AND e.space_id = {space:d} ORDER BY e.object_id"""
PLACED = (
    "SELECT object_id, x, y FROM maps_projectedpoint WHERE projection_id = {projection:d} ORDER BY object_id"
)


def all_vectors(project: Project, space: EmbeddingSpace) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of objects, int (n,), rising, and their vectors, float32 (n, dimensions)."""
    return _read(ALL.format(space=space.pk, project=project.pk), space)


def some_vectors(project: Project, space: EmbeddingSpace, most: int) -> np.ndarray:
    """Of up to so many objects, drawn by the hash of their numbers: float32 (n, dimensions). The same ones again for
    the same project."""
    return _read(SOME.format(space=space.pk, project=project.pk, most=most), space)[1]


def _read(sql: str, space: EmbeddingSpace) -> tuple[np.ndarray, np.ndarray]:
    """By a binary COPY: a Python object for each vector takes ten times as long."""
    halfvec = np.dtype([("dimensions", ">i2"), ("unused", ">i2"), ("values", ">f2", (space.dimensions,))])
    rows = copied_rows(sql, [("id", ">i8"), ("vector", halfvec)])
    return rows["id"].astype(np.int64), rows["vector"]["values"].astype(np.float32)


def placed_objects(projection: MapProjection) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of objects that have a place, int (n,), rising, and the places, float (n, 2), in the bounds' units."""
    rows = copied_rows(PLACED.format(projection=projection.pk), [("id", ">i8"), ("x", ">i4"), ("y", ">i4")])
    left, right, bottom, top = projection.bounds
    shares = np.c_[rows["x"], rows["y"]] / 65_535
    return rows["id"].astype(np.int64), [left, bottom] + shares * [right - left, top - bottom]
