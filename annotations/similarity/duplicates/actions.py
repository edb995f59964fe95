"""Dealing with a group of near-duplicates: keeping it, and giving all of it one label. Deleting is `deletions`' own."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch
from annotations.labels.outcomes import Outcome
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Project, Role
from annotations.similarity.duplicates.queries import ids_of
from annotations.similarity.models import DuplicateGroup
from annotations.taxonomy.models import Taxon


@transaction.atomic
def keep_group(*, group: DuplicateGroup, user: User, is_kept: bool) -> None:
    """Says that these are no duplicates, which later searches remember; or that they may be after all."""
    group.is_kept, group.kept_by = is_kept, user if is_kept else None
    group.save(update_fields=["is_kept", "kept_by"])


@transaction.atomic
def label_group(
    *, project: Project, user: User, group: DuplicateGroup, targets: Iterable[Target], taxon: Taxon
) -> Outcome:
    """Validates objects of the group as the taxon, as `label_objects` does. Raises ValidationError for others."""
    chosen = list(targets)
    if not chosen or {target.id for target in chosen} - set(ids_of(group)):
        raise ValidationError("These are not the objects of that group by now: load the page again.")
    outcome = label_objects(project=project, user=user, targets=chosen, taxon=taxon)
    if outcome.batch:  # a search that ends meanwhile may have replaced the group: the labels stay
        DuplicateGroup.objects.filter(pk=group.pk).update(batch_id=outcome.batch)
    return outcome


def undo_group(*, project: Project, user: User, group: DuplicateGroup, role: Role) -> Outcome:
    """Takes back what gave the group one taxon, as `undo_batch` does, also where that was undone and redone since.

    Raises ValidationError where nothing did, or it is undone.
    """
    batch = Batch.objects.filter(project=project, pk=group.batch_id or 0).first()
    if batch is None:
        raise ValidationError("Nobody has given all of these one taxon here: look at Annotate › Actions.")
    if batch.is_undone:
        raise ValidationError("This has been undone already.")
    latest = Batch.objects.get(pk=batch.latest_id) if batch.latest_id else batch
    return undo_batch(batch=latest, user=user, role=role)
