"""Benchmarks count the memory of a process with that of its copies."""

import os

import pytest

from annotations.common.forked import made_in_fork
from benchmarks.process_memory import peak_of_processes, processes_of, share_of

MEGABYTE = 2**20


def held_by_a_copy() -> None:
    def held():
        content = bytearray(os.urandom(64 * MEGABYTE))
        yield "held"
        del content

    for _ in made_in_fork(held):
        pass


def test_what_a_copy_holds_counts_and_goes_with_it():
    quiet = peak_of_processes(lambda: None)
    assert peak_of_processes(held_by_a_copy) > quiet + 60
    assert sum(map(share_of, processes_of(os.getpid()))) < quiet + 60


def test_nothing_is_held_by_a_process_that_has_ended():
    ended = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(ended, 0)
    assert (list(processes_of(ended)), share_of(ended)) == ([], 0)


def test_a_work_that_fails_leaves_nobody_looking():
    before = list(processes_of(os.getpid()))
    with pytest.raises(ZeroDivisionError):
        peak_of_processes(lambda: 1 / 0)
    assert list(processes_of(os.getpid())) == before
