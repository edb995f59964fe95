"""Objects: their own positions, moments and depths, and their free columns."""

from collections.abc import Sequence

import orjson
from django.db import connection

from annotations.accounts.models import User
from annotations.metadata.columns import (
    FIELD,
    CorrectableColumn,
    columns_of,
    moment_of,
    moment_text,
    number_text,
)
from annotations.metadata.current import CurrentCell, CurrentCells
from annotations.metadata.models import CorrectedValue
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn, ObjectFields
from annotations.samples.object_updating import OWN_NUMBERS, ObjectUpdate, lock_objects, update_objects
from annotations.samples.queries import objects_named, of_project
from annotations.samples.updating import Moment

NOW = """
SELECT o.id, o.latitude, o.longitude, o.depth_min, o.depth_max, o.taken_at, o.has_time, f."values", f.texts
FROM samples_object o JOIN samples_objectfields f ON f.object_id = o.id WHERE o.id = ANY(%s)
"""


def ids(project: Project, row_ids: Sequence[int]) -> list[int]:
    return of_project(project.pk, list(row_ids))


def ids_by_name(project: Project, names: Sequence[str]) -> dict[str, int | None]:
    return {**objects_named(project, names)}


def names(row_ids: Sequence[int]) -> dict[int, str]:
    return dict(ObjectFields.objects.filter(pk__in=row_ids).values_list("pk", "original_id"))


def cells(row_ids: Sequence[int], columns: Sequence[CorrectableColumn]) -> CurrentCells:
    with connection.cursor() as cursor:
        cursor.execute(NOW, [list(row_ids)])
        rows = cursor.fetchall()
    return {(row[0], column.key): CurrentCell(text) for row in rows for column, text in _texts(row, columns)}


def _texts(row: tuple, columns: Sequence[CorrectableColumn]) -> list[tuple[CorrectableColumn, str]]:
    _, *numbers, taken_at, has_time, values, texts = row
    own = dict(zip(OWN_NUMBERS, numbers, strict=True))
    free = orjson.loads(texts)
    return [(column, _text(column, own, Moment(taken_at, has_time), values, free)) for column in columns]


def _text(
    column: CorrectableColumn, own: dict, moment: Moment, values: list[float | None], texts: dict
) -> str:
    if column.key == "taken_at":
        return moment_text(moment)
    if column.position is not None:
        return number_text(values[column.position] if column.position < len(values) else None)
    return str(texts.get(column.field, "")) if column.field else number_text(own[column.key])


def lock(project: Project, row_ids: Sequence[int]) -> None:
    lock_objects(project.pk, row_ids)


def write(project: Project, user: User | None, values: Sequence[CorrectedValue]) -> None:
    columns = columns_of(project, FreeColumn.Level.OBJECT)
    update = ObjectUpdate()
    for value in values:
        row, column = value.row_id, columns[value.column]
        if value.column == "taken_at":
            update.moments[row] = moment_of(value.new)
        elif column.position is not None:
            update.positions.setdefault(column.position, {})[row] = float(value.new) if value.new else None
        elif column.field:
            update.texts.setdefault(row, {})[value.column.removeprefix(FIELD)] = value.new or None
        else:
            update.numbers.setdefault(column.key, {})[row] = float(value.new) if value.new else None
    update_objects(project=project, update=update)
