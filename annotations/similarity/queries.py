"""Which objects lie near an object: cosine distance, 0 for the same direction to 2 for the opposite."""

from dataclasses import dataclass

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef

from annotations.projects.models import Project
from annotations.search.registry import Sql
from annotations.similarity.examples import AlikeExamples, direction
from annotations.similarity.models import Embedding, EmbeddingSpace, OwnSpace
from annotations.similarity.nearest import first_of_index, nearest
from annotations.similarity.vectors import vectors_of

ANY_SPACE = 0

# what a model has looked at before what was measured; of either the newest
OF_OBJECT = """
SELECT s.kind
FROM similarity_embedding e JOIN similarity_embeddingspace s ON s.id = e.space_id
WHERE e.object_id = %s AND s.is_ready
ORDER BY s.kind = 'measurements', s.id DESC"""

# the project's own before others, what a model has looked at before what was measured; of either the newest
OF_ALL = """
SELECT s.id, s.kind, s.dimensions, s.is_indexed
FROM similarity_embedding e JOIN similarity_embeddingspace s ON s.id = e.space_id
WHERE e.object_id = ANY(%s) AND e.project_id = %s AND s.is_ready AND (%s = '' OR s.kind = %s)
    AND (%s = 0 OR s.id = %s)
GROUP BY s.id HAVING count(*) = %s
ORDER BY s.id = (SELECT space_id FROM similarity_ownspace WHERE project_id = %s) DESC NULLS LAST,
    s.kind = 'measurements', s.id DESC LIMIT 1"""

ALL_DISTANCES = (
    "(SELECT e.object_id, {distance} AS distance FROM similarity_embedding e WHERE e.space_id = {space})"
)


@dataclass(frozen=True)
class Similarity:
    """To which objects, and in which space. A `Ranking` of the search.

    `direction` are the numbers of a unit vector, one a dimension; empty where it is that of the one object.
    """

    examples: AlikeExamples
    space: int
    kind: str
    dimensions: int
    is_indexed: bool
    direction: tuple[float, ...] = ()

    @property
    def distance(self) -> str:
        """SQL over similarity_embedding `e`."""
        return f"(e.vector::halfvec({self.dimensions:d}) <=> {self._target})"

    @property
    def _target(self) -> str:
        if self.direction:
            numbers = ",".join(f"{number:.5g}" for number in self.direction)
            return f"'[{numbers}]'::halfvec({self.dimensions:d})"
        its_own = f"object_id = {self.examples.likes[0]:d} AND space_id = {self.space:d}"
        return f"(SELECT vector::halfvec({self.dimensions:d}) FROM similarity_embedding WHERE {its_own})"

    @property
    def title(self) -> str:
        is_measured = self.kind == EmbeddingSpace.Kind.MEASUREMENTS
        its = "its" if len(self.examples.ids) == 1 else "their"
        return f"most {self.examples.in_words}{f' by {its} measurements' if is_measured else ''}"

    @property
    def distances(self) -> str:
        """SQL of a table (object_id, distance) of all objects in the space."""
        return ALL_DISTANCES.format(distance=self.distance, space=f"{self.space:d}")

    def nearest(self, project_id: int, among: Sql) -> list[tuple[int, float]]:
        """(object id, distance) of the first few thousand in the project that meet a condition over `o`."""
        return nearest(self, project_id, among=among)

    def first(self, project_id: int, among: Sql, looked_at: int) -> list[tuple[int, float]]:
        """As `nearest`, of so many that the index is asked for; none without an index."""
        return first_of_index(self, project_id, among, looked_at) if self.is_indexed else []


def similarity_to(object_id: int, project_id: int, kind: str = "") -> Similarity:
    """In the newest space of that kind; without a kind in a model's or, where none has looked, in that of measurements.

    Raises ValidationError for an object that is in none of them, or that is not the project's.
    """
    return similarity_to_examples(AlikeExamples((object_id,), kind=kind), project_id)


def similarity_to_examples(examples: AlikeExamples, project_id: int) -> Similarity:
    """As `similarity_to`, of several objects that lie in the same space."""
    similarity = similarity_in(ANY_SPACE, examples, project_id)
    if similarity is None:
        raise ValidationError(_unknown(examples))
    return similarity


def similarity_in(space_id: int, examples: AlikeExamples, project_id: int) -> Similarity | None:
    """In that space, or in the one that the project prefers; None where the examples do not all lie in it."""
    ids, kind = examples.ids, examples.kind
    with connection.cursor() as cursor:
        cursor.execute(OF_ALL, [ids, project_id, kind, kind, space_id, space_id, len(ids), project_id])
        row = cursor.fetchone()
    if row is None:
        return None
    space, its_kind, dimensions, is_indexed = row
    target: list[float] = []
    if len(ids) > 1 or not examples.likes:
        likes, unlikes = (_places(space, pks, dimensions) for pks in (examples.likes, examples.unlikes))
        target = direction(likes, unlikes).tolist()
    return Similarity(examples, space, its_kind, dimensions, is_indexed, tuple(target))


def _places(space: int, ids: tuple[int, ...], dimensions: int) -> np.ndarray:
    return vectors_of(space, list(ids))[1].reshape(len(ids), dimensions)


def _unknown(examples: AlikeExamples) -> str:
    remedy = REMEDIES.get(examples.kind, EITHER)
    if len(examples.ids) == 1:
        return f"What object {examples.ids[0]} is like is not known in this project: {remedy}"
    return f"These {len(examples.ids)} objects cannot be compared with each other in this project: {remedy}"


BY_A_MODEL = "let a model predict here first, it looks at every image."
BY_MEASUREMENTS = "a manager can let measurements be compared, in the settings under “Similarity”."
EITHER = f"{BY_A_MODEL.removesuffix('.')}; or {BY_MEASUREMENTS}"
REMEDIES = {"classifier": BY_A_MODEL, "backbone": BY_A_MODEL, "measurements": BY_MEASUREMENTS}


def kinds_of(object_id: int) -> list[str]:
    """The kinds of spaces that the object lies in, as `similarity_to` prefers them."""
    with connection.cursor() as cursor:
        cursor.execute(OF_OBJECT, [object_id])
        return list(dict.fromkeys(kind for (kind,) in cursor.fetchall()))


def is_embedded(object_id: int) -> bool:
    return bool(kinds_of(object_id))


def spaces_in(project: Project) -> list[EmbeddingSpace]:
    """The spaces that objects of the project lie in, the newest first."""
    lies_here = Exists(Embedding.objects.filter(space=OuterRef("pk"), project=project))
    spaces = EmbeddingSpace.objects.filter(lies_here, is_ready=True)
    return list(spaces.select_related("model").order_by("-id"))


def marked_space(project: Project) -> EmbeddingSpace | None:
    """The one that a manager has marked as the project's own, whatever lies in it."""
    mark = OwnSpace.objects.select_related("space").filter(project=project).first()
    return mark.space if mark else None


def own_space(project: Project) -> EmbeddingSpace | None:
    """The space that the project's objects are compared in where nobody names another.

    That which a manager has marked; else which a model or a backbone made last, else that of measurements; None where
    objects lie in none.
    """
    spaces = spaces_in(project)
    marked = marked_space(project)
    if marked in spaces:
        return marked
    return next(
        (s for s in spaces if s.kind != EmbeddingSpace.Kind.MEASUREMENTS), spaces[0] if spaces else None
    )
