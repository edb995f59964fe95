"""A few objects into the bin and out of it while the person waits, in the transaction of whoever calls it."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.accounts.models import User
from annotations.deletions.models import ObjectDeletion
from annotations.deletions.moving_to_bin import open_bin, stand_ins_of
from annotations.deletions.obstacles import MOST_NAMED, obstacles_of
from annotations.deletions.queries import first_ids
from annotations.jobs.errors import JobUnderWay
from annotations.projects.models import Project
from annotations.samples.carrying import carry
from annotations.samples.following import Transfer, conflicts_of, selection_of_ids
from annotations.samples.models import ParentImage
from annotations.samples.object_updating import settle_samples
from annotations.samples.queries import samples_of_objects

MOST_AT_ONCE = 200
GONE = "What this put into the bin is gone for good: its days there are over, or somebody emptied it."


def put_few_into_bin(
    *,
    project: Project,
    user: User,
    object_ids: Sequence[int],
    words: str,
    scan: ParentImage | None = None,
) -> ObjectDeletion:
    """`scan` is the one on which outlines were corrected. Asks nobody's rights.

    Raises ValidationError where some are gone by now, or something is in the way.
    """
    assert 0 < len(object_ids) <= MOST_AT_ONCE
    deletion = ObjectDeletion.objects.create(
        project=project,
        criteria={"id": list(object_ids)},
        scan=scan,
        words=words,
        expected=len(object_ids),
        deleted=timezone.now(),
        deleted_by=user,
    )
    transfer = Transfer(project, open_bin(deletion), user)
    refuse_conflicts(transfer, object_ids)
    samples = samples_of_objects(list(object_ids))
    stand_ins = stand_ins_of(deletion)
    deletion.objects_then = carry(transfer=transfer, object_ids=object_ids)
    if deletion.objects_then < len(object_ids):
        raise ValidationError("Some of these objects are gone, or in another project by now: look again.")
    stand_ins.note()
    deletion.originals = {"samples": stand_ins.samples, "acquisitions": stand_ins.acquisitions}
    deletion.save(update_fields=["originals", "objects_then"])
    settle_samples(sample_ids=sorted(samples))
    return deletion


def refuse_conflicts(transfer: Transfer, object_ids: Sequence[int]) -> None:
    if conflicts := conflicts_of(selection_of_ids(transfer, object_ids)):
        raise ValidationError([str(conflict) for conflict in conflicts[:MOST_NAMED]])


def take_few_back(*, deletion_id: int, user: User) -> list[int]:
    """All of what `put_few_into_bin` put there: their numbers; none where somebody has restored it already.

    Raises ValidationError where it is gone for good or something is in the way, and JobUnderWay.
    """
    deletions = ObjectDeletion.objects.select_for_update(of=("self",)).select_related("project", "bin", "job")
    deletion = deletions.get(pk=deletion_id)
    if deletion.restored:
        return []
    if deletion.bin is None:
        raise ValidationError(GONE)
    if deletion.job and not deletion.job.is_finished:
        raise JobUnderWay(deletion.job)
    if obstacles := obstacles_of(deletion):
        raise ValidationError(obstacles[:MOST_NAMED])
    ids = first_ids(deletion.bin, MOST_AT_ONCE)
    carry(transfer=Transfer(deletion.bin, deletion.project, user), object_ids=ids)
    settle_samples(sample_ids=[here for _, here in stand_ins_of(deletion).samples])
    deletion.bin.delete()
    deletion.bin, deletion.restored, deletion.restored_by = None, timezone.now(), user
    deletion.save(update_fields=["bin", "restored", "restored_by"])
    return ids
