"""Which objects lie near an object: cosine distance, 0 for the same direction to 2 for the opposite."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction

NEAREST = 2000  # how far a large project is sorted by likeness: ten pages, some 30 ms

OF_OBJECT = """
SELECT s.id, s.dimensions, s.is_indexed FROM similarity_embedding e JOIN similarity_space s ON s.id = e.space_id
WHERE e.object_id = %s AND e.project_id = %s ORDER BY s.id DESC LIMIT 1"""

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
class Likeness:
    """To which object, and in which space: its newest. A `Ranking` of the search."""

    object_id: int
    space: int
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
        return f"most like object {self.object_id}"

    @property
    def distances(self) -> str:
        """SQL of a table (object_id, distance) of all objects in the space."""
        return ALL_DISTANCES.format(distance=self.distance, space=f"{self.space:d}")

    def nearest(self, project_id: int) -> list[tuple[int, float]]:
        """(object id, distance) of the first few thousand in the project."""
        return nearest(self, project_id)


def likeness_to(object_id: int, project_id: int) -> Likeness:
    """Raises ValidationError for an object that no model has embedded, or that is not the project's."""
    with connection.cursor() as cursor:
        cursor.execute(OF_OBJECT, [object_id, project_id])
        row = cursor.fetchone()
    if row is None:
        raise ValidationError(
            f"What object {object_id} is like is not known in this project: let a model predict here first, "
            "it looks at every image."
        )
    return Likeness(object_id, *row)


def is_embedded(object_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM similarity_embedding WHERE object_id = %s)", [object_id])
        return cursor.fetchone()[0]


@transaction.atomic
def nearest(likeness: Likeness, project_id: int, count: int = NEAREST) -> list[tuple[int, float]]:
    """(object id, distance) of those in the project that are most like it, itself first."""
    sql = BY_INDEX if likeness.is_indexed else ALL_COMPARED
    with connection.cursor() as cursor:
        # iterative: a space of many projects is searched on until enough of them are this project's
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")
        cursor.execute("SET LOCAL hnsw.ef_search = 400")
        cursor.execute("SET LOCAL hnsw.max_scan_tuples = 100000")
        cursor.execute(
            sql.format(distance=likeness.distance, space=f"{likeness.space:d}"), [project_id, count]
        )
        return cursor.fetchall()
