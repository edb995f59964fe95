"""All vectors of a project in a space, as arrays: for what lays all of them out."""

import numpy as np

from annotations.common.copying import copied_rows
from annotations.maps.models import MapProjection
from annotations.projects.models import Project
from annotations.similarity.models import EmbeddingSpace

ALL = """
SELECT e.object_id, e.vector FROM similarity_embedding e
WHERE e.space_id = {space:d} AND e.project_id = {project:d} ORDER BY e.object_id"""
PLACED = (
    "SELECT object_id, x, y FROM maps_projectedpoint WHERE projection_id = {projection:d} ORDER BY object_id"
)


def all_vectors(project: Project, space: EmbeddingSpace) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of objects, int (n,), rising, and their vectors, float32 (n, dimensions)."""
    halfvec = np.dtype([("dimensions", ">i2"), ("unused", ">i2"), ("values", ">f2", (space.dimensions,))])
    rows = copied_rows(ALL.format(space=space.pk, project=project.pk), [("id", ">i8"), ("vector", halfvec)])
    return rows["id"].astype(np.int64), rows["vector"]["values"].astype(np.float32)


def placed_objects(projection: MapProjection) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of objects that have a place, int (n,), rising, and the places, float (n, 2), in the bounds' units."""
    rows = copied_rows(PLACED.format(projection=projection.pk), [("id", ">i8"), ("x", ">i4"), ("y", ">i4")])
    left, right, bottom, top = projection.bounds
    shares = np.c_[rows["x"], rows["y"]] / 65_535
    return rows["id"].astype(np.int64), [left, bottom] + shares * [right - left, top - bottom]
