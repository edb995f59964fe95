"""Batches of lines that are read ahead: PostgreSQL writes the next ones while the last is packed."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from queue import SimpleQueue

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from annotations.exports.lines import LineBatch, LineBlock
from annotations.exports.sessions import set_up_session

READERS = 2  # sessions that read at once


def read_ahead(batches: Iterable[LineBatch]) -> Iterator[LineBlock]:
    """All of them in their order; at most READERS + 1 are held in memory."""
    batches = iter(batches)
    first = list(islice(batches, 2))
    snapshot_id = _snapshot_id() if len(first) > 1 else None
    batches = chain(first, batches)
    if snapshot_id is None:
        yield from (batch.read(connection) for batch in batches)
        return
    with _sessions(snapshot_id) as sessions:
        pool = ThreadPoolExecutor(READERS)
        try:
            yield from _in_order(pool, _reader(sessions), batches)
        finally:
            pool.shutdown(cancel_futures=True)


def _in_order(
    pool: ThreadPoolExecutor, read: Callable[[LineBatch], LineBlock], batches: Iterable[LineBatch]
) -> Iterator[LineBlock]:
    futures: deque[Future[LineBlock]] = deque()
    for batch in batches:
        futures.append(pool.submit(read, batch))
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


@contextmanager
def _sessions(snapshot_id: str) -> Iterator[SimpleQueue[BaseDatabaseWrapper]]:
    """Those that nobody is reading by; each sees what this one sees, for as long as the block lasts."""
    free: SimpleQueue[BaseDatabaseWrapper] = SimpleQueue()
    with ExitStack() as opened:
        for _ in range(READERS):
            session = connection.copy()
            opened.callback(session.close)
            session.inc_thread_sharing()
            session.set_autocommit(False)
            with session.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot_id])
            set_up_session(session)
            free.put(session)
        yield free


def _reader(sessions: SimpleQueue[BaseDatabaseWrapper]) -> Callable[[LineBatch], LineBlock]:
    """Reads one batch, in whatever thread."""

    def read(batch: LineBatch) -> LineBlock:
        session = sessions.get()
        try:
            return batch.read(session)
        finally:
            sessions.put(session)

    return read
