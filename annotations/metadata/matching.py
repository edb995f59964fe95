"""One value for all objects that match a filter: previewed by the first ones, written in the order of their ids."""

import json

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.metadata.actions import drop_old_previews
from annotations.metadata.columns import FIELD, CorrectableColumn, columns_of
from annotations.metadata.levels import level_of
from annotations.metadata.models import Correction
from annotations.metadata.planning import CellChange, CellDifference, differences
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn
from annotations.search.filter import Filter
from annotations.search.queries import raw_counts

OBJECT = FreeColumn.Level.OBJECT
PREVIEWED = 200  # objects of which the preview shows what changes
# an object whose other depth is beyond the value would hang upside down
BEYOND = {"depth_min": "o.depth_max < %s", "depth_max": "o.depth_min > %s"}


@transaction.atomic
def plan_matching(
    *,
    project: Project,
    user: User,
    criteria: Filter,
    column: CorrectableColumn,
    value: str,
    source: Correction.CorrectionSource = Correction.CorrectionSource.FORM,
) -> Correction:
    """The preview. Raises ValidationError for a value that can't be, and where nothing matches."""
    text = _read(column, value)
    count = sum(number for _, _, number in raw_counts(project.pk, criteria))
    if not count:
        raise ValidationError("No object matches: there is nothing to change.")
    _refuse_upside_down(project, criteria, column, text)
    drop_old_previews(project)
    return Correction.objects.create(
        project=project,
        user=user,
        source=source,
        level=OBJECT,
        rows=count,
        columns=[column.key],
        filter=json.loads(json.dumps(criteria.as_dict())),
        value=text,
    )


def _read(column: CorrectableColumn, value: str) -> str:
    try:
        return column.read(value.replace("\0", "").strip())
    except ValueError as error:
        raise ValidationError({"value": str(error)}) from None


def _refuse_upside_down(project: Project, criteria: Filter, column: CorrectableColumn, text: str) -> None:
    if column.key not in BEYOND or not text:
        return
    condition, params = criteria.narrowed(project.pk).where(project.pk)
    sql = f"SELECT o.id FROM samples_object o WHERE o.project_id = %s AND {condition} AND {BEYOND[column.key]} LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [project.pk, *params, float(text)])
        row = cursor.fetchone()
    if row:
        name = level_of(OBJECT).names([row[0]])[row[0]]
        raise ValidationError(
            {"value": f"{name}, and perhaps others, would reach upwards: its depths would cross."}
        )


def previewed(correction: Correction) -> list[CellDifference]:
    """What changes of the first objects that match."""
    return matching_differences(correction, next_matching(correction, 0, PREVIEWED))


def next_matching(correction: Correction, after: int, most: int) -> list[int]:
    """The next of the objects that match, in the order of their numbers."""
    criteria, project = Filter.parse(correction.filter or {}, correction.user), correction.project_id
    condition, params = criteria.narrowed(project).where(project)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.id FROM samples_object o WHERE o.project_id = %s AND o.id > %s AND {condition} "
            "ORDER BY o.id LIMIT %s",
            [project, after, *params, most],
        )
        return [object_id for (object_id,) in cursor.fetchall()]


def matching_differences(correction: Correction, ids: list[int]) -> list[CellDifference]:
    """Raises ValidationError where an object can't have the value."""
    (key,) = correction.columns
    column = columns_of(correction.project, OBJECT).get(key)
    if column is None:
        raise ValidationError(f"The project has no column {key.removeprefix(FIELD)} any more.")
    problems = Problems("table")
    changes = [CellChange(object_id, column, correction.value) for object_id in ids]
    changed = differences(correction.project, level_of(OBJECT), changes, problems)
    if problems:
        raise ValidationError([fault["message"] for fault in problems.listed[:5]])
    return changed
