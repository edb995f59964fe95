"""Embedding what came or was changed, without anybody asking: at once, or when the job that is on its way has ended."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import UNFINISHED, Job
from annotations.learning.models import Backbone
from annotations.projects.models import Project
from annotations.search.filter import Filter
from annotations.similarity.embedding import NO_SPACE, MissingObjects, start_object_embedding
from annotations.similarity.models import DueEmbedding, EmbeddingSpace
from annotations.similarity.queries import marked_space
from annotations.similarity.sources import SpaceSource, source_of

PAUSE = timedelta(minutes=1)  # who works on goes on within it: one job looks at all that came of it


def complete_own_space(*, project: Project, user: User | None, after: timedelta | None = None) -> None:
    """After new objects came: lets what made the marked space look at them, without a mark the site's default backbone;
    `after` a while, where more of them are to be expected.

    A job that is on its way goes by their numbers and may be past them: then another one follows. Never fails whoever
    brought them.
    """
    source, _ = _own_source(project)
    if source is None:
        return
    is_late = _live_jobs().filter(project=project).exists()
    with suppress(JobUnderWay):
        start_object_embedding(project=project, user=user, source=source, after=after)
    if is_late:
        _note(project)


def _note(project: Project) -> None:
    """Written again where it is noted already: so beat, which takes the note, waits for this transaction to end."""
    due = DueEmbedding(project=project, requested=timezone.now())
    DueEmbedding.objects.bulk_create(
        [due], update_conflicts=True, unique_fields=["project"], update_fields=["requested"]
    )


def start_due_embeddings() -> int:
    """Starts a job in each project that the last one may have passed by, if something is left to look at. By beat."""
    due = DueEmbedding.objects.filter(project__deleted=None).exclude(
        project__in=_live_jobs().values("project")
    )
    return sum(_take(row) for row in list(due.select_related("project")))


@transaction.atomic
def _take(row: DueEmbedding) -> bool:
    project = row.project
    row.delete()
    source, space_id = _own_source(project)
    if source is None or not MissingObjects(project.pk, Filter(), space_id).after(0, 1):
        return False
    complete_own_space(project=project, user=None)
    return True


def _live_jobs() -> QuerySet[Job]:
    return Job.objects.filter(kind="embed_objects", state__in=UNFINISHED)


def _own_source(project: Project) -> tuple[SpaceSource | None, int]:
    """What makes the marked space, else the site's default backbone, if it is in use; and the number of the space."""
    space = marked_space(project)
    source = source_of(space) if space else default_backbone()
    if source is None or not source.is_ready or source.archived:
        return None, NO_SPACE
    if space is None:
        space = EmbeddingSpace.objects.filter(backbone=str(source.pk)).order_by("-version").first()
    return source, space.pk if space else NO_SPACE


def default_backbone() -> Backbone | None:
    """That of the site's settings; it looks at all that is imported."""
    return Backbone.objects.filter(pk=settings.DEFAULT_BACKBONE).first()
