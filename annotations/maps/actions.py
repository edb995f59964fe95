"""Starting maps by UMAP, and keeping the places that they come to."""

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.maps.models import MapProjection
from annotations.maps.places import LARGEST
from annotations.projects.models import Project
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.queries import own_space

NEIGHBOURS, MIN_DIST = 15, 0.1  # as UMAP's authors have them
MOST_NEIGHBOURS = 200

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no extension
COPY_TRAILER = b"\xff\xff"
ROW = [
    ("columns", ">i2"),
    ("id_length", ">i4"),
    ("id", ">i8"),
    ("x_length", ">i4"),
    ("x", ">i4"),
    ("y_length", ">i4"),
    ("y", ">i4"),
]
STAGE = "CREATE TEMPORARY TABLE laid_out (id bigint, x integer, y integer) ON COMMIT DROP"
# what was deleted or moved meanwhile has no place; what stays is held until its place is here
KEEP = """
WITH held AS MATERIALIZED (
    SELECT o.id FROM samples_object o WHERE o.project_id = %s AND o.id IN (SELECT id FROM laid_out)
    ORDER BY o.id FOR KEY SHARE
)
INSERT INTO maps_projectedpoint (projection_id, object_id, x, y)
SELECT %s, l.id, l.x, l.y FROM laid_out l JOIN held ON held.id = l.id
ON CONFLICT (projection_id, object_id) DO UPDATE SET x = EXCLUDED.x, y = EXCLUDED.y"""


def start_mapping(
    *,
    project: Project,
    user: User | None,
    neighbours: int = NEIGHBOURS,
    min_dist: float = MIN_DIST,
    anew: bool = False,
) -> Job:
    """Lays the project's objects out by UMAP, in its own space; where that was done before, objects without a place get
    one beside what they are like, or with `anew` all do. Raises ValidationError where there is nothing to lay out."""
    if own_space(project) is None:
        raise ValidationError("Nothing is compared in this project yet: no map can be drawn.")
    if not (2 <= neighbours <= MOST_NEIGHBOURS and 0 <= min_dist < 1):
        raise ValidationError(f"`neighbours` takes 2 to {MOST_NEIGHBOURS}, `min_dist` 0 to less than 1.")
    params = {"neighbours": neighbours, "min_dist": min_dist, "anew": anew}
    return start_job(kind="map_objects", owner=user, project=project, params=params)


def mapped_by_umap(project: Project, space: EmbeddingSpace) -> MapProjection | None:
    return MapProjection.objects.filter(
        project=project, space=space, method=MapProjection.Method.UMAP
    ).first()


@transaction.atomic
def replace_map(
    *,
    job: Job,
    space: EmbeddingSpace,
    fitted_to: int,
    bounds: list[float],
    ids: np.ndarray,
    places: np.ndarray,
) -> MapProjection:
    """By the worker: of int (n,) and float (n, 2). What was drawn on the map before it finds nothing more."""
    assert job.project is not None
    MapProjection.objects.filter(project=job.project, space=space, method=MapProjection.Method.UMAP).delete()
    options = {name: job.params[name] for name in ("neighbours", "min_dist")}
    created = MapProjection.objects.create(
        project=job.project,
        space=space,
        method=MapProjection.Method.UMAP,
        options=options,
        bounds=bounds,
        fitted_to=fitted_to,
        job=job,
    )
    add_places(projection=created, ids=ids, places=places)
    return created


@transaction.atomic
def add_places(*, projection: MapProjection, ids: np.ndarray, places: np.ndarray) -> None:
    """Of int (n,) and float (n, 2), in the units of the bounds; what lies outside them lies at their edge."""
    left, right, bottom, top = projection.bounds
    shares = (places - [left, bottom]) / [right - left, top - bottom]
    rows = np.zeros(len(ids), ROW)
    rows["columns"], rows["id_length"], rows["x_length"], rows["y_length"] = 3, 8, 4, 4
    rows["id"] = ids
    rows["x"], rows["y"] = np.rint(LARGEST * shares.clip(0, 1)).astype(int).T
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS laid_out")
        cursor.execute(STAGE)
        with cursor.copy("COPY laid_out FROM STDIN WITH (FORMAT BINARY)") as copy:
            copy.write(COPY_HEADER + rows.tobytes() + COPY_TRAILER)
        cursor.execute(KEEP, [projection.project_id, projection.pk])
