"""Going on with a move or a copy that stopped before its end: with the objects behind the last that is over there."""

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.jobs.rerunning import CONTINUED_BY
from annotations.moving.actions import begin_move, lock_both, refuse_unless_manager_of_both
from annotations.moving.models import Move
from annotations.samples.following import Selection, Transfer
from annotations.search.filter import Filter
from annotations.search.selecting import next_ids, selection_of


@transaction.atomic
def continue_move(user: User, job: Job) -> Job:
    """Takes as many objects as were left, of those that match and come behind the last one; nobody types a number, for
    it was typed before. Needs a manager of both projects.

    Raises PermissionDenied, JobUnderWay, and ValidationError where nothing is left, somebody went on already, or
    something is in the way.
    """
    move = Move.objects.select_related("source", "target").get(pk=job.params["move"])
    transfer = _locked_transfer(move, user)
    _refuse_twice(job)
    criteria = Filter.parse(move.criteria, user)
    after = job.checkpoint.get("last", job.params.get("after", 0))
    selection = _behind(selection_of(transfer, criteria), after)
    if not next_ids(selection, after=after, most=1):
        raise ValidationError("No object that matches is left: what was to go is over there, or was changed.")
    rest = begin_move(
        transfer=transfer,
        criteria=criteria,
        selection=selection,
        count=move.expected - move.objects_done,
        adds_members=move.adds_members,
        params={"continues": move.pk, "after": after},
    )
    Job.objects.filter(pk=job.pk).update(checkpoint=job.checkpoint | {CONTINUED_BY: rest.pk})
    return rest


def _locked_transfer(move: Move, user: User) -> Transfer:
    if move.source is None or move.target is None:
        raise ValidationError("One of the two projects is gone: nothing is left to do.")
    transfer = Transfer(move.source, move.target, user, move.is_copy)
    lock_both(transfer)
    refuse_unless_manager_of_both(transfer)
    return transfer


def _behind(selection: Selection, last: int) -> Selection:
    return Selection(selection.transfer, f"{selection.sql} AND o.id > %s", [*selection.params, last])


def _refuse_twice(job: Job) -> None:
    """The job itself says so, for the one that went on may be removed. Call it with both projects locked."""
    job.refresh_from_db(fields=["checkpoint"])
    if CONTINUED_BY in job.checkpoint:
        raise ValidationError("Somebody has gone on with it already: look among the jobs.")
