"""How many records are loaded at once: a number of them, or fewer where they hold much."""

from collections.abc import Iterator
from itertools import islice

from annotations.imports.records import Record

MOST_HELD = 128 * 2**20  # bytes of pixels; two chunks are held at once


def chunk_of(records: Iterator[Record], most: int) -> list[Record]:
    """The next ones, `most` at most; empty behind the last."""
    chunk, size = [], 0
    for record in islice(records, most):
        chunk.append(record)
        size += record.pixels.nbytes if record.pixels is not None else 0
        if size >= MOST_HELD:
            break
    return chunk
