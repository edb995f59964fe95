"""How the spaces of a project stand: which is its own, how many objects lie in each, and which are stale."""

from dataclasses import dataclass

from django.db import connection

from annotations.labels.tally import project_counts
from annotations.projects.models import Project
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.queries import marked_space, own_space, spaces_in
from annotations.similarity.sources import SpaceSource, sources_of

EMBEDDED = "SELECT space_id, count(*) FROM similarity_embedding WHERE project_id = %s GROUP BY space_id"


@dataclass(frozen=True)
class SpaceStanding:
    """`missing` objects of the project do not lie in it; it is stale where there are `reasons`."""

    space: EmbeddingSpace
    embedded: int
    missing: int
    is_own: bool
    is_marked: bool
    reasons: list[str]

    @property
    def is_superseded(self) -> bool:
        """Whether it may go: nothing looks through it any more, and it is not the project's own."""
        return bool(self.reasons) and not self.is_own


def standings(project: Project) -> list[SpaceStanding]:
    """Of all spaces that objects of the project lie in, the newest first."""
    spaces, own, marked = spaces_in(project), own_space(project), marked_space(project)
    sources = sources_of(spaces)
    total = sum(count for *_, count in project_counts(project.pk))
    with connection.cursor() as cursor:
        cursor.execute(EMBEDDED, [project.pk])
        embedded = dict(cursor.fetchall())
    return [
        SpaceStanding(
            space,
            embedded.get(space.pk, 0),
            max(total - embedded.get(space.pk, 0), 0),
            space == own,
            space == marked,
            reasons_of(space, spaces, sources.get(space.pk)),
        )
        for space in spaces
    ]


def reasons_of(space: EmbeddingSpace, spaces: list[EmbeddingSpace], source: SpaceSource | None) -> list[str]:
    """Why it is stale. `spaces` are all of the project, `source` is what made it."""
    reasons = []
    if source and source.archived:
        reasons.append(
            f"its {'model' if space.model else 'backbone'} is archived since {source.archived:%Y-%m-%d}"
        )
    newer = [each.version for each in spaces if _is_newer(each, space)]
    if newer:
        reasons.append(f"version {max(newer)} is there")
    return reasons


def _is_newer(other: EmbeddingSpace, space: EmbeddingSpace) -> bool:
    """A model that went on learning from the space's model is its next version, too."""
    if space.model_id and other.model:
        return other.model.parent_id == space.model_id
    same = other.kind == space.kind == EmbeddingSpace.Kind.BACKBONE and other.backbone == space.backbone
    return same and other.version > space.version
