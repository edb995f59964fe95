"""The space of what is measured of a project's objects: there before any model is, for sorting by similarity."""

from contextlib import suppress

import numpy as np
from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobError, JobUnderWay
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn
from annotations.similarity.actions import remove_space
from annotations.similarity.models import EmbeddingSpace, OwnSpace
from annotations.similarity.standardising import Standardisation
from classifier.contract.measurements import PREFIX

NAME = "Region measurements"
# places in the vignette say nothing of the organism, and millimetres the same as pixels
NOT_COMPARED = {f"{PREFIX}{name}" for name in ("x", "y", "xm", "ym", "bx", "by", "angle")}
MOST_LOOKED_AT = 50_000  # objects, drawn at random, from which the middle and the spread are worked out
GROWN = 2  # times as many objects as then: these are worked out anew

MEASURED = """
FROM samples_object o JOIN samples_objectfields w ON w.object_id = o.id
WHERE o.project_id = %s AND w."values"[{first}] IS NOT NULL
"""
COUNT = f"SELECT count(*) {MEASURED}"
SOME = f"SELECT {{values}} {MEASURED} ORDER BY hashint8(o.id), o.id LIMIT %s"
AFTER = f"SELECT o.id, {{values}} {MEASURED} AND o.id > %s ORDER BY o.id LIMIT %s"


def start_embedding(*, project: Project, user: User | None, anew: bool = False) -> Job:
    """Starts the job that makes the project's measurements comparable; with `anew`, also what is usual in it.

    One that is on its way is given back instead.
    """
    return start_job(kind="embed_measurements", owner=user, project=project, params={"anew": anew})


def embed_what_is_new(*, project: Project, user: User | None) -> None:
    """Starts the job as a consequence of other work, which must not fail where one is just being cancelled."""
    with suppress(JobUnderWay):
        start_embedding(project=project, user=user)


class Measurements:
    """What is measured of a project's objects. Raises JobError where nothing is."""

    def __init__(self, project: Project):
        self.project = project
        columns = [column for column in _columns(project) if column.position is not None]
        if not columns:
            raise JobError("Nothing is measured in this project yet: measure its vignettes first.")
        self.names = [column.name for column in columns]
        places = [f'w."values"[{column.position + 1:d}]' for column in columns if column.position is not None]
        first = columns[0].position or 0
        self._sql = {"values": f"ARRAY[{', '.join(places)}]", "first": first + 1}

    def count(self) -> int:
        return self._rows(COUNT)[0][0]

    def after(self, last_id: int, limit: int) -> tuple[list[int], np.ndarray]:
        """The next objects and their values, float (n, columns), NaN where there is none."""
        rows = self._rows(AFTER, last_id, limit)
        return [object_id for object_id, _ in rows], self._array([values for _, values in rows])

    def standardised(self) -> Standardisation:
        values = [values for (values,) in self._rows(SOME, MOST_LOOKED_AT)]
        return Standardisation.of(self.names, self._array(values), self.count())

    def _array(self, values: list[list[float | None]]) -> np.ndarray:
        return np.array(values, dtype=float).reshape(-1, len(self.names))

    def _rows(self, sql: str, *more: int) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(**self._sql), [self.project.pk, *more])
            return cursor.fetchall()


def _columns(project: Project) -> list[FreeColumn]:
    columns = FreeColumn.objects.filter(
        project=project, level=FreeColumn.Level.OBJECT, name__startswith=PREFIX, is_number=True
    )
    return [c for c in columns if c.name not in NOT_COMPARED and not c.name.endswith(("_mm", "_mm2"))]


def ready_space(project: Project) -> EmbeddingSpace | None:
    spaces = EmbeddingSpace.objects.filter(project=project, kind=EmbeddingSpace.Kind.MEASUREMENTS)
    return spaces.filter(is_ready=True).order_by("-version").first()


def is_outdated(space: EmbeddingSpace, measurements: Measurements) -> bool:
    """Whether other columns are measured now, or so many more objects that another middle is likely."""
    standard = Standardisation(**space.details)
    return standard.columns != measurements.names or measurements.count() > GROWN * standard.objects


@transaction.atomic
def new_space(*, project: Project, standard: Standardisation) -> EmbeddingSpace:
    """The project's next version; nobody is offered it before `finish_space`."""
    spaces = EmbeddingSpace.objects.filter(project=project, kind=EmbeddingSpace.Kind.MEASUREMENTS)
    latest = spaces.order_by("-version").first()
    return EmbeddingSpace.objects.create(
        kind=EmbeddingSpace.Kind.MEASUREMENTS,
        name=NAME,
        version=latest.version + 1 if latest else 1,
        project=project,
        dimensions=standard.dimensions,
        details=standard.as_json(),
        is_ready=False,
    )


def finish_space(*, space: EmbeddingSpace) -> None:
    """Offers it from now on, and removes the versions before it. Safe to do twice."""
    EmbeddingSpace.objects.filter(pk=space.pk).update(is_ready=True)
    others = EmbeddingSpace.objects.filter(project=space.project, kind=space.kind).exclude(pk=space.pk)
    OwnSpace.objects.filter(space__in=others).update(
        space=space
    )  # a mark is of measurements, whatever their version
    for other in others:
        remove_space(space=other)
