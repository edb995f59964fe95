"""Undoing whatever a batch changed: labels, traits, or both, as a prediction does."""

from django.db import transaction

from annotations.accounts.models import User
from annotations.labels.actions import Outcome as LabelOutcome
from annotations.labels.actions import undo_batch
from annotations.labels.models import Batch, BatchKind, Change
from annotations.projects.models import Role
from annotations.traits.actions import Outcome, restore_values, undo_scores
from annotations.traits.queries import is_of_traits


@transaction.atomic
def undo_whole(*, batch: Batch, user: User, role: Role) -> LabelOutcome | Outcome:
    """Puts back all that the batch changed, except where somebody has changed it since. Raises as `undo_batch` does."""
    if not is_of_traits(batch):
        return undo_batch(batch=batch, user=user, role=role)
    if not Change.objects.filter(batch=batch).exists():
        return undo_scores(batch=batch, user=user, role=role)
    outcome = undo_batch(batch=batch, user=user, role=role)
    undo = (
        Batch.objects.get(pk=outcome.batch)
        if outcome.batch
        else Batch.objects.create(project=batch.project, kind=BatchKind.UNDO, user=user, undoes=batch)
    )
    changed, conflicts = restore_values(batch, undo)
    if not outcome.batch and not changed:
        undo.delete()
        return LabelOutcome(None, 0, outcome.conflicts + conflicts)
    return LabelOutcome(undo.pk, outcome.changed + changed, outcome.conflicts + conflicts)
