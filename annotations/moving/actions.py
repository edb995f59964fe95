"""Starting to move or copy objects: by managers of both projects, who say how many."""

import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import Job
from annotations.jobs.queries import job_in_the_way
from annotations.moving.models import Move
from annotations.projects.access import role_in
from annotations.projects.models import Membership, Project, Role
from annotations.samples.following import Selection, Transfer, conflicts_of
from annotations.search.filter import Filter
from annotations.search.selecting import counted_selection

ONLY_A_MERGE_ADDS = (
    "Members come along only where all objects move: leave out the filter, or don’t add members."
)
MOST_CONFLICTS = 5  # conflicts in a sentence; the plan has them all


@transaction.atomic
def start_move(
    *,
    transfer: Transfer,
    criteria: Filter,
    expected: int | None,
    adds_members: bool = False,
) -> Job:
    """Starts moving or copying what matches. Without a filter a move merges the source into the target.

    `expected` is the number that the person has read and typed. Raises PermissionDenied unless they manage both
    projects, ValidationError when it is another number by now or something is in the way, and JobUnderWay while another
    job writes to one of the projects.
    """
    lock_both(transfer)
    refuse_unless_manager_of_both(transfer)
    if adds_members and not is_merge(transfer, criteria):
        raise ValidationError(ONLY_A_MERGE_ADDS)
    selection, count = counted_selection(transfer, criteria)
    _refuse_number(transfer, count, expected)
    return begin_move(
        transfer=transfer, criteria=criteria, selection=selection, count=count, adds_members=adds_members
    )


def begin_move(
    *,
    transfer: Transfer,
    criteria: Filter,
    selection: Selection,
    count: int,
    adds_members: bool,
    params: dict[str, int] | None = None,
) -> Job:
    """Starts the job for `count` objects of the selection. `params` are those of a job that goes on with another one.

    Call it with both projects locked. Raises ValidationError where something is in the way, JobUnderWay.
    """
    if busy := job_in_the_way(transfer.source, transfer.target):
        raise JobUnderWay(busy)
    _refuse_conflicts(selection)
    move = Move.objects.create(
        source=transfer.source,
        target=transfer.target,
        source_title=transfer.source.title,
        target_title=transfer.target.title,
        user=transfer.user,
        is_copy=transfer.is_copy,
        is_merge=is_merge(transfer, criteria),
        adds_members=adds_members,
        criteria=json.loads(json.dumps(criteria.as_dict())),
        expected=count,
    )
    move.job = start_job(
        kind="move_objects",
        owner=transfer.user,
        project=transfer.source,
        params={"move": move.pk, "target_project": transfer.target.pk, **(params or {})},
    )
    move.save(update_fields=["job"])
    return move.job


def lock_both(transfer: Transfer) -> None:
    """Until the transaction ends nobody puts one of the projects into the bin, nor starts another move of theirs.

    Raises ValidationError where one is gone.
    """
    ids = {transfer.source.pk, transfer.target.pk}
    rows = Project.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    if len(rows) < len(ids):
        raise ValidationError("One of the two projects is gone: nothing is left to do.")


def is_merge(transfer: Transfer, criteria: Filter) -> bool:
    """All objects of a project go to another one."""
    return not transfer.is_copy and not criteria.as_dict()


def refuse_unless_manager_of_both(transfer: Transfer) -> None:
    """Raises PermissionDenied; ValidationError where the two are one."""
    if transfer.source.pk == transfer.target.pk:
        raise ValidationError({"target": "The objects are in this project already: choose another one."})
    for project in (transfer.source, transfer.target):
        if transfer.user is None or role_in(transfer.user, project.pk) != Role.MANAGER:
            raise PermissionDenied("Only who manages both projects takes objects from one to the other.")


def _refuse_number(transfer: Transfer, count: int, expected: int | None) -> None:
    verb = "copy" if transfer.is_copy else "move"
    if not count:
        raise ValidationError({"expected": f"No object matches: there is nothing to {verb}."})
    if expected != count:
        raise ValidationError({"expected": f"{count:,} objects match. Type {count} to {verb} them."})


def _refuse_conflicts(selection: Selection) -> None:
    if conflicts := conflicts_of(selection):
        raise ValidationError([str(conflict) for conflict in conflicts[:MOST_CONFLICTS]])


@transaction.atomic
def add_members_of(*, source: Project, target: Project) -> int:
    """Who is in the source becomes a member of the target with the same role; whoever is one keeps theirs. How many."""
    present = target.memberships.values("user")
    coming = source.memberships.exclude(user__in=present)
    created = Membership.objects.bulk_create(
        (Membership(project=target, user_id=member.user_id, role=member.role) for member in coming),
        ignore_conflicts=True,
    )
    return len(created)
