"""How PostgreSQL plans what an export reads."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


def set_up_session(session: BaseDatabaseWrapper | None = None) -> None:
    """Compiling a query of a hundred columns takes longer than a batch of it, and so does starting processes for it.
    Within the transaction of the export."""
    with (session or connection).cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")


@contextmanager
def merging(cursor: CursorWrapper) -> Iterator[None]:
    """PostgreSQL reads tables along with each other, in their order, and finds nothing by its key."""
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute("SET LOCAL enable_hashjoin = off")
    yield
    cursor.execute("SET LOCAL enable_nestloop = on")
    cursor.execute("SET LOCAL enable_hashjoin = on")
