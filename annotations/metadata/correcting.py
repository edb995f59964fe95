"""The ways to a correction: a cell, one value for many rows, a table."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.common.tables import SpreadsheetLine
from annotations.metadata.actions import apply_correction, plan_batches, plan_correction
from annotations.metadata.columns import CorrectableColumn, columns_of, free_column
from annotations.metadata.levels import Level, level_of
from annotations.metadata.models import Correction
from annotations.metadata.planning import CellChange
from annotations.metadata.table import CorrectionTable, by_heading, open_table
from annotations.projects.models import Project

SAMPLE = level_of("sample")
LINES = 1000  # of a table, whose rows are looked up together


@transaction.atomic
def correct_cell(
    *,
    project: Project,
    user: User,
    row_id: int,
    column: CorrectableColumn,
    value: str,
    was: str,
    level: Level = SAMPLE,
) -> Correction:
    """Applied at once. Raises ValidationError where it is not any more what the person saw."""
    if not level.ids(project, [row_id]):
        raise Http404(f"There is no such {level.one} in this project.")
    change = CellChange(row_id, column, value, was=was)
    source = Correction.CorrectionSource.CELL
    correction = plan_correction(project=project, user=user, source=source, changes=[change], level=level.key)
    return apply_correction(correction=correction, user=user)


def plan_many(
    *,
    project: Project,
    user: User,
    row_ids: Sequence[int],
    column: CorrectableColumn,
    value: str,
    level: Level = SAMPLE,
) -> Correction:
    """The preview of one value for many rows; those of other projects are left out."""
    changes = [CellChange(pk, column, value) for pk in level.ids(project, row_ids)]
    source = Correction.CorrectionSource.FORM
    return plan_correction(project=project, user=user, source=source, changes=changes, level=level.key)


def plan_from_table(
    *, project: Project, user: User, content: bytes, name: str, empties: bool, level: Level = SAMPLE
) -> Correction:
    """The preview of what a table says. Raises RefusedTable with each line and column that is wrong."""
    problems = Problems("table")
    table, lines = open_table(content, name, columns_of(project, level.key), level, problems)
    batches = _batches(project, table, lines, empties) if table else iter(())
    source = Correction.CorrectionSource.FILE
    about: dict[str, Any] = {"project": project, "user": user, "source": source, "level": level.key}
    if level.key == "object":
        return plan_batches(batches=batches, file_name=name, problems=problems, **about)
    changes = list(chain.from_iterable(batches))
    return plan_correction(changes=changes, file_name=name, problems=problems, **about)


def _batches(
    project: Project, table: CorrectionTable, lines: Iterator[SpreadsheetLine], empties: bool
) -> Iterator[list[CellChange]]:
    """Looks the rows up for many lines at once: a project may have more of them than fit into memory."""
    while batch := list(islice(lines, LINES)):
        rows = table.level.ids_by_name(project, [table.name_in(line) for line in batch])
        yield [change for line in batch for change in table.changes(line, rows, empties)]


@transaction.atomic
def correct_by_name(
    *, project: Project, user: User, rows: Sequence[dict], is_trial: bool, level: Level = SAMPLE
) -> Correction:
    """Applies rows of `{id, set, was}`, their columns named as in a table; of a trial, gives the preview.

    Raises ValidationError for a row or a column that the project has not, and wherever a cell can't be.
    """
    columns = by_heading(columns_of(project, level.key), level)
    _refuse_strangers(project, level, [row["id"] for row in rows])
    changes = [
        CellChange(row["id"], named_column(name, columns, level), text or "", was=_was(row, name))
        for row in rows
        for name, text in row["set"].items()
    ]
    source = Correction.CorrectionSource.API
    correction = plan_correction(project=project, user=user, source=source, changes=changes, level=level.key)
    return correction if is_trial else apply_correction(correction=correction, user=user)


def _refuse_strangers(project: Project, level: Level, row_ids: Sequence[int]) -> None:
    mine = set(level.ids(project, row_ids))
    if strangers := sorted(set(row_ids) - mine):
        raise ValidationError(f"The project has no {level.one} {', '.join(map(str, strangers[:10]))}.")
    if len(set(row_ids)) < len(row_ids):
        raise ValidationError(f"`{level.many}` names one twice: put all that it gets into one `set`.")


def named_column(name: str, columns: dict[str, CorrectableColumn], level: Level) -> CorrectableColumn:
    """Raises ValidationError for a column that there is not, and that can't be made."""
    if name.lower() in columns:
        return columns[name.lower()]
    if level.makes_columns and name.startswith(level.prefix) and "\0" not in name:
        return free_column(name.removeprefix(level.prefix), is_new=True)
    raise ValidationError(
        f"{level.many.capitalize()} have no column {name!r}. There are {', '.join(columns)}."
    )


def _was(row: dict, name: str) -> str | None:
    was = row.get("was") or {}
    return (was[name] or "") if name in was else None
