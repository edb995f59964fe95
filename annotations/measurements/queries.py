from dataclasses import dataclass

from django.db import connection

from annotations.projects.models import Project
from annotations.samples.models import Acquisition
from annotations.samples.queries import first_image

PIXEL_UM = "NULLIF(a.pixel_um, 'NaN')"  # some packages write it for what nobody knows
FROM_PROJECT = f"""
FROM samples_object o
JOIN samples_objectfields w ON w.object_id = o.id
{first_image("o.id", "key, file_name")}
JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE o.project_id = %s AND o.id > %s AND (%s OR w."values"[%s] IS NULL)
"""


@dataclass(frozen=True, slots=True)
class ObjectVignette:
    """The picture that stands for an object."""

    object_id: int
    object_name: str
    key: str
    file_name: str
    pixel_um: float | None


@dataclass(frozen=True)
class VignetteSelection:
    """The vignettes of a project that are to be measured: all, or those without a number at `position`."""

    project: Project
    position: int
    anew: bool

    def after(self, last_id: int, limit: int) -> list[ObjectVignette]:
        """The next ones, in the order of their objects."""
        columns = f"o.id, w.original_id, i.key, i.file_name, {PIXEL_UM}"
        rows = self._rows(f"SELECT {columns} {FROM_PROJECT} ORDER BY o.id LIMIT %s", last_id, limit)
        return [ObjectVignette(*row) for row in rows]

    def how_many(self) -> int:
        return self._rows(f"SELECT count(*) {FROM_PROJECT}", 0)[0][0]

    def _rows(self, sql: str, last_id: int, *more: int) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.project.pk, last_id, self.anew, self.position + 1, *more])
            return cursor.fetchall()


def knows_pixel_sizes(project: Project) -> bool:
    return Acquisition.objects.filter(sample__project=project, pixel_um__gt=0).exists()


# in the order in which `set_pixel_size` locks them
HELD = f"""
SELECT o.id, {PIXEL_UM} FROM samples_object o JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE o.id = ANY(%s) ORDER BY a.id FOR SHARE OF a
"""


def held_pixel_sizes(object_ids: list[int]) -> dict[int, float | None]:
    """µm by object; they stay so until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [object_ids])
        return dict(cursor.fetchall())


A_PAGE = 100


def acquisitions_of(project: Project, after: int = 0) -> tuple[list[Acquisition], int | None]:
    """A page of acquisitions behind number `after`, with their samples; and the number that the next one is behind."""
    rows = Acquisition.objects.filter(sample__project=project, pk__gt=after).select_related("sample")
    page = list(rows.order_by("pk")[: A_PAGE + 1])
    return page[:A_PAGE], page[A_PAGE - 1].pk if len(page) > A_PAGE else None
