from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from annotations.jobs.models import UNFINISHED, Job
from annotations.projects.models import Project
from annotations.refitting.models import Refitting
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.queries import spaces_in

COVERS = 0.9  # of the objects that the best covered space has

COUNTS = """
SELECT space_id, count(*) FROM similarity_embedding WHERE space_id = ANY(%s) AND project_id = %s GROUP BY space_id"""
PREFERRED = [
    EmbeddingSpace.Kind.CLASSIFIER,
    EmbeddingSpace.Kind.BACKBONE,
    EmbeddingSpace.Kind.MEASUREMENTS,
]


@dataclass(frozen=True)
class RefitStatus:
    """`state` is off, impossible (no object has an embedding), waiting (for enough labels), learning or ready."""

    state: str
    labels: int  # of people, that it was fitted to
    refitted: datetime | None
    changed: int  # objects that got another taxon or score the last time
    space: str  # in words; empty where there is none
    model: int | None

    @property
    def is_learning(self) -> bool:
        return self.state == "learning"


def refit_status(project: Project) -> RefitStatus:
    """How far learning while sorting is in the project."""
    row = Refitting.objects.filter(project=project).select_related("space").first()
    space = row.space if row and row.space else suitable_space(project)
    name = "" if space is None else space_in_words(space)
    row = row or Refitting(project=project)
    return RefitStatus(_state(project, row, name), row.labels, row.refitted, row.changed, name, row.model_id)


def learnt_labels(project_id: int) -> int:
    """From how many labels of people it has learnt in the project; 0 where it has not."""
    return Refitting.objects.filter(project=project_id).values_list("labels", flat=True).first() or 0


def _state(project: Project, row: Refitting, space: str) -> str:
    if not (row.is_on and settings.LEARN_WHILE_SORTING):
        return "off"
    if not space:
        return "impossible"
    if Job.objects.filter(kind="refit", project=project, state__in=UNFINISHED).exists():
        return "learning"
    return "ready" if row.refitted else "waiting"


def space_in_words(space: EmbeddingSpace) -> str:
    return "measurements" if space.kind == EmbeddingSpace.Kind.MEASUREMENTS else space.name


def suitable_space(project: Project) -> EmbeddingSpace | None:
    """A classifier's before a backbone's before that of measurements, the newest first; but none that holds far fewer
    of the objects than another."""
    spaces = spaces_in(project)
    spaces.sort(key=lambda space: PREFERRED.index(EmbeddingSpace.Kind(space.kind)))
    if len(spaces) < 2:
        return next(iter(spaces), None)
    counts = _embedded(spaces, project)
    least = COVERS * max(counts.values(), default=0)
    return next(space for space in spaces if counts.get(space.pk, 0) >= least)


def _embedded(spaces: list[EmbeddingSpace], project: Project) -> dict[int, int]:
    """How many objects of the project lie in each of the spaces."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [[space.pk for space in spaces], project.pk])
        return dict(cursor.fetchall())
