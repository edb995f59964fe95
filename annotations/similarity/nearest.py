"""The nearest of a space, by its HNSW index or all compared: cosine distance, 0 for the same direction to 2."""

from typing import Protocol

from django.db import connection, transaction

from annotations.search.registry import Sql

NEAREST = 2000  # how far a large project is sorted by similarity: ten pages
# candidates that the index keeps while it looks (ef_search): recall of ten is above .95 at a million
BREADTH = 400
FARTHEST_SCAN = 100_000  # rows of the index that are followed until enough meet a condition

# MATERIALIZED: without an index of its own for the project, PostgreSQL would else choose by guesses
ALL_COMPARED = """
WITH mine AS MATERIALIZED (
    SELECT e.object_id, {distance} AS distance FROM similarity_embedding e {among}
    WHERE e.space_id = {space} AND e.project_id = %s
)
SELECT object_id, distance FROM mine ORDER BY distance, object_id LIMIT %s"""

# OFFSET 0: the rows of the index are asked one by one, PostgreSQL would else make a join of all and sort it
BY_INDEX = """
WITH near AS MATERIALIZED (
    SELECT e.object_id, {distance} AS distance FROM similarity_embedding e {among}
    WHERE e.space_id = {space} AND e.project_id = %s ORDER BY {distance} LIMIT %s
)
SELECT object_id, distance FROM near ORDER BY distance, object_id"""

AMONG = """, LATERAL (
    SELECT FROM samples_object o WHERE o.id = e.object_id AND o.project_id = e.project_id AND {condition} OFFSET 0) o"""

# iterative: a space of many projects is searched on until enough of them are this project's
SETTINGS = """
SELECT set_config('hnsw.iterative_scan', %s, TRUE), set_config('hnsw.ef_search', %s, TRUE),
    set_config('hnsw.max_scan_tuples', %s, TRUE)"""


class SpaceDistance(Protocol):
    """A space, by its number, with the distance to something: SQL over similarity_embedding `e`."""

    @property
    def space(self) -> int: ...

    @property
    def distance(self) -> str: ...

    @property
    def is_indexed(self) -> bool: ...


def nearest(
    similarity: SpaceDistance, project_id: int, count: int = NEAREST, among: Sql = ("TRUE", [])
) -> list[tuple[int, float]]:
    """(object id, distance) of those in the project that are most like it, itself first.

    `among` is a condition over samples_object `o`, with its parameters: the index is followed until enough meet it.
    """
    sql = BY_INDEX if similarity.is_indexed else ALL_COMPARED
    return _rows(sql, similarity, project_id, count, among, FARTHEST_SCAN)


def first_of_index(
    similarity: SpaceDistance, project_id: int, among: Sql, looked_at: int
) -> list[tuple[int, float]]:
    """As `nearest`, BREADTH at most; the index is left after about so many of its rows, however few met `among`."""
    return _rows(BY_INDEX, similarity, project_id, BREADTH, among, looked_at)


@transaction.atomic
def _rows(
    sql: str, similarity: SpaceDistance, project_id: int, count: int, among: Sql, scan: int
) -> list[tuple[int, float]]:
    condition, params = among
    joined = "" if condition == "TRUE" else AMONG.format(condition=condition)
    statement = sql.format(distance=similarity.distance, space=f"{similarity.space:d}", among=joined)
    with connection.cursor() as cursor:
        # an iterative scan that has seen so many still gives all that it saw on its way
        cursor.execute(SETTINGS, ["relaxed_order" if scan > BREADTH else "off", str(BREADTH), str(scan)])
        cursor.execute(statement, [*params, project_id, count])
        return cursor.fetchall()
