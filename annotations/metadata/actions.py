"""Corrections: planned as a preview, applied as one, undone as one. Nothing that changed meanwhile is overwritten."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.metadata.columns import FIELD, CorrectableColumn, columns_of, free_column
from annotations.metadata.levels import level_of
from annotations.metadata.models import CorrectedValue, Correction, PackageUpdate
from annotations.metadata.planning import CellChange, CellDifference, differences
from annotations.projects.models import Project
from annotations.samples.actions import take_turns
from annotations.samples.columns import ensure_columns
from annotations.samples.models import FreeColumn
from annotations.samples.object_updating import settle_samples
from annotations.samples.queries import samples_of_objects
from annotations.samples.rows import NewColumn

MOST_FAULTS = 20  # sentences of a refusal
SETTLING = {
    "latitude",
    "longitude",
    "taken_at",
    "depth_min",
    "depth_max",
}  # where and when samples are follows
PREVIEW_LASTS = timedelta(days=1)


class RefusedTable(ValidationError):
    """What is wrong with the cells, each with its line and column."""

    def __init__(self, problems: Problems):
        super().__init__([fault["message"] for fault in problems.listed[:MOST_FAULTS]])
        self.problems = problems


@transaction.atomic
def plan_correction(
    *,
    project: Project,
    user: User,
    source: Correction.CorrectionSource,
    changes: Sequence[CellChange],
    level: str = FreeColumn.Level.SAMPLE,
    file_name: str = "",
    problems: Problems | None = None,
) -> Correction:
    """The preview of a correction. Raises RefusedTable when any cell is wrong, ValidationError when nothing changes."""
    problems = problems or Problems("table")
    changed = differences(project, level_of(level), changes, problems, file_name)
    if problems:
        raise RefusedTable(problems)
    if not changed:
        raise _nothing_changes(level)
    drop_old_previews(project)
    more = {"level": level, "file_name": file_name[:255], "warning": _warnings(problems)}
    return note_correction(project, user, source, changed, **more)


@transaction.atomic
def plan_batches(
    *,
    project: Project,
    user: User,
    source: Correction.CorrectionSource,
    batches: Iterable[Sequence[CellChange]],
    level: str,
    file_name: str,
    problems: Problems,
) -> Correction:
    """As `plan_correction`, of more cells than fit into memory: no batch has a row of another."""
    correction = note_correction(project, user, source, [], level=level, file_name=file_name[:255])
    columns: dict[str, None] = {}
    for changes in batches:
        changed = differences(project, level_of(level), changes, problems, file_name)
        note_values(correction, changed)
        correction.rows += len({difference.row_id for difference in changed})
        columns |= dict.fromkeys(difference.column for difference in changed)
    if problems:
        raise RefusedTable(problems)
    if not correction.rows:
        raise _nothing_changes(level)
    drop_old_previews(project)
    correction.columns, correction.warning = list(columns), _warnings(problems)
    correction.save(update_fields=["rows", "columns", "warning"])
    return correction


def _nothing_changes(level: str) -> ValidationError:
    return ValidationError(f"Nothing would change: the {level_of(level).many} hold these values already.")


def _warnings(problems: Problems) -> str:
    return " ".join(warning["message"] for warning in problems.warnings.listed)


def drop_preview(*, correction: Correction) -> None:
    Correction.objects.filter(pk=correction.pk, applied=None).delete()


def drop_old_previews(project: Project) -> None:
    oldest = timezone.now() - PREVIEW_LASTS
    Correction.objects.filter(project=project, applied=None, package=None, created__lt=oldest).delete()
    # as long as their packages wait, and a day for an import that is under way
    waited = oldest - timedelta(days=settings.UPLOAD_DAYS)
    PackageUpdate.objects.filter(project=project, applied=None, created__lt=waited).delete()


def note_correction(
    project: Project,
    user: User,
    source: Correction.CorrectionSource,
    changed: Sequence[CellDifference],
    **more: object,
) -> Correction:
    correction = Correction.objects.create(
        project=project,
        user=user,
        source=source,
        rows=len({difference.row_id for difference in changed}),
        columns=list(dict.fromkeys(difference.column for difference in changed)),
        **more,
    )
    note_values(correction, changed)
    return correction


def note_values(correction: Correction, changed: Sequence[CellDifference]) -> list[CorrectedValue]:
    rows = [
        CorrectedValue(correction=correction, row_id=d.row_id, column=d.column, old=d.old, new=d.new)
        for d in changed
    ]
    return CorrectedValue.objects.bulk_create(rows, batch_size=5000)


@transaction.atomic
def apply_correction(*, correction: Correction, user: User) -> Correction:
    """Writes a preview; gives it as it is then.

    Raises ValidationError, and writes nothing, where a cell is not what the preview says.
    """
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if correction.applied:
        raise ValidationError("This correction was applied already.")
    values = list(correction.values.order_by("row_id", "id"))
    _hold(correction, values)
    if conflicts := changed_since(correction, values, "old"):
        raise ValidationError(
            _sentences(correction, conflicts, "is not what the preview says: preview it again.")
        )
    _write(correction, user, values)
    return correction


@transaction.atomic
def undo_correction(*, correction: Correction, user: User) -> tuple[Correction, int]:
    """Puts back what the correction changed and nobody changed since; gives the new one, and how many cells stay.

    Raises ValidationError when it was undone already, or nothing of it stands.
    """
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if not correction.applied or Correction.objects.filter(undoes=correction).exists():
        raise ValidationError("This correction was undone already, or never applied.")
    values = list(correction.values.order_by("row_id", "id"))
    _hold(correction, values)
    back = still_there(correction, values)
    if not back:
        raise ValidationError("All of it was changed since: there is nothing left to undo.")
    source, level = Correction.CorrectionSource.UNDO, correction.level
    undo = note_correction(correction.project, user, source, back, undoes=correction, level=level)
    _write(undo, user, list(undo.values.all()))
    return undo, len(values) - len(back)


def still_there(correction: Correction, values: Sequence[CorrectedValue]) -> list[CellDifference]:
    """What puts those of the values back that nobody changed since."""
    overwritten = {(value.row_id, value.column) for value in changed_since(correction, values, "new")}
    return [
        CellDifference(value.row_id, value.column, value.new, value.old)
        for value in values
        if (value.row_id, value.column) not in overwritten
    ]


def _hold(correction: Correction, values: Sequence[CorrectedValue]) -> None:
    """Until the transaction ends nobody adds objects to the project, and nobody else corrects these rows."""
    take_turns(project=correction.project)
    level_of(correction.level).lock(correction.project, [value.row_id for value in values])


def changed_since(
    correction: Correction, values: Sequence[CorrectedValue], side: str
) -> list[CorrectedValue]:
    """Those whose cell is not what their `side` (`old` or `new`) says, or whose row is gone, or in another project."""
    columns = {**_missing(values), **columns_of(correction.project, correction.level)}
    used = [columns[key] for key in {value.column for value in values}]
    level = level_of(correction.level)
    here = level.ids(correction.project, list({value.row_id for value in values}))
    cells = level.cells(here, used)
    return [
        value
        for value in values
        if (cell := cells.get((value.row_id, value.column))) is None
        or cell.fault
        or cell.text != getattr(value, side)
    ]


def _missing(values: Sequence[CorrectedValue]) -> dict[str, CorrectableColumn]:
    return {
        value.column: free_column(value.column.removeprefix(FIELD))
        for value in values
        if value.column.startswith(FIELD)
    }


def _sentences(correction: Correction, values: Sequence[CorrectedValue], words: str) -> list[str]:
    names = level_of(correction.level).names([value.row_id for value in values])
    return [
        f"{names.get(value.row_id, 'One that is gone')}: {value.column.removeprefix(FIELD)} {words}"
        for value in values[:MOST_FAULTS]
    ]


def _write(correction: Correction, user: User, values: Sequence[CorrectedValue]) -> None:
    level = level_of(correction.level)
    names = {value.row_id: value.new for value in values if value.column == "name"}
    if twins := level.twins(correction.project, names):
        raise ValidationError(
            [f"Another {level.one} is called {name!r} by now. Rename that one first." for name in twins]
        )
    _ensure_columns(correction)
    level.write(correction.project, user, values)
    if level.key == FreeColumn.Level.OBJECT and not SETTLING.isdisjoint(correction.columns):
        settle_samples(sample_ids=samples_of_objects([value.row_id for value in values]))
    correction.applied, correction.user = timezone.now(), user
    correction.save(update_fields=["applied", "user"])


def _ensure_columns(correction: Correction) -> None:
    """Those that a file brings. The free columns of objects are there: they are numbers or texts."""
    if correction.level == FreeColumn.Level.OBJECT:
        return
    level = FreeColumn.Level(correction.level)
    fields = [key.removeprefix(FIELD) for key in correction.columns if key.startswith(FIELD)]
    ensure_columns(project=correction.project, columns=[NewColumn(level, name) for name in fields])
