"""Between which projects a person may move objects, and what was moved."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from annotations.accounts.models import User
from annotations.jobs.models import Job, JobState
from annotations.moving.models import Move
from annotations.projects.access import projects_managed_by, projects_seen_by
from annotations.projects.models import Project

UNSEEN = "another project"


def targets_for(user: User, source: Project) -> QuerySet[Project]:
    """The other projects that the person manages."""
    return projects_managed_by(user).exclude(pk=source.pk)


def last_other_project(user: User, project: Project) -> Project | None:
    """Where the person last moved objects of the project to, or from where into it; of those that they manage."""
    last = Move.objects.filter(Q(source=project) | Q(target=project), user=user).first()
    if last is None:
        return None
    other = last.target_id if last.source_id == project.pk else last.source_id
    return targets_for(user, project).filter(pk=other).first() if other else None


def moves_of(project: Project) -> QuerySet[Move]:
    """Out of the project and into it, the latest first."""
    return Move.objects.filter(Q(source=project) | Q(target=project)).select_related("user", "job")


def merged_into(project: Project) -> Move | None:
    """The merge that emptied the project: the last of its moves, with no import behind it."""
    last = moves_of(project).filter(objects_done__gt=0).first()
    if last is None or not (last.is_merge and last.finished and last.source_id == project.pk):
        return None
    imports = Job.objects.filter(project=project, kind="import_package", state=JobState.DONE)
    return None if imports.filter(finished__gt=last.finished).exists() else last


def with_titles_for(user: User, moves: Sequence[Move]) -> Sequence[Move]:
    """The moves without the projects that the person does not see; those that are gone are named."""
    ids = {pk for move in moves for pk in (move.source_id, move.target_id) if pk}
    visible = set(projects_seen_by(user).filter(pk__in=ids).values_list("pk", flat=True)) | {None}
    for move in moves:
        if move.source_id not in visible:
            move.source, move.source_title = None, UNSEEN
        if move.target_id not in visible:
            move.target, move.target_title = None, UNSEEN
    return moves
