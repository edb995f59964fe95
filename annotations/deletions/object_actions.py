"""Deleting objects and samples, which first wait in the bin of their project, and taking them out of there."""

import json
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.deletions.models import ObjectDeletion
from annotations.deletions.obstacles import MOST_NAMED, obstacles_of
from annotations.deletions.queries import left_in, open_object_deletion
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import Job
from annotations.jobs.queries import job_in_the_way
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from annotations.samples.following import Transfer, conflicts_of
from annotations.samples.models import Sample, State
from annotations.samples.naming import readable_id
from annotations.search.describing import filter_words
from annotations.search.filter import Filter
from annotations.search.selecting import count_matching, selection_of


@transaction.atomic
def start_deletion(*, project: Project, user: User, criteria: Filter, expected: int | None) -> Job:
    """Starts putting what matches into the bin; `ObjectDeletion` says who did it, when, and how many.

    `expected` is the number that the person has read and typed. Raises ValidationError when it is another by now or
    something is in the way, PermissionDenied unless a manager asks, and JobUnderWay while another job writes to the
    project.
    """
    _refuse_unless_manager(project, user)
    count = count_matching(project, criteria)
    if not count:
        raise ValidationError({"expected": "No object matches: there is nothing to delete."})
    words = ", ".join(filter_words(project, criteria))
    deletion = ObjectDeletion(criteria=json.loads(json.dumps(criteria.as_dict())), words=words)
    return _start(deletion, project, user, criteria, count, expected)


def note_deletion(
    *, project: Project, user: User | None, object_ids: Sequence[int], words: str
) -> ObjectDeletion:
    """The log of objects that a job puts into the bin itself (`moving_to_bin.bin_objects`), for who may have that done.

    Those that somebody labels before their turn comes stay.
    """
    unsettled = [State.UNCLASSIFIED.word, State.PREDICTED.word]
    criteria = Filter.parse({"id": list(object_ids), "state": unsettled})
    return ObjectDeletion.objects.create(
        project=project,
        criteria=json.loads(json.dumps(criteria.as_dict())),
        words=words,
        expected=len(object_ids),
        deleted=timezone.now(),
        deleted_by=user,
    )


@transaction.atomic
def start_sample_deletion(
    *, project: Project, user: User, sample_ids: Sequence[int], expected: int | None
) -> Job:
    """Starts putting whole samples into the bin, with all their acquisitions and objects; `expected` says how many
    objects these are, 0 of empty ones. Raises as `start_deletion` does, and for samples that the project lacks.
    """
    _refuse_unless_manager(project, user)
    samples = Sample.objects.filter(project=project, pk__in=sample_ids)
    ids = list(samples.values_list("pk", flat=True))
    if not ids or len(ids) < len(set(sample_ids)):
        raise ValidationError("Some of these samples are gone by now: look at the table again.")
    criteria = Filter(sample=tuple(ids))
    deletion = ObjectDeletion(samples=ids, words=names_in_words(samples))
    return _start(deletion, project, user, criteria, count_matching(project, criteria), expected)


def names_in_words(samples: Iterable[Sample]) -> str:
    names = [readable_id(sample.original_id) for sample in samples]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _start(
    deletion: ObjectDeletion,
    project: Project,
    user: User,
    criteria: Filter,
    count: int,
    expected: int | None,
) -> Job:
    _lock(project)
    if expected != count:
        raise ValidationError({"expected": f"{count:,} objects match. Type {count} to delete them."})
    if busy := job_in_the_way(project):
        raise JobUnderWay(busy)
    to_come = Project(pk=0, bin_of=project)  # it is made by the job
    if conflicts := conflicts_of(selection_of(Transfer(project, to_come, user), criteria)):
        raise ValidationError([str(conflict) for conflict in conflicts[:MOST_NAMED]])
    deletion.project, deletion.expected = project, count
    deletion.deleted, deletion.deleted_by = timezone.now(), user
    deletion.save()
    return _work_on(deletion, "delete_objects", user)


@transaction.atomic
def start_restoring(*, project: Project, user: User, deletion_id: int) -> Job:
    """Starts putting back what a deletion put into the bin, by managers and by who deleted it.

    Raises Http404 for who may not, ValidationError when it is too late or something is in the way, and JobUnderWay.
    """
    deletion = _open(project, user, deletion_id)
    if deletion.is_due:
        raise ValidationError("It is being deleted for good: its days in the bin are over.")
    if busy := job_in_the_way(project):
        raise JobUnderWay(busy)
    if obstacles := obstacles_of(deletion):
        raise ValidationError(obstacles[:MOST_NAMED])
    return _work_on(deletion, "restore_objects", user)


@transaction.atomic
def start_purge(*, project: Project, user: User, deletion_id: int, expected: int | None) -> Job:
    """Starts deleting for good what a deletion put into the bin, by managers. Raises as `start_restoring` does, and
    ValidationError where `expected` is not how many objects are there.
    """
    _refuse_unless_manager(project, user)
    deletion = _open(project, user, deletion_id)
    count = left_in([deletion])[deletion.pk]
    if expected != count:
        raise ValidationError({"expected": f"These are {count:,}. Type {count} to delete them for good."})
    return _work_on(deletion, "purge_objects", user)


def start_due_purges() -> list[Job]:
    """Starts a job for each deletion whose days in the bin are over and on which nothing is under way."""
    return [
        _work_on(deletion, "purge_objects", None)
        for deletion in ObjectDeletion.objects.due().select_related("project", "job")
        if deletion.job is None or deletion.job.is_finished
    ]


def _open(project: Project, user: User, deletion_id: int) -> ObjectDeletion:
    """Nobody else starts anything with it until the transaction ends. Raises Http404 and JobUnderWay."""
    _lock(project)
    deletion = open_object_deletion(user, project, deletion_id)
    if deletion.job and not deletion.job.is_finished:
        raise JobUnderWay(deletion.job)
    return deletion


def _work_on(deletion: ObjectDeletion, kind: str, user: User | None) -> Job:
    job = start_job(kind=kind, owner=user, project=deletion.project, params={"deletion": deletion.pk})
    ObjectDeletion.objects.filter(pk=deletion.pk).update(job=job)
    return job


def _lock(project: Project) -> None:
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _refuse_unless_manager(project: Project, user: User) -> None:
    if role_in(user, project.pk) != Role.MANAGER:
        raise PermissionDenied("Only managers of a project delete its objects.")
