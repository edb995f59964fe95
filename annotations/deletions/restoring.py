"""The long work of taking objects out of the bin again: in chunks that are back whole, or not at all."""

from django.utils import timezone

from annotations.common.live import publish_event
from annotations.deletions import jobs
from annotations.deletions.models import ObjectDeletion
from annotations.deletions.moving_to_bin import stand_ins_of
from annotations.deletions.obstacles import obstacles_of_chunk, obstacles_of_samples
from annotations.deletions.queries import first_ids, left_in
from annotations.deletions.wording import counted, is_or_are
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.samples.carrying import carry
from annotations.samples.following import Transfer
from annotations.samples.models import Sample
from annotations.samples.object_updating import settle_samples
from annotations.samples.stand_ins import take_back
from annotations.similarity.measurements import embed_what_is_new, ready_space

CHUNK = 1000


@jobs.restore_objects.work
def put_back(job: Job, progress: Progress) -> dict:
    """What is back before a cancel stays; the others are in the bin still."""
    deletion = open_waiting(job)
    assert deletion.bin is not None
    transfer = Transfer(deletion.bin, deletion.project, job.owner)
    total = job.checkpoint.get("total") or left_in([deletion])[deletion.pk]
    try:
        _return_samples(deletion, total, progress)
        while ids := first_ids(deletion.bin, CHUNK):
            _return_chunk(deletion, transfer, ids, progress)
            _update(total - left_in([deletion])[deletion.pk], total, progress)
    except (JobCancelled, JobError):
        _settle(deletion, progress)
        raise
    _settle(deletion, progress)
    _close(deletion, job, progress)
    return {
        "project": deletion.project_id,
        "restored": total,
        "message": _sentence(total, deletion.samples_then),
    }


def open_waiting(job: Job) -> ObjectDeletion:
    """What the job is about. Raises JobError where nothing of it is in the bin, or another job has come between."""
    deletions = ObjectDeletion.objects.waiting().select_related("project", "bin")
    deletion = deletions.filter(pk=job.params["deletion"], job=job).first()
    if deletion is None:
        raise JobError("It is not in the bin any more: nothing is left to do.")
    return deletion


def refuse(obstacles: list[str], done: str) -> None:
    """Raises JobError that lists them."""
    if obstacles:
        faults = [{"file": None, "line": None, "column": None, "message": sentence} for sentence in obstacles]
        raise JobError(f"{done} Something is in the way.", faults)


def _return_samples(deletion: ObjectDeletion, total: int, progress: Progress) -> None:
    assert deletion.bin is not None
    with progress.fenced():
        refuse(obstacles_of_samples(deletion), "Nothing was restored.")
        take_back(project=deletion.project, bin=deletion.bin, sample_ids=deletion.samples)
        progress.checkpoint(total=total)


def _return_chunk(deletion: ObjectDeletion, transfer: Transfer, ids: list[int], progress: Progress) -> None:
    with progress.fenced():
        stand_ins_of(deletion).follow()
        refuse(
            obstacles_of_chunk(transfer, ids),
            "What was restored until now is back, the others are in the bin.",
        )
        carry(transfer=transfer, object_ids=ids)


def _update(done: int, total: int, progress: Progress) -> None:
    try:
        progress.update(done, total, f"Restored {done:,} of {total:,} objects")
    except JobCancelled as stop:
        if done < total:
            sentence = f"{done:,} of {total:,} objects are back, the others are in the bin still."
            raise JobCancelled(sentence) from stop


def _settle(deletion: ObjectDeletion, progress: Progress) -> None:
    """What has to follow once objects came, also where the rest stays in the bin."""
    here = [here for _, here in stand_ins_of(deletion).samples]
    with progress.fenced():
        settle_samples(sample_ids=list(Sample.objects.filter(pk__in=here).values_list("pk", flat=True)))
    if ready_space(deletion.project):
        embed_what_is_new(project=deletion.project, user=deletion.deleted_by)
    publish_event(deletion.project_id, "labels", batch=None, objects=None)


def _close(deletion: ObjectDeletion, job: Job, progress: Progress) -> None:
    assert deletion.bin is not None
    with progress.fenced():
        deletion.bin.delete()
        restored = {"restored": timezone.now(), "restored_by": job.owner}
        ObjectDeletion.objects.filter(pk=deletion.pk).update(**restored)


def _sentence(objects: int, samples: int) -> str:
    them = "it" if objects + samples == 1 else "them"
    return f"{counted(objects, samples)} {is_or_are(objects, samples)} back, with everything on {them}."
