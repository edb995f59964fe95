"""Objects on a scan with their outlines, as whoever corrects them saw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from annotations.projects.models import Project
from annotations.samples.queries import of_project
from annotations.scans.corrections.errors import OutlineOvertaken
from annotations.scans.models import Scan
from annotations.scans.revisions import REVISION

# the outline; of an object without one the region of its first picture
OUTLINED = f"""
SELECT o.id, o.version, f.original_id, {REVISION}, l.source, convert_from(l.counts, 'LATIN1'),
       COALESCE(ARRAY[l.x, l.y, l.width, l.height],
                ARRAY[i.region_x, i.region_y, i.region_width, i.region_height])
FROM samples_object o JOIN samples_objectfields f ON f.object_id = o.id
LEFT JOIN scans_outline l ON l.object_id = o.id AND l.parent_id = %(scan)s
LEFT JOIN LATERAL (SELECT * FROM samples_image i WHERE i.object_id = o.id AND i.parent_id = %(scan)s
                   ORDER BY i.rank LIMIT 1) i ON TRUE
WHERE o.project_id = %(project)s AND o.id = ANY(%(objects)s) AND (l.object_id IS NOT NULL OR i.id IS NOT NULL)
"""
OVERTAKEN = "Somebody corrected object {name} meanwhile: look again. Nothing was changed."
GONE = "{count} of these objects {are} gone: somebody deleted, merged or moved what you see. Nothing was changed."


@dataclass(frozen=True)
class ExpectedOutline:
    """An object and the revision of its outline, as a person saw them."""

    id: int
    revision: int


@dataclass(frozen=True)
class OutlinedObject:
    """Pixels of the scan; without `counts` its box is all that is known of where it lies."""

    id: int
    version: int
    name: str
    revision: int
    source: str | None
    counts: str | None
    box: list[int]

    @property
    def shape(self) -> dict[str, Any]:
        """For the worker."""
        return {"box": self.box, "counts": self.counts}


def outlined_objects(project: Project, scan: Scan, object_ids: Sequence[int]) -> dict[int, OutlinedObject]:
    """Those of the objects that are the project's and lie on the scan, by their numbers."""
    with connection.cursor() as cursor:
        params = {"scan": scan.pk, "project": project.pk, "objects": list(object_ids)}
        cursor.execute(OUTLINED, params)
        return {row[0]: OutlinedObject(*row) for row in cursor.fetchall()}


def as_expected(project: Project, scan: Scan, expected: Sequence[ExpectedOutline]) -> list[OutlinedObject]:
    """The objects in the order of `expected`.

    Raises OutlineOvertaken where one is gone or its outline is another by now, ValidationError for one that does not
    lie on the scan.
    """
    outlined = outlined_objects(project, scan, [one.id for one in expected])
    if missing := [one.id for one in expected if one.id not in outlined]:
        _refuse_missing(project, missing)
    for one in expected:
        if outlined[one.id].revision != one.revision:
            raise OutlineOvertaken(OVERTAKEN.format(name=outlined[one.id].name))
    return [outlined[one.id] for one in expected]


def _refuse_missing(project: Project, missing: list[int]) -> None:
    if present := of_project(project.pk, missing):
        raise ValidationError(f"Object {present[0]} does not lie on this scan.")
    raise OutlineOvertaken(GONE.format(count=len(missing), are="is" if len(missing) == 1 else "are"))
