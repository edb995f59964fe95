"""Which objects lie near an object: cosine distance, 0 for the same direction to 2 for the opposite."""

from dataclasses import dataclass

import numpy as np
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from annotations.projects.models import Project
from annotations.search.registry import Sql
from annotations.similarity.examples import AlikeExamples, direction
from annotations.similarity.models import Embedding, EmbeddingSpace, OwnSpace
from annotations.similarity.vectors import vectors_of

NEAREST = 2000  # how far a large project is sorted by similarity: ten pages, some 30 ms

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
GROUP BY s.id HAVING count(*) = %s
ORDER BY s.id = (SELECT space_id FROM similarity_ownspace WHERE project_id = %s) DESC NULLS LAST,
    s.kind = 'measurements', s.id DESC LIMIT 1"""

# MATERIALIZED: without an index of its own for the project, PostgreSQL would else choose by guesses
ALL_COMPARED = """
WITH mine AS MATERIALIZED (
    SELECT e.object_id, {distance} AS distance FROM similarity_embedding e {among}
    WHERE e.space_id = {space} AND e.project_id = %s
)
SELECT object_id, distance FROM mine ORDER BY distance, object_id LIMIT %s"""

ALL_DISTANCES = (
    "(SELECT e.object_id, {distance} AS distance FROM similarity_embedding e WHERE e.space_id = {space})"
)

# OFFSET 0: the rows of the index are asked one by one, PostgreSQL would else make a join of all and sort it
BY_INDEX = """
WITH near AS MATERIALIZED (
    SELECT e.object_id, {distance} AS distance FROM similarity_embedding e {among}
    WHERE e.space_id = {space} AND e.project_id = %s ORDER BY {distance} LIMIT %s
)
SELECT object_id, distance FROM near ORDER BY distance, object_id"""

AMONG = """, LATERAL (
    SELECT FROM samples_object o WHERE o.id = e.object_id AND o.project_id = e.project_id AND {condition} OFFSET 0) o"""


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


def similarity_to(object_id: int, project_id: int, kind: str = "") -> Similarity:
    """In the newest space of that kind; without a kind in a model's or, where none has looked, in that of measurements.

    Raises ValidationError for an object that is in none of them, or that is not the project's.
    """
    return similarity_to_examples(AlikeExamples((object_id,), kind=kind), project_id)


def similarity_to_examples(examples: AlikeExamples, project_id: int) -> Similarity:
    """As `similarity_to`, of several objects that lie in the same space."""
    ids, kind = examples.ids, examples.kind
    with connection.cursor() as cursor:
        cursor.execute(OF_ALL, [ids, project_id, kind, kind, len(ids), project_id])
        row = cursor.fetchone()
    if row is None:
        raise ValidationError(_unknown(examples))
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


@transaction.atomic
def nearest(
    similarity: Similarity, project_id: int, count: int = NEAREST, among: Sql = ("TRUE", [])
) -> list[tuple[int, float]]:
    """(object id, distance) of those in the project that are most like it, itself first.

    `among` is a condition over samples_object `o`, with its parameters: the index is followed until enough meet it.
    """
    condition, params = among
    sql = BY_INDEX if similarity.is_indexed else ALL_COMPARED
    joined = "" if condition == "TRUE" else AMONG.format(condition=condition)
    with connection.cursor() as cursor:
        # iterative: a space of many projects is searched on until enough of them are this project's
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
        cursor.execute("SET LOCAL hnsw.ef_search = 400")
        cursor.execute("SET LOCAL hnsw.max_scan_tuples = 100000")
        cursor.execute(
            sql.format(distance=similarity.distance, space=f"{similarity.space:d}", among=joined),
            [*params, project_id, count],
        )
        return cursor.fetchall()
