"""Principal components of the places of a project's objects in a space: fitted to some of them, at once."""

import numpy as np
from django.db import connection, transaction

from annotations.maps.models import MapProjection
from annotations.maps.vectors import some_vectors
from annotations.projects.models import Project
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.queries import own_space
from classifier.statistics.components import PrincipalComponents

MOST_FITTED = 20_000  # objects
FEWEST = 3  # objects: two always lie on a line
GROWN = 2  # times as many objects as they were fitted to: fitted anew, a handful says little of all that come
MARGIN = 0.02  # of the width, around the outermost of them
COUNT_TO = """
SELECT count(*) FROM (
    SELECT FROM similarity_embedding WHERE space_id = %s AND project_id = %s LIMIT %s
) counted"""


def principal_components(project: Project, space: EmbeddingSpace | None = None) -> MapProjection | None:
    """The project's map by principal components in the space, else in its own; fitted when it is asked for first.

    None where no space holds objects enough. Objects that come later have their place by the same axes, until there are
    twice as many: what was drawn on the map before finds nothing more then. Fitted to MOST_FITTED, it stays as it is.
    """
    space = space or own_space(project)
    if space is None:
        return None
    fitted = MapProjection.objects.filter(
        project=project, space=space, method=MapProjection.Method.PCA
    ).first()
    if fitted and not _is_outgrown(fitted):
        return fitted
    return _fit(project, space, fitted)


def _is_outgrown(fitted: MapProjection) -> bool:
    if fitted.fitted_to >= MOST_FITTED:
        return False
    enough = GROWN * fitted.fitted_to
    with connection.cursor() as cursor:
        cursor.execute(COUNT_TO, [fitted.space_id, fitted.project_id, enough])
        return cursor.fetchone()[0] >= enough


def _fit(
    project: Project, space: EmbeddingSpace, before: MapProjection | None = None
) -> MapProjection | None:
    vectors = some_vectors(project, space, MOST_FITTED)
    if len(vectors) < FEWEST or space.dimensions < 2:
        return None
    axes = PrincipalComponents.of(vectors)
    places = axes.apply(vectors)[:, :2]
    with transaction.atomic():
        if before:
            before.delete()
        return MapProjection.objects.get_or_create(
            project=project,
            space=space,
            method=MapProjection.Method.PCA,
            defaults={
                "basis": as_json(axes),
                "bounds": bounds_around(places),
                "fitted_to": len(vectors),
            },
        )[0]


def as_json(axes: PrincipalComponents) -> dict:
    return {name: getattr(axes, name).tolist() for name in ("mean", "components", "spread", "share")}


def bounds_around(places: np.ndarray) -> list[float]:
    """[least x, largest x, least y, largest y] with a margin, of float (n, 2); as wide as high, so that distances along
    both axes are alike."""
    low, high = places.min(axis=0), places.max(axis=0)
    half = max(float((high - low).max()) / 2, 1e-6) * (1 + 2 * MARGIN)
    middle = (low + high) / 2
    return [float(edge) for centre in middle for edge in (centre - half, centre + half)]
