"""Pictures are stored ahead of the rows of their records."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from threading import Event

import pytest

from annotations.imports import storing

CHUNK = 2 * storing.HANDFUL


@dataclass
class Numbered:
    number: int
    pixels: None = None


def records(count: int):
    return iter([Numbered(number) for number in range(count)])


@pytest.mark.parametrize("count", [0, 1, CHUNK, 2 * CHUNK + 1])
def test_each_record_comes_with_its_own_picture_in_order(count):
    chunks = list(storing.stored_ahead(records(count), CHUNK, lambda record: -record.number))
    assert [record.number for chunk, _ in chunks for record in chunk] == list(range(count))
    assert [picture for _, pictures in chunks for picture in pictures] == [-n for n in range(count)]
    assert all(len(chunk) <= CHUNK for chunk, _ in chunks)


def test_an_import_that_ends_stores_no_more_than_it_has_begun(monkeypatch):
    may_go_on, stored = Event(), []

    class Pool(ThreadPoolExecutor):
        """Its thread waits in the second chunk until the pool is closed."""

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            may_go_on.set()
            super().shutdown(wait=wait)

    def store(record: Numbered) -> None:
        if record.number >= CHUNK:
            may_go_on.wait()
        stored.append(record.number)

    monkeypatch.setattr(storing, "ThreadPoolExecutor", Pool)
    with closing(storing.stored_ahead(records(2 * CHUNK), CHUNK, store)) as chunks:
        next(chunks)
    assert len(stored) <= CHUNK + storing.HANDFUL
