"""Marking a space as a project's own, and removing what a stale one knows of a project."""

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.similarity.models import EmbeddingSpace, OwnSpace
from annotations.similarity.queries import spaces_in
from annotations.similarity.space_status import standings


def open_space(project: Project, space_id: int) -> EmbeddingSpace:
    """Raises ValidationError for a space that no object of the project lies in."""
    space = next((each for each in spaces_in(project) if each.pk == space_id), None)
    if space is None:
        raise ValidationError("No object of this project lies in that space by now: look at the list again.")
    return space


@transaction.atomic
def mark_own(*, project: Project, space_id: int | None) -> None:
    """Makes it the space that orders, clusters and the map take by themselves; None: the newest again.

    Raises ValidationError for one that no object of the project lies in.
    """
    if space_id is None:
        OwnSpace.objects.filter(project=project).delete()
    else:
        space = open_space(project, space_id)
        OwnSpace.objects.update_or_create(project=project, defaults={"space": space})


def start_removal(*, project: Project, user: User, space_id: int) -> Job:
    """Starts removing what a stale space knows of the project's objects. Raises ValidationError for any other."""
    space = open_space(project, space_id)
    standing = next(each for each in standings(project) if each.space == space)
    if not standing.is_superseded:
        raise ValidationError(
            f"{space} is in use: only what is stale, and not the project's own, is removed."
        )
    return start_job(kind="remove_embeddings", owner=user, project=project, params={"space": space.pk})
