"""Letting a model or a backbone look at what lies in no place of its space yet, all or what matches a filter."""

import json
from contextlib import suppress
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import Job
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from annotations.similarity.marking import open_space
from annotations.similarity.measurements import start_embedding
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.sources import SpaceSource, source_of

# without those that have no picture: a page of them alone would look like the end
MISSING = """
FROM samples_object o WHERE o.project_id = %s AND {condition} AND NOT EXISTS (
    SELECT FROM similarity_embedding e WHERE e.object_id = o.id AND e.space_id = %s OFFSET 0)
AND EXISTS (SELECT FROM samples_image p WHERE p.object_id = o.id OFFSET 0)"""
HOW_MANY = f"SELECT count(*) {MISSING}"
NEXT = f"""
SELECT missing.id, i.key, a.pixel_um FROM (
    SELECT o.id, o.acquisition_id {MISSING} AND o.id > %s ORDER BY o.id LIMIT %s
) missing
{first_image("missing.id", "key")}
JOIN samples_acquisition a ON a.id = missing.acquisition_id ORDER BY missing.id"""
DRAWN = f"""
SELECT drawn.id, i.key, a.pixel_um FROM (
    SELECT o.id, o.acquisition_id {MISSING} ORDER BY hashint8(o.id), o.id LIMIT %s
) drawn
{first_image("drawn.id", "key")}
JOIN samples_acquisition a ON a.id = drawn.acquisition_id"""
NO_SPACE = 0


def start_object_embedding(
    *,
    project: Project,
    user: User | None,
    source: SpaceSource,
    criteria: Filter | None = None,
    after: timedelta | None = None,
) -> Job:
    """Starts letting a model or a backbone look at the objects that it has not embedded yet, `after` a while; no label
    changes.

    Raises ValidationError for one that is not ready or archived, and JobUnderWay.
    """
    if not source.is_ready or source.archived:
        raise ValidationError(f"{source.name} is not in use: choose another one.")
    filter_json = json.loads(json.dumps((criteria or Filter()).as_dict()))
    kind = "model" if isinstance(source, Model) else "backbone"
    params = {kind: source.pk, "filter": filter_json}
    return start_job(kind="embed_objects", owner=user, project=project, params=params, after=after)


def complete_space(*, project: Project, user: User, space_id: int) -> Job:
    """Starts whatever brings the objects into the space that do not lie in it. Raises ValidationError."""
    space = open_space(project, space_id)
    if space.kind == EmbeddingSpace.Kind.MEASUREMENTS:
        return start_embedding(project=project, user=user)
    source = source_of(space)
    if source is None:
        raise ValidationError(f"What looked through {space.name} is gone: no more objects can be embedded.")
    return start_object_embedding(project=project, user=user, source=source)


def embed_all_projects(*, user: User | None, source: SpaceSource) -> list[Job]:
    """Starts a job in each living project that has objects: it looks at what it has not embedded there.

    A project that is embedding already is left out. Raises ValidationError for a source that is not ready or archived.
    """
    has_objects = Exists(Object.objects.filter(project=OuterRef("pk")))
    jobs = []
    for project in Project.objects.living().filter(has_objects).order_by("id"):
        with suppress(JobUnderWay):
            jobs.append(start_object_embedding(project=project, user=user, source=source))
    return jobs


class MissingObjects:
    """Objects of a project that match and do not lie in the space; `space` is 0 as long as there is none."""

    def __init__(self, project_id: int, criteria: Filter, space: int = NO_SPACE):
        self.project_id, self.space = project_id, space
        self.condition, self.params = criteria.where(project_id)

    def count(self) -> int:
        return self._rows(HOW_MANY)[0][0]

    def after(self, last_id: int, limit: int) -> list[tuple[int, str, float | None]]:
        """(object id, key of its first image, µm a pixel) of the next, in the order of their ids."""
        return self._rows(NEXT, last_id, limit)

    def drawn(self, count: int) -> list[tuple[int, str, float | None]]:
        """As `after`, so many drawn at random, the same ones each time."""
        return self._rows(DRAWN, count)

    def _rows(self, sql: str, *more: int) -> list[tuple]:
        with connection.cursor() as cursor:
            sql = sql.format(condition=self.condition)
            cursor.execute(sql, [self.project_id, *self.params, self.space, *more])
            return cursor.fetchall()
