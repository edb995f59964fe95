"""Pictures of records are stored before their rows are written: those of the next chunk meanwhile."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from annotations.imports.chunks import chunk_of
from annotations.imports.records import Record
from annotations.pictures.actions import StoredPicture
from annotations.pictures.store import is_folder

THREADS = 16  # that store pictures in a bucket
HANDFUL = 25  # pictures that a thread gets at once: handing over one takes as long as storing it
StoreOne = Callable[[Record], StoredPicture | None]
StoredChunk = tuple[list[Record], list[StoredPicture | None]]


def stored_ahead(records: Iterator[Record], most: int, store: StoreOne) -> Generator[StoredChunk]:
    """Chunks of records with their pictures, in their order; two are held at once."""

    def store_handful(handful: list[Record]) -> list[StoredPicture | None]:
        return [store(record) for record in handful]

    # a local disk takes pictures faster from one thread: several only fight for Python's lock
    pool = ThreadPoolExecutor(1 if is_folder() else THREADS)
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
