"""The long work of putting objects into the bin of their project: in chunks that are in it whole, or not at all."""

from django.utils import timezone

from annotations.common.live import publish_event
from annotations.deletions import jobs
from annotations.deletions.models import ObjectDeletion
from annotations.deletions.wording import counted, is_or_are
from annotations.jobs.errors import JobCancelled
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.projects.models import Project
from annotations.samples.carrying import carry
from annotations.samples.following import Transfer
from annotations.samples.object_updating import settle_samples
from annotations.samples.queries import samples_of_objects
from annotations.samples.stand_ins import StandIns, set_aside
from annotations.search.filter import Filter
from annotations.search.selecting import next_ids, selection_of

CHUNK = 1000


@jobs.delete_objects.work
def put_into_bin(job: Job, progress: Progress) -> dict:
    """Never more than the person was told. What is in the bin before a cancel stays there, and can be restored."""
    return bin_objects(job.params["deletion"], progress)


def bin_objects(deletion_id: int, progress: Progress) -> dict:
    """The same as a part of another job, whose checkpoint has `last` and `samples` for it."""
    job = progress.job
    deletion = ObjectDeletion.objects.select_related("project", "bin", "deleted_by").get(pk=deletion_id)
    transfer = _transfer(deletion, progress)
    selection = selection_of(transfer, criteria_of(deletion))
    last = job.checkpoint.get("last", 0)
    try:
        while ids := next_ids(
            selection, after=last, most=min(CHUNK, deletion.expected - deletion.objects_then)
        ):
            _put_chunk(deletion, transfer, ids, progress)
            last = ids[-1]
            _update(deletion, progress)
    except JobCancelled as stop:
        _settle(deletion, progress)
        raise JobCancelled(f"{sentence_of(deletion)} The others are where they were.") from stop
    _put_samples(deletion, transfer, progress)
    _settle(deletion, progress)
    return {
        "deleted": deletion.objects_then,
        "deletion": deletion.pk,
        "project": deletion.project_id,
        "message": sentence_of(deletion),
    }


def criteria_of(deletion: ObjectDeletion) -> Filter:
    if deletion.samples:
        return Filter(sample=tuple(deletion.samples))
    return Filter.parse(deletion.criteria, deletion.deleted_by)


def stand_ins_of(deletion: ObjectDeletion) -> StandIns:
    assert deletion.bin is not None
    return StandIns(deletion.project, deletion.bin, **deletion.originals)


def sentence_of(deletion: ObjectDeletion) -> str:
    how_many = deletion.objects_then, deletion.samples_then
    return f"{counted(*how_many)} {is_or_are(*how_many)} in the bin until {deletion.until:%Y-%m-%d}."


def _transfer(deletion: ObjectDeletion, progress: Progress) -> Transfer:
    """With the bin, made by whoever comes first."""
    if deletion.bin is None:
        with progress.fenced():
            open_bin(deletion)
    assert deletion.bin is not None
    return Transfer(deletion.project, deletion.bin, deletion.deleted_by)


def open_bin(deletion: ObjectDeletion) -> Project:
    """A new one, for what it deletes."""
    title = f"Bin of {deletion.project.title}"[:255]
    created = Project.objects.create(title=title, bin_of=deletion.project, deleted=timezone.now())
    deletion.bin = created
    deletion.save(update_fields=["bin"])
    return created


def _put_chunk(deletion: ObjectDeletion, transfer: Transfer, ids: list[int], progress: Progress) -> None:
    with progress.fenced():
        stand_ins, before = stand_ins_of(deletion), samples_of_objects(ids)
        stand_ins.follow()
        count = carry(transfer=transfer, object_ids=ids)
        stand_ins.note()
        deletion.originals = {"samples": stand_ins.samples, "acquisitions": stand_ins.acquisitions}
        deletion.objects_then += count
        deletion.save(update_fields=["originals", "objects_then"])
        touched = sorted({*progress.job.checkpoint.get("samples", []), *before})
        progress.checkpoint(last=ids[-1], samples=touched)


def _update(deletion: ObjectDeletion, progress: Progress) -> None:
    done, total = deletion.objects_then, deletion.expected
    try:
        progress.update(done, total, f"Put {done:,} of {total:,} objects into the bin")
    except JobCancelled:
        if done < total:  # else all is there, and only the end is left to do
            raise


def _put_samples(deletion: ObjectDeletion, transfer: Transfer, progress: Progress) -> None:
    if not deletion.samples:
        return
    with progress.fenced():
        set_aside(project=transfer.source, bin=transfer.target, sample_ids=deletion.samples)
        deletion.samples_then = transfer.target.samples.filter(pk__in=deletion.samples).count()
        deletion.save(update_fields=["samples_then"])


def _settle(deletion: ObjectDeletion, progress: Progress) -> None:
    """What has to follow once objects went, also where the rest stays."""
    with progress.fenced():
        settle_samples(sample_ids=progress.job.checkpoint.get("samples", []))
        if deletion.bin and not deletion.objects_then and not deletion.samples_then:
            deletion.bin.delete()
    publish_event(deletion.project_id, "labels", batch=None, objects=None)
