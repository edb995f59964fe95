"""Corrections: planned as a preview, applied as one, undone as one. Nothing that changed meanwhile is overwritten."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.metadata.columns import FIELD, CorrectableColumn, columns_of, free_column, moment_of
from annotations.metadata.current import current_cells
from annotations.metadata.models import CorrectedValue, Correction
from annotations.metadata.planning import SampleChange, SampleDifference, differences, twin_names
from annotations.projects.models import Project
from annotations.samples.actions import take_turns
from annotations.samples.columns import ensure_columns
from annotations.samples.models import FreeColumn, Sample
from annotations.samples.naming import readable_id
from annotations.samples.rows import NewColumn
from annotations.samples.updating import OF_OBJECTS, SampleUpdate, lock_samples, update_samples

MOST_FAULTS = 20  # sentences of a refusal
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
    changes: Sequence[SampleChange],
    file_name: str = "",
    problems: Problems | None = None,
) -> Correction:
    """The preview of a correction. Raises RefusedTable when any cell is wrong, ValidationError when nothing changes."""
    problems = problems or Problems("table")
    changed = differences(project, changes, problems, file_name)
    if problems:
        raise RefusedTable(problems)
    if not changed:
        raise ValidationError("Nothing would change: the samples hold these values already.")
    _drop_old_previews(project)
    return _note(project, user, source, changed, file_name=file_name[:255])


def drop_preview(*, correction: Correction) -> None:
    Correction.objects.filter(pk=correction.pk, applied=None).delete()


def _drop_old_previews(project: Project) -> None:
    left = timezone.now() - PREVIEW_LASTS
    Correction.objects.filter(project=project, applied=None, created__lt=left).delete()


def _note(
    project: Project,
    user: User,
    source: Correction.CorrectionSource,
    changed: Sequence[SampleDifference],
    **more: object,
) -> Correction:
    correction = Correction.objects.create(
        project=project,
        user=user,
        source=source,
        samples=len({difference.sample_id for difference in changed}),
        columns=list(dict.fromkeys(difference.column for difference in changed)),
        **more,
    )
    CorrectedValue.objects.bulk_create(
        [
            CorrectedValue(
                correction=correction, sample_id=d.sample_id, column=d.column, old=d.old, new=d.new
            )
            for d in changed
        ],
        batch_size=5000,
    )
    return correction


@transaction.atomic
def apply_correction(*, correction: Correction, user: User) -> Correction:
    """Writes a preview; gives it as it is then.

    Raises ValidationError, and writes nothing, where a cell is not what the preview says.
    """
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if correction.applied:
        raise ValidationError("This correction was applied already.")
    values = list(correction.values.order_by("sample_id", "id"))
    _hold(correction, values)
    if conflicts := _changed_since(correction.project, values, "old"):
        raise ValidationError(_sentences(conflicts, "is not what the preview says: preview it again."))
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
    values = list(correction.values.order_by("sample_id", "id"))
    _hold(correction, values)
    gone = {(value.sample_id, value.column) for value in _changed_since(correction.project, values, "new")}
    back = [
        SampleDifference(value.sample_id, value.column, value.new, value.old)
        for value in values
        if (value.sample_id, value.column) not in gone
    ]
    if not back:
        raise ValidationError("All of it was changed since: there is nothing left to undo.")
    undo = _note(correction.project, user, Correction.CorrectionSource.UNDO, back, undoes=correction)
    _write(undo, user, list(undo.values.all()))
    return undo, len(gone)


def _hold(correction: Correction, values: Sequence[CorrectedValue]) -> None:
    """Until the transaction ends nobody adds objects to the project, and nobody else corrects these samples."""
    take_turns(project=correction.project)
    lock_samples(correction.project_id, [value.sample_id for value in values])


def _changed_since(project: Project, values: Sequence[CorrectedValue], side: str) -> list[CorrectedValue]:
    """Those whose cell is not what their `side` (`old` or `new`) says."""
    columns = {**_missing(values), **columns_of(project)}
    used = [columns[key] for key in {value.column for value in values}]
    cells = current_cells([value.sample_id for value in values], used)
    return [
        value
        for value in values
        if (cell := cells[value.sample_id, value.column]).fault or cell.text != getattr(value, side)
    ]


def _missing(values: Sequence[CorrectedValue]) -> dict[str, CorrectableColumn]:
    return {
        value.column: free_column(value.column.removeprefix(FIELD))
        for value in values
        if value.column.startswith(FIELD)
    }


def _sentences(values: Sequence[CorrectedValue], words: str) -> list[str]:
    names = dict(Sample.objects.filter(pk__in=[v.sample_id for v in values]).values_list("pk", "original_id"))
    return [
        f"{readable_id(names[value.sample_id])}: {value.column.removeprefix(FIELD)} {words}"
        for value in values[:MOST_FAULTS]
    ]


def _write(correction: Correction, user: User, values: Sequence[CorrectedValue]) -> None:
    new = [
        NewColumn(FreeColumn.Level.SAMPLE, key.removeprefix(FIELD))
        for key in correction.columns
        if key.startswith(FIELD)
    ]
    update = _update(values)
    if twins := twin_names(correction.project, update.names):
        raise ValidationError(
            [f"Another sample is called {name!r} by now. Rename that one first." for name in twins]
        )
    ensure_columns(project=correction.project, columns=new)
    update_samples(update=update)
    correction.applied, correction.user = timezone.now(), user
    correction.save(update_fields=["applied", "user"])


def _update(values: Sequence[CorrectedValue]) -> SampleUpdate:
    update = SampleUpdate({}, {column: {} for column in OF_OBJECTS}, {}, {})
    for value in values:
        sample = value.sample_id
        if value.column == "name":
            update.names[sample] = value.new
        elif value.column == "taken_at":
            update.moments[sample] = moment_of(value.new)
        elif value.column in OF_OBJECTS:
            update.numbers[value.column][sample] = float(value.new) if value.new else None
        else:
            update.fields.setdefault(sample, {})[value.column.removeprefix(FIELD)] = value.new or None
    return update
