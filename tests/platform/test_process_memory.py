"""Benchmarks count the memory of a process with that of its copies."""

import os
import signal

import pytest

from annotations.common.forked import made_in_fork
from benchmarks.process_memory import peak_of_processes, processes_of, share_of

MEGABYTE = 2**20


def held() -> float:
    """MB, of this process and those below it."""
    return sum(map(share_of, processes_of(os.getpid())))


def test_what_a_copy_holds_counts_and_goes_with_it():
    def hold():
        content = bytearray(os.urandom(64 * MEGABYTE))
        yield len(content)
        signal.pause()  # until it is ended

    quiet = held()
    copy = made_in_fork(hold)
    next(copy)
    assert held() > quiet + 60
    copy.close()
    assert held() < quiet + 60


def test_the_peak_is_no_less_than_what_is_held_all_along():
    assert peak_of_processes(lambda: None) > 0.5 * share_of(os.getpid())


def test_nothing_is_held_by_a_process_that_has_ended():
    ended = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(ended, 0)
    assert (list(processes_of(ended)), share_of(ended)) == ([], 0)


def test_a_work_that_fails_leaves_nobody_looking():
    before = list(processes_of(os.getpid()))
    with pytest.raises(ZeroDivisionError):
        peak_of_processes(lambda: 1 / 0)
    assert list(processes_of(os.getpid())) == before
