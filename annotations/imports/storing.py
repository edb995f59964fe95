"""Pictures of records are stored before their rows are written: those of the next chunk meanwhile."""

import sys
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain

from annotations.common.forked import made_in_fork
from annotations.imports.archive import Package
from annotations.imports.chunks import chunk_of
from annotations.imports.records import Record
from annotations.pictures.actions import StoredPicture
from annotations.pictures.store import is_folder

THREADS = 16  # that store pictures in a bucket
HANDFUL = 25  # pictures that a thread gets at once: handing over one takes as long as storing it
StoreOne = Callable[[Record], StoredPicture | None]
StoredChunk = tuple[list[Record], list[StoredPicture | None]]


def stored_ahead(
    package: Package, records: Iterator[Record], most: int, store: StoreOne, is_long: bool
) -> Generator[StoredChunk]:
    """Chunks of records with their pictures, in their order; two are held at once.

    A bucket takes pictures faster from many threads, a local disk from one. What `is_long` a copy of this process
    reads and stores there: a thread would fight for Python's lock with the one that fills the tables, which wants it
    after every question to the database.
    """
    if not is_folder():
        return _by_threads(records, most, store)
    if not is_long or not may_fork():
        return _one_by_one(records, most, store)

    def read_and_stored() -> Iterator[StoredChunk]:
        package.reopen()
        chunks = _one_by_one(records, most, store)
        return (([_without_pixels(record) for record in chunk], stored) for chunk, stored in chunks)

    return made_in_fork(read_and_stored)


def may_fork() -> bool:
    """libvips, which cuts whole scans, would wait for ever in a fork: for threads that only this process has."""
    return "pyvips" not in sys.modules


def _one_by_one(records: Iterator[Record], most: int, store: StoreOne) -> Generator[StoredChunk]:
    while chunk := chunk_of(records, most):
        yield chunk, [store(record) for record in chunk]


def _without_pixels(record: Record) -> Record:
    """Which are stored by now."""
    return record if record.pixels is None else replace(record, pixels=None)


def _by_threads(records: Iterator[Record], most: int, store: StoreOne) -> Generator[StoredChunk]:
    def store_handful(handful: list[Record]) -> list[StoredPicture | None]:
        return [store(record) for record in handful]

    pool = ThreadPoolExecutor(THREADS)
    try:
        waiting: list[tuple[list[Record], Iterator[list[StoredPicture | None]]]] = []
        while chunk := chunk_of(records, most):
            waiting.append((chunk, pool.map(store_handful, _handfuls(chunk))))
            if len(waiting) > 1:
                yield _collected(*waiting.pop(0))
        for each in waiting:
            yield _collected(*each)
    finally:  # who cancels, or hears that the storage is away, doesn't wait until it was tried for the rest
        pool.shutdown(cancel_futures=True)


def _handfuls(chunk: list[Record]) -> Iterator[list[Record]]:
    return (chunk[start : start + HANDFUL] for start in range(0, len(chunk), HANDFUL))


def _collected(chunk: list[Record], stored: Iterator[list[StoredPicture | None]]) -> StoredChunk:
    return chunk, list(chain.from_iterable(stored))
