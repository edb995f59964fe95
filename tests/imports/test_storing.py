"""Pictures are stored ahead of the rows of their records."""

import os
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from annotations.imports import storing
from annotations.imports.archive import Package
from annotations.imports.records import Record
from tests.platform.servers import printed_by

CHUNK = 2 * storing.HANDFUL


@dataclass
class Numbered:
    number: int
    pixels: None = None


def records(count: int):
    return iter([Numbered(number) for number in range(count)])


@pytest.fixture
def package(tmp_path) -> Path:
    path = tmp_path / "tow.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2 * CHUNK + 1):
            archive.writestr(f"{number}.txt", f"{number}\n" * 10_000)
    return path


@pytest.fixture(params=["bucket", "folder", "folder, long"])
def way(request, monkeypatch) -> str:
    monkeypatch.setattr(storing, "is_folder", lambda: request.param != "bucket")
    monkeypatch.setattr(storing, "may_fork", lambda: True)  # whatever tests before this one have loaded
    return request.param


@pytest.mark.parametrize("count", [0, 1, CHUNK, 2 * CHUNK + 1])
def test_each_record_comes_with_its_own_picture_in_order(package, way, count):
    with Package(package) as opened:
        is_long = way.endswith("long")
        chunks = list(
            storing.stored_ahead(opened, records(count), CHUNK, lambda record: -record.number, is_long)
        )
    assert [record.number for chunk, _ in chunks for record in chunk] == list(range(count))
    assert [picture for _, pictures in chunks for picture in pictures] == [-n for n in range(count)]
    assert all(len(chunk) <= CHUNK for chunk, _ in chunks)


def test_two_processes_read_one_package_each_at_its_own_place(package, way):
    """Streams of one open file would move each other's place."""
    with Package(package) as opened, opened.stream("0.txt") as stream:

        def store(record: Numbered) -> bytes:
            with opened.stream(f"{record.number}.txt") as file:
                return file.readlines()[-1]

        count, lines = 2 * CHUNK + 1, []
        for chunk, pictures in storing.stored_ahead(
            opened, records(count), CHUNK, store, way.endswith("long")
        ):
            assert pictures == [b"%d\n" % record.number for record in chunk]
            lines.append(stream.readline())
    assert lines == [b"0\n"] * 3


def test_pixels_that_are_stored_do_not_travel(package, monkeypatch):
    monkeypatch.setattr(storing, "is_folder", lambda: True)
    monkeypatch.setattr(storing, "may_fork", lambda: True)
    drawn = [Record("copepod", "frame.png", "copepod.png", pixels=np.ones((4, 4), np.uint8))]
    with Package(package) as opened:
        ((chunk, sums),) = storing.stored_ahead(
            opened, iter(drawn), 1, lambda record: int(record.pixels.sum()), True
        )
    assert (chunk[0].pixels, sums) == (None, [16])


def test_who_has_loaded_libvips_reads_and_stores_by_itself(package, monkeypatch):
    """Its threads are not in a fork, which would wait for them for ever."""
    monkeypatch.setattr(storing, "is_folder", lambda: True)
    monkeypatch.setitem(sys.modules, "pyvips", None)
    with Package(package) as opened:
        ((_, processes),) = storing.stored_ahead(opened, records(3), CHUNK, lambda _: os.getpid(), True)
    assert set(processes) == {os.getpid()}


def test_no_format_of_imports_loads_libvips_before_it_cuts_a_scan():
    """Else no worker would fork."""
    code = """
import django
django.setup()
import worker.tasks
from annotations.imports import actions, registry, storing
registry.formats()
print(storing.may_fork())
"""
    assert printed_by(code) == "True"


def test_an_import_that_ends_stores_no_more_than_it_has_begun(package, monkeypatch):
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
    monkeypatch.setattr(storing, "THREADS", 1)
    monkeypatch.setattr(storing, "is_folder", lambda: False)
    with (
        Package(package) as opened,
        closing(storing.stored_ahead(opened, records(2 * CHUNK), CHUNK, store, True)) as chunks,
    ):
        next(chunks)
    assert len(stored) <= CHUNK + storing.HANDFUL
