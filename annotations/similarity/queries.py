"""Which objects lie near an object: cosine distance, 0 for the same direction to 2 for the opposite."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from annotations.projects.models import Project
from annotations.similarity.models import Embedding, EmbeddingSpace

NEAREST = 2000  # how far a large project is sorted by similarity: ten pages, some 30 ms

# what a model has looked at before what was measured; of either the newest
OF_OBJECT = """
SELECT s.id, s.kind, s.dimensions, s.is_indexed
FROM similarity_embedding e JOIN similarity_embeddingspace s ON s.id = e.space_id
WHERE e.object_id = %s AND s.is_ready {more}
ORDER BY s.kind = 'measurements', s.id DESC"""

# MATERIALIZED: without an index of its own for the project, PostgreSQL would else choose by guesses
ALL_COMPARED = """
WITH mine AS MATERIALIZED (
    SELECT e.object_id, {distance} AS distance FROM similarity_embedding e
    WHERE e.space_id = {space} AND e.project_id = %s
)
SELECT object_id, distance FROM mine ORDER BY distance, object_id LIMIT %s"""

ALL_DISTANCES = (
    "(SELECT e.object_id, {distance} AS distance FROM similarity_embedding e WHERE e.space_id = {space})"
)

BY_INDEX = """
WITH near AS MATERIALIZED (
    SELECT e.object_id, {distance} AS distance FROM similarity_embedding e
    WHERE e.space_id = {space} AND e.project_id = %s ORDER BY {distance} LIMIT %s
)
SELECT object_id, distance FROM near ORDER BY distance, object_id"""


@dataclass(frozen=True)
class Similarity:
    """To which object, and in which space. A `Ranking` of the search."""

    object_id: int
    space: int
    kind: str
    dimensions: int
    is_indexed: bool

    @property
    def distance(self) -> str:
        """SQL over similarity_embedding `e`."""
        vector = f"vector::halfvec({self.dimensions:d})"
        its_own = f"object_id = {self.object_id:d} AND space_id = {self.space:d}"
        return f"(e.{vector} <=> (SELECT {vector} FROM similarity_embedding WHERE {its_own}))"

    @property
    def title(self) -> str:
        is_measured = self.kind == EmbeddingSpace.Kind.MEASUREMENTS
        return f"most like object {self.object_id}{' by its measurements' if is_measured else ''}"

    @property
    def distances(self) -> str:
        """SQL of a table (object_id, distance) of all objects in the space."""
        return ALL_DISTANCES.format(distance=self.distance, space=f"{self.space:d}")

    def nearest(self, project_id: int) -> list[tuple[int, float]]:
        """(object id, distance) of the first few thousand in the project."""
        return nearest(self, project_id)


def similarity_to(object_id: int, project_id: int, kind: str = "") -> Similarity:
    """In the newest space of that kind; without a kind in a model's or, where none has looked, in that of measurements.

    Raises ValidationError for an object that is in none of them, or that is not the project's.
    """
    of_project = "AND e.project_id = %s AND (%s = '' OR s.kind = %s)"
    with connection.cursor() as cursor:
        cursor.execute(OF_OBJECT.format(more=of_project) + " LIMIT 1", [object_id, project_id, kind, kind])
        row = cursor.fetchone()
    if row is None:
        raise ValidationError(
            f"What object {object_id} is like is not known in this project: {REMEDIES.get(kind, EITHER)}"
        )
    return Similarity(object_id, *row)


BY_A_MODEL = "let a model predict here first, it looks at every image."
BY_MEASUREMENTS = "a manager can let measurements be compared, in the settings under “Similarity”."
EITHER = f"{BY_A_MODEL.removesuffix('.')}; or {BY_MEASUREMENTS}"
REMEDIES = {"classifier": BY_A_MODEL, "backbone": BY_A_MODEL, "measurements": BY_MEASUREMENTS}


def kinds_of(object_id: int) -> list[str]:
    """The kinds of spaces that the object lies in, as `similarity_to` prefers them."""
    with connection.cursor() as cursor:
        cursor.execute(OF_OBJECT.format(more=""), [object_id])
        return list(dict.fromkeys(kind for _, kind, *_ in cursor.fetchall()))


def is_embedded(object_id: int) -> bool:
    return bool(kinds_of(object_id))


def spaces_in(project: Project) -> list[EmbeddingSpace]:
    """The spaces that objects of the project lie in, the newest first."""
    lies_here = Exists(Embedding.objects.filter(space=OuterRef("pk"), project=project))
    return list(EmbeddingSpace.objects.filter(lies_here, is_ready=True).order_by("-id"))


def own_space(project: Project) -> EmbeddingSpace | None:
    """The space that the project's objects are compared in where nobody names another.

    That which a model or a backbone made last, else that of measurements; None where objects lie in none.
    """
    spaces = spaces_in(project)
    return next(
        (s for s in spaces if s.kind != EmbeddingSpace.Kind.MEASUREMENTS), spaces[0] if spaces else None
    )


@transaction.atomic
def nearest(similarity: Similarity, project_id: int, count: int = NEAREST) -> list[tuple[int, float]]:
    """(object id, distance) of those in the project that are most like it, itself first."""
    sql = BY_INDEX if similarity.is_indexed else ALL_COMPARED
    with connection.cursor() as cursor:
        # iterative: a space of many projects is searched on until enough of them are this project's
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
        cursor.execute("SET LOCAL hnsw.ef_search = 400")
        cursor.execute("SET LOCAL hnsw.max_scan_tuples = 100000")
        cursor.execute(
            sql.format(distance=similarity.distance, space=f"{similarity.space:d}"), [project_id, count]
        )
        return cursor.fetchall()
