"""The long work of moving or copying: in chunks that are over there whole, or not at all."""

from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.common.live import publish_event
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.registry import job
from annotations.moving.actions import add_members_of, lock_both, refuse_unless_manager_of_both
from annotations.moving.models import Move
from annotations.projects.models import Project
from annotations.samples.affected_samples import samples_touched
from annotations.samples.carrying import carry
from annotations.samples.emptying import remove_emptied
from annotations.samples.following import Conflict, Transfer, conflicts_of, selection_of_ids
from annotations.samples.models import Sample
from annotations.samples.object_updating import settle_samples
from annotations.search.filter import Filter
from annotations.search.selecting import next_ids, selection_of
from annotations.similarity.measurements import embed_what_is_new, ready_space

CHUNK = 1000


@job(
    "move_objects",
    title="Move of objects",
    alone_by=("project",),
    part="moving/job.html",
    again_by="annotations.moving.resuming:continue_move",
    goes_on=True,
)
def move_matching(job: Job, progress: Progress) -> dict:
    """Never more than the person was told. What is over there before a cancel stays there."""
    move = Move.objects.select_related("source", "target", "user").get(pk=job.params["move"])
    transfer = _transfer(move)
    criteria = Filter.parse(move.criteria, job.owner)
    note = {"done": 0, "last": job.params.get("after", 0), **job.checkpoint}
    selection = selection_of(transfer, criteria)
    if "samples" not in note:  # those that may be empty in the end
        note["samples"] = samples_touched(selection)
    try:
        while ids := next_ids(selection, after=note["last"], most=min(CHUNK, move.expected - note["done"])):
            _carry_chunk(transfer, move, ids, note, progress)
            _update(move, note["done"], progress)
    except (JobCancelled, JobError):
        _settle(transfer, note["samples"], progress)
        raise
    return _end(transfer, move, note, progress)


def _transfer(move: Move) -> Transfer:
    """Raises JobError where who asked for it may not any more."""
    if move.source is None or move.target is None:
        raise JobError("One of the two projects is gone: nothing is left to do.")
    transfer = Transfer(move.source, move.target, move.user, move.is_copy)
    _check_rights(transfer)
    return transfer


@transaction.atomic
def _check_rights(transfer: Transfer) -> None:
    """As `lock_both` says, until the transaction ends. Raises JobError."""
    try:
        lock_both(transfer)
        refuse_unless_manager_of_both(transfer)
    except ValidationError as error:
        raise JobError(" ".join(error.messages)) from error
    except PermissionDenied as error:
        raise JobError(str(error)) from error


def _carry_chunk(transfer: Transfer, move: Move, ids: list[int], note: dict, progress: Progress) -> None:
    with progress.fenced():
        _check_rights(transfer)
        if conflicts := conflicts_of(selection_of_ids(transfer, ids)):
            raise JobError(
                f"{_sentence(move, note['done'])} Then something was in the way.", _errors(conflicts)
            )
        note["done"] += carry(transfer=transfer, object_ids=ids)
        note["last"] = ids[-1]
        Move.objects.filter(pk=move.pk).update(objects_done=note["done"])
        progress.checkpoint(**note)


def _errors(conflicts: Sequence[Conflict]) -> list[dict]:
    """Without what the target says: members of the source read them, who may not see it."""
    sentences = (str(replace(conflict, there="")) for conflict in conflicts)
    return [{"file": None, "line": None, "column": None, "message": sentence} for sentence in sentences]


def _update(move: Move, done: int, progress: Progress) -> None:
    verb = "Copied" if move.is_copy else "Moved"
    try:
        progress.update(done, move.expected, f"{verb} {done:,} of {move.expected:,} objects")
    except JobCancelled as stop:
        if done == move.expected:  # all is over there: only the end is left to do
            return
        rest = f"Continue takes the {move.expected - done:,} that are left."
        raise JobCancelled(f"{_sentence(move, done)} The others are where they were. {rest}") from stop


def _end(transfer: Transfer, move: Move, note: dict, progress: Progress) -> dict:
    staying, added = _settle(transfer, note["samples"], progress), 0
    with progress.fenced():
        if move.adds_members:
            _check_rights(transfer)
            added = add_members_of(source=transfer.source, target=transfer.target)
        Move.objects.filter(pk=move.pk).update(finished=timezone.now())
    for project in (transfer.source, transfer.target):
        publish_event(project.pk, "labels", batch=None, objects=None)
    return {
        "objects": note["done"],
        "project": transfer.source.pk,
        "message": " ".join([_sentence(move, note["done"]), *_remarks(staying, added)]),
    }


def _settle(transfer: Transfer, sample_ids: Sequence[int], progress: Progress) -> int:
    """What has to follow once objects went, also where the rest stays. Gives how many samples stay without objects."""
    names = Sample.objects.filter(pk__in=sample_ids).values("original_id")
    there = Sample.objects.filter(project=transfer.target, original_id__in=names).values_list("pk", flat=True)
    with progress.fenced():  # of its own: who adds objects holds these rows behind their turn
        settle_samples(sample_ids=[*sample_ids, *there])
    _embed(transfer)
    if transfer.is_copy:
        return 0
    with progress.fenced():
        return remove_emptied(transfer=transfer, sample_ids=sample_ids)


def _embed(transfer: Transfer) -> None:
    """By the middle and the spread of the target's measurements, where the source's were embedded by its own."""
    is_there = Project.objects.living().filter(pk=transfer.target.pk).exists()
    if is_there and ready_space(transfer.source):
        embed_what_is_new(project=transfer.target, user=transfer.user)


def _sentence(move: Move, done: int) -> str:
    """Names no project: the job's page adds the target's title for who may know it."""
    verb = "copied" if move.is_copy else "moved"
    objects, them = ("object", "it") if done == 1 else ("objects", "them")
    return f"{done:,} {objects} {verb} to another project, with everything on {them}."


def _remarks(staying: int, added: int) -> list[str]:
    remarks = []
    if staying:
        stays = "sample stays" if staying == 1 else "samples stay"
        remarks.append(f"{staying:,} {stays} here without objects: they are given to somebody.")
    if added:
        remarks.append(f"{added:,} {'person is a member' if added == 1 else 'people are members'} there now.")
    return remarks
