"""The free columns of a project, and the values of those that are numbers."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from django.db import connection, transaction

from annotations.projects.models import Project
from annotations.samples.models import FreeColumn
from annotations.samples.rows import NewColumn

# position n of the array is place n + 1 for PostgreSQL; an array may be shorter than the project has columns
WRITE = """
UPDATE samples_objectfields f SET "values" = ARRAY(
    SELECT CASE WHEN p.nth IS NULL THEN f."values"[n] ELSE m.numbers[p.nth] END
    FROM generate_series(1, greatest(cardinality(f."values"), %(longest)s)) n
    LEFT JOIN unnest(%(places)s::int[]) WITH ORDINALITY p (place, nth) ON p.place = n
    ORDER BY n)
FROM incoming m WHERE f.object_id = m.object_id AND f.project_id = %(project)s
"""

# keys of columns that people sort by: triggers make those of new objects only
WRITE_KEYS = """
INSERT INTO samples_numberkey (column_id, object_id, value)
SELECT c.id, f.object_id, f."values"[c.position + 1]
FROM samples_freecolumn c JOIN samples_objectfields f USING (project_id) JOIN incoming m ON m.object_id = f.object_id
WHERE c.project_id = %(project)s AND c.keeps_keys AND c.position + 1 = ANY(%(places)s::int[])
ON CONFLICT (column_id, object_id) DO UPDATE SET value = EXCLUDED.value
"""


class ColumnTypeConflict(Exception):
    """The project knows these columns with the other type."""

    def __init__(self, columns: Sequence[NewColumn]):
        super().__init__(", ".join(column.name for column in columns))
        self.columns = list(columns)


def positions_of(project: Project) -> dict[str, int]:
    """Where each number of an object stands in `ObjectFields.values`, by the column's name."""
    columns = FreeColumn.objects.filter(project=project, position__isnull=False).order_by("position")
    return {column.name: column.position for column in columns if column.position is not None}


@transaction.atomic
def ensure_columns(*, project: Project, columns: Sequence[NewColumn]) -> dict[str, int]:
    """Makes the free columns that the project lacks; gives the positions of all numbers of objects by name.

    Raises ColumnTypeConflict, and makes none, where the project knows some with the other type.
    """
    Project.objects.select_for_update().get(pk=project.pk)  # nobody else gives out the same position
    refuse_conflicts(project, columns)
    present = {(column.level, column.name) for column in FreeColumn.objects.filter(project=project)}
    missing = [column for column in dict.fromkeys(columns) if (column.level, column.name) not in present]
    free = count(max(positions_of(project).values(), default=-1) + 1)
    FreeColumn.objects.bulk_create(
        FreeColumn(
            project=project,
            level=column.level,
            name=column.name,
            is_number=column.is_number,
            position=next(free) if column.is_number else None,
        )
        for column in missing
    )
    return positions_of(project)


def refuse_conflicts(project: Project, columns: Sequence[NewColumn]) -> None:
    """Raises ColumnTypeConflict for columns that the project knows with the other type."""
    present = {(column.level, column.name): column for column in FreeColumn.objects.filter(project=project)}
    conflicts = [
        column
        for column in columns
        if (existing := present.get((column.level, column.name))) and existing.is_number != column.is_number
    ]
    if conflicts:
        raise ColumnTypeConflict(conflicts)


@transaction.atomic
def update_numbers(
    *, project: Project, positions: Sequence[int], rows: Iterable[tuple[int, list[float | None]]]
) -> None:
    """Writes (object id, numbers), the numbers in the order of `positions`; others stay. Safe to do twice.

    Objects that have moved to another project are left out: there the positions are of other columns.
    """
    places = [position + 1 for position in positions]
    params: dict[str, Any] = {"places": places, "longest": max(places), "project": project.pk}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE incoming (object_id bigint, numbers float8[])")
        with cursor.copy("COPY incoming (object_id, numbers) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(WRITE, params)
        cursor.execute(WRITE_KEYS, params)
        cursor.execute("DROP TABLE incoming")
