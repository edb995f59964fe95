"""The objects of a scan that lie in what one sees of it: each with its outline, or where they are many, counts."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.samples.models import State
from annotations.scans.models import Scan
from annotations.scans.revisions import REVISION

MOST_OBJECTS = 1500  # with their boxes
MOST_OUTLINED = 300  # of them, pixel by pixel
CELLS = 40  # along the longer side of what is seen
IN_BOX = """
i.parent_id = %(scan)s AND i.region_x < %(right)s AND i.region_x + i.region_width > %(left)s
AND i.region_y < %(bottom)s AND i.region_y + i.region_height > %(top)s
"""
COUNT = f"""
SELECT count(*) FROM (SELECT DISTINCT i.object_id FROM samples_image i WHERE {IN_BOX} LIMIT {MOST_OBJECTS + 1}) t
"""
SHAPES = f"""
SELECT DISTINCT ON (o.id) o.id, i.region_x, i.region_y, i.region_width, i.region_height, o.taxon_id, x.display_name,
       o.state, f.original_id, {REVISION}
FROM samples_image i JOIN samples_object o ON o.id = i.object_id JOIN samples_objectfields f ON f.object_id = o.id
LEFT JOIN taxonomy_taxon x ON x.id = o.taxon_id LEFT JOIN scans_outline l ON l.object_id = o.id
WHERE {{condition}} ORDER BY o.id, i.rank
"""
OBJECTS = SHAPES.format(condition=IN_BOX)
NAMED = SHAPES.format(condition="i.parent_id = %(scan)s AND i.object_id = ANY(%(objects)s)")
OUTLINES = """
SELECT object_id, x, y, width, height, convert_from(counts, 'LATIN1') FROM scans_outline WHERE object_id = ANY(%s)
"""
IN_CELLS = f"""
SELECT column_number, row_number, count(*) FROM (
    SELECT DISTINCT i.object_id,
           floor((i.region_x + i.region_width / 2 - %(left)s) / %(cell)s)::float8 AS column_number,
           floor((i.region_y + i.region_height / 2 - %(top)s) / %(cell)s)::float8 AS row_number
    FROM samples_image i WHERE {IN_BOX}) t GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class VisibleBox:
    """Pixels of the scan, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def read(cls, text: str, scan: Scan) -> "VisibleBox":
        """`x,y,width,height`; empty means all of it. Raises ValidationError."""
        if not text:
            return cls(0, 0, scan.parent.width, scan.parent.height)
        parts = text.split(",")
        if len(parts) != 4 or not all(_is_number(part) for part in parts):
            raise ValidationError("`box` takes four whole numbers of pixels: x,y,width,height.")
        x, y, width, height = (int(part) for part in parts)
        if width <= 0 or height <= 0:
            raise ValidationError("`box` has no area: its width and height are more than 0.")
        return cls(x, y, width, height)

    @property
    def params(self) -> dict[str, Any]:
        cell = max(self.width, self.height, CELLS) / CELLS
        right, bottom = self.x + self.width, self.y + self.height
        return {"left": self.x, "right": right, "top": self.y, "bottom": bottom, "cell": cell}


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 9


def visible_objects(scan: Scan, box: VisibleBox) -> dict[str, Any]:
    """`objects`, outlined where they are few; or, of more than MOST_OBJECTS, `cells` of `cell` pixels with how many."""
    params = box.params | {"scan": scan.pk}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, params)
        if cursor.fetchone()[0] > MOST_OBJECTS:
            cursor.execute(IN_CELLS, params)
            cells = [
                {
                    "x": box.x + column * params["cell"],
                    "y": box.y + row * params["cell"],
                    "objects": count,
                }
                for column, row, count in cursor.fetchall()
            ]
            return {"objects": [], "cells": cells, "cell": params["cell"]}
        cursor.execute(OBJECTS, params)
        objects = [_shape(row) for row in cursor.fetchall()]
        if len(objects) <= MOST_OUTLINED:
            _add_outlines(cursor, objects)
    return {"objects": objects, "cells": [], "cell": params["cell"]}


def shapes_of(scan: Scan, object_ids: list[int]) -> list[dict[str, Any]]:
    """These objects as `visible_objects` gives them, with their outlines; without those that are not on the scan."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED, {"scan": scan.pk, "objects": object_ids})
        objects = [_shape(row) for row in cursor.fetchall()]
        _add_outlines(cursor, objects)
    return objects


def _shape(row: tuple) -> dict[str, Any]:
    number, x, y, width, height, taxon, name, state, original_id, revision = row
    return {
        "id": number,
        "box": [x, y, width, height],
        "taxon": {"id": taxon, "name": name} if taxon else None,
        "state": State(state).word,
        "original_id": original_id,
        "revision": revision,
        "outline": None,
    }


def _add_outlines(cursor: Any, objects: list[dict[str, Any]]) -> None:
    cursor.execute(OUTLINES, [[one["id"] for one in objects]])
    outlines = {
        number: {"box": [x, y, width, height], "counts": counts}
        for number, x, y, width, height, counts in cursor.fetchall()
    }
    for one in objects:
        one["outline"] = outlines.get(one["id"])


def object_box(scan: Scan, object_id: int | None) -> dict[str, Any] | None:
    """Where that object lies on the scan; None where it does not."""
    image = scan.parent.regions.filter(object=object_id).order_by("rank").first() if object_id else None
    if image is None:
        return None
    box = [image.region_x, image.region_y, image.region_width, image.region_height]
    return {"id": image.object_id, "box": box}
