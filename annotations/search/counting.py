"""How many objects match, within a bound: exact where that is quick, else at least so many, else nothing is claimed."""

from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from annotations.search.filter import Filter
from annotations.search.queries import raw_counts

EXACT_MS = 2000  # milliseconds that an exact count may take
LEAST_MS = 1000  # and after that one that ends at LEAST
LEAST = 10_000


@dataclass(frozen=True)
class BoundedCount:
    """`count` is None where counting takes too long; with `is_at_least` there are more than so many."""

    count: int | None
    is_at_least: bool = False


def count_within_bounds(project_id: int, criteria: Filter) -> BoundedCount:
    """Takes EXACT_MS + LEAST_MS at most, however many objects the project has."""
    if criteria.is_tallied:
        return BoundedCount(sum(count for _, _, count in raw_counts(project_id, criteria)))
    condition, params = criteria.narrowed(project_id).where(project_id)
    matching = f"FROM samples_object o WHERE o.project_id = %s AND {condition}"
    exact = _number(f"SELECT count(*) {matching}", [project_id, *params], EXACT_MS)
    if exact is not None:
        return BoundedCount(exact)
    some = f"SELECT count(*) FROM (SELECT {matching} LIMIT {LEAST + 1}) m"
    at_least = _number(some, [project_id, *params], LEAST_MS)
    if at_least is None or at_least <= LEAST:
        return BoundedCount(at_least)
    return BoundedCount(LEAST, is_at_least=True)


def _number(sql: str, params: list, milliseconds: int) -> int | None:
    """The one number of a query; None where it takes longer."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            cursor.execute(sql, params)
            number = cursor.fetchone()[0]
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise
    return number
