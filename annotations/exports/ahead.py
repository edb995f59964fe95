"""Batches of lines that are read ahead: PostgreSQL writes the next ones while the last is packed."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection, transaction

from annotations.exports.lines import Lines, set_up_session

READERS = 2  # sessions that read at once
LineBatch = tuple[bytes, int]  # lines, and how many
Read = Callable[[int, int], LineBatch]


def batches_of(lines: Lines) -> Iterator[LineBatch]:
    """All of them in their order; at most READERS + 1 are held in memory."""
    bounds = lines.batches()
    snapshot_id = _snapshot_id() if len(bounds) > 1 else None
    if snapshot_id is None:
        yield from (lines.read(first, last) for first, last in bounds)
        return
    pool = ThreadPoolExecutor(READERS)
    try:
        yield from _in_order(pool, _reader(lines, snapshot_id), bounds)
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ThreadPoolExecutor, read: Read, bounds: list[tuple[int, int]]) -> Iterator[LineBatch]:
    futures: deque[Future[LineBatch]] = deque()
    for first, last in bounds:
        futures.append(pool.submit(read, first, last))
        if len(futures) > READERS:
            yield futures.popleft().result()
    while futures:
        yield futures.popleft().result()


def _snapshot_id() -> str | None:
    """By which other sessions see what this one sees. None where it sees more than is committed, as within a test."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation')")
        if cursor.fetchone()[0] != "repeatable read":
            return None
        cursor.execute("SELECT pg_export_snapshot()")
        return cursor.fetchone()[0]


def _reader(lines: Lines, snapshot_id: str) -> Read:
    """Reads one batch in a session of its own, in whatever thread."""

    def read(first: int, last: int) -> LineBatch:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                    cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot_id])
                set_up_session()
                return lines.read(first, last)
        finally:
            connection.close()

    return read
