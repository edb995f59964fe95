"""Held-out objects with their pictures: what the model got wrong, and what a cell of its confusion matrix counts."""

from django.db import connection

from annotations.accounts.models import User
from annotations.learning.models import Model
from annotations.learning.queries import pictures_of
from annotations.pictures.keys import image_url
from annotations.projects.access import projects_seen_by
from annotations.samples.queries import first_image

FIRST_WORST = 12  # pictures on the page itself; the others come when they are asked for
MOST_IN_CELL = 24
CELL = f"""
SELECT h.id, h.score, h.project_id, i.key, i.width, i.height
FROM (
    SELECT o.id, h.score, o.project_id FROM learning_heldout h JOIN samples_object o ON o.id = h.object_id
    WHERE h.model_id = %s AND h.taxon_id = %s AND h.predicted_id = %s AND h.fold = 'test'
      AND o.project_id = ANY(%s)
    ORDER BY h.score DESC, o.id LIMIT %s
) h {first_image("h.id")} ORDER BY h.score DESC, h.id
"""


def worst_mistakes(metrics: dict, user: User, most: int | None = None) -> dict | None:
    """The surest first, of the person's projects alone."""
    entries = metrics.get("worst")
    if not entries:
        return None
    pictures = pictures_of([entry["object_id"] for entry in entries], user)
    visible = [
        {**entry, **pictures[entry["object_id"]]} for entry in entries if entry["object_id"] in pictures
    ]
    return {
        "visible": visible[:most],
        "more": max(len(visible) - (most or len(visible)), 0),
        "hidden": len(entries) - len(visible),
    }


def objects_of_cell(model: Model, taxon: int, predicted: int, user: User) -> list[dict]:
    """Objects that people call `taxon` and the model `predicted`, the surest first, of the person's projects alone."""
    visible = list(projects_seen_by(user).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(CELL, [model.pk, taxon, predicted, visible, MOST_IN_CELL])
        return [
            {
                "object_id": object_id,
                "score": score,
                "project": project,
                "url": image_url(key),
                "width": width,
                "height": height,
            }
            for object_id, score, project, key, width, height in cursor.fetchall()
        ]
