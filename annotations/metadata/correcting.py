"""The ways to a correction: a cell, one value for many samples, a table."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404

from annotations.accounts.models import User
from annotations.common.problems import Problems
from annotations.metadata.actions import apply_correction, plan_correction
from annotations.metadata.columns import CorrectableColumn, columns_of, free_column
from annotations.metadata.models import Correction
from annotations.metadata.planning import SampleChange
from annotations.metadata.table import by_heading, read_changes
from annotations.projects.models import Project
from annotations.samples.models import Sample


@transaction.atomic
def correct_cell(
    *, project: Project, user: User, sample_id: int, column: CorrectableColumn, value: str, was: str
) -> Correction:
    """Applied at once. Raises ValidationError where it is not any more what the person saw."""
    if not Sample.objects.filter(project=project, pk=sample_id).exists():
        raise Http404("There is no such sample in this project.")
    change = SampleChange(sample_id, column, value, was=was)
    correction = plan_correction(
        project=project, user=user, source=Correction.CorrectionSource.CELL, changes=[change]
    )
    return apply_correction(correction=correction, user=user)


def plan_many(
    *, project: Project, user: User, sample_ids: Sequence[int], column: CorrectableColumn, value: str
) -> Correction:
    """The preview of one value for many samples; those of other projects are left out."""
    mine = Sample.objects.filter(project=project, pk__in=sample_ids).values_list("pk", flat=True)
    changes = [SampleChange(pk, column, value) for pk in mine]
    return plan_correction(
        project=project, user=user, source=Correction.CorrectionSource.FORM, changes=changes
    )


def plan_from_table(*, project: Project, user: User, content: bytes, name: str, empties: bool) -> Correction:
    """The preview of what a table says. Raises RefusedTable with each line and column that is wrong."""
    problems = Problems("table")
    samples = {original_id: pk for pk, original_id in project.samples.values_list("pk", "original_id")}
    changes = read_changes(content, name, columns_of(project), samples, empties=empties, problems=problems)
    source = Correction.CorrectionSource.FILE
    return plan_correction(
        project=project, user=user, source=source, changes=changes, file_name=name, problems=problems
    )


@transaction.atomic
def correct_by_name(*, project: Project, user: User, rows: Sequence[dict], is_trial: bool) -> Correction:
    """Applies rows of `{id, set, was}`, their columns named as in a table; of a trial, gives the preview.

    Raises ValidationError for a sample or a column that the project has not, and wherever a cell can't be.
    """
    columns = by_heading(columns_of(project))
    _refuse_strangers(project, [row["id"] for row in rows])
    changes = [
        SampleChange(row["id"], _named(name, columns), text or "", was=_was(row, name))
        for row in rows
        for name, text in row["set"].items()
    ]
    source = Correction.CorrectionSource.API
    correction = plan_correction(project=project, user=user, source=source, changes=changes)
    return correction if is_trial else apply_correction(correction=correction, user=user)


def _refuse_strangers(project: Project, sample_ids: Sequence[int]) -> None:
    mine = set(project.samples.filter(pk__in=sample_ids).values_list("pk", flat=True))
    if strangers := sorted(set(sample_ids) - mine):
        raise ValidationError(f"The project has no sample {', '.join(map(str, strangers[:10]))}.")
    if len(set(sample_ids)) < len(sample_ids):
        raise ValidationError("`samples` names one twice: put all that it gets into one `set`.")


def _named(name: str, columns: dict[str, CorrectableColumn]) -> CorrectableColumn:
    if name.lower() in columns:
        return columns[name.lower()]
    if name.startswith("sample_") and "\0" not in name:
        return free_column(name.removeprefix("sample_"), is_new=True)
    raise ValidationError(f"Samples have no column {name!r}. There are {', '.join(columns)}.")


def _was(row: dict, name: str) -> str | None:
    was = row.get("was") or {}
    return (was[name] or "") if name in was else None
