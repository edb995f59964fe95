"""What a copy of the process makes comes in order, and so does what stops it."""

import errno
import os
import pickle
import select
import signal
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from itertools import count

import pytest
from django.db import OperationalError, connection

from annotations.common.forked import AnsweringFork, ForkEnded, made_in_fork, pickled_by_fields
from annotations.imports.errors import PackageError


@pickled_by_fields
@dataclass(frozen=True, slots=True)
class Depth:
    metres: float
    name: str = ""


def test_items_come_in_order_from_another_process():
    items = list(made_in_fork(lambda: ((number, os.getpid()) for number in range(1000))))
    assert [number for number, _ in items] == list(range(1000))
    assert len({process for _, process in items} - {os.getpid()}) == 1


@pytest.mark.parametrize(
    "error", [PackageError("cut off"), OSError(errno.EIO, "Input/output error"), ValueError("no depth")]
)
def test_an_error_comes_behind_what_was_made_before_it(error):
    def make():
        yield 1
        raise error

    items = made_in_fork(make)
    assert next(items) == 1
    with pytest.raises(type(error)) as raised:
        next(items)
    assert raised.value.args == error.args
    assert "in make" in raised.value.__notes__[0]


class TwoReasons(Exception):
    def __init__(self, first: str, second: str):
        super().__init__(first)
        self.second = second


def test_an_error_that_cannot_be_sent_is_told_in_words():
    def make():
        yield from ()
        raise TwoReasons("away", "full")

    with pytest.raises(RuntimeError, match=r"TwoReasons\('away'\)"):
        list(made_in_fork(make))


class Deadly:
    """Nobody sends it and lives."""

    def __reduce__(self) -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""


@pytest.mark.parametrize("last", [Deadly(), ["a" * 100_000, Deadly()]], ids=["behind an item", "within one"])
def test_a_copy_that_is_ended_from_outside_is_said_to_be(last):
    items = made_in_fork(lambda: iter([1, last]))
    assert next(items) == 1
    with pytest.raises(ForkEnded):
        next(items)


def test_who_wants_no_more_leaves_no_process_behind():
    with closing(made_in_fork(lambda: ((number, os.getpid()) for number in count()))) as items:
        _, process = next(items)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_records_are_the_same_when_they_were_pickled():
    assert pickle.loads(pickle.dumps(Depth(5.0, "top"))) == Depth(5.0, "top")


def shouting(questions):
    for question in questions:
        if not question:
            raise ValueError("no question")
        yield question.upper()


def test_questions_are_answered_in_their_order():
    with closing(AnsweringFork(shouting)) as copy:
        for question in ("who", "where"):
            copy.ask(question)
        assert [copy.answer(), copy.answer()] == ["WHO", "WHERE"]


def test_more_questions_than_a_pipe_holds_wait_for_nobody():
    """Nobody takes an answer meanwhile, and those fill a pipe as well."""
    with closing(AnsweringFork(shouting)) as copy:
        for number in range(40):
            copy.ask(f"{number}" + "a" * 20_000)
        assert [copy.answer() for _ in range(40)] == [f"{number}" + "A" * 20_000 for number in range(40)]


def test_who_asks_one_that_was_ended_from_outside_hears_so():
    with closing(AnsweringFork(lambda questions: (os.getpid() for _ in questions))) as copy:
        copy.ask("who")
        process = copy.answer()
        os.kill(process, signal.SIGKILL)
        wait_for_end(process)
        with pytest.raises(ForkEnded):
            copy.ask("who")


def test_who_asks_one_that_an_error_ended_hears_of_the_error():
    with closing(AnsweringFork(lambda questions: failing(next(questions)))) as copy:
        copy.ask("who")
        wait_for_end(copy.answer())
        with pytest.raises(ValueError, match="no question"):
            copy.ask("where")


def failing(question):
    yield os.getpid()
    raise ValueError("no question")


def wait_for_end(process):
    """But leaves the rest of it to its parent."""
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)


@pytest.mark.django_db
def test_a_session_of_the_database_is_open_in_no_copy():
    """Else the locks of a parent that was killed would stay until the copy has ended, too."""
    connection.ensure_connection()
    descriptor = connection.connection.fileno()
    (is_socket,) = made_in_fork(lambda: [stat.S_ISSOCK(os.fstat(descriptor).st_mode)])
    assert not is_socket
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_a_copy_that_asks_the_database_is_refused():
    def make():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            yield cursor.fetchone()

    connection.ensure_connection()
    with pytest.raises(OperationalError):
        list(made_in_fork(make))
    with connection.cursor() as cursor:
        cursor.execute("SELECT 2")
        assert cursor.fetchone() == (2,)


def test_a_question_that_cannot_be_answered_ends_it():
    with closing(AnsweringFork(shouting)) as copy:
        copy.ask("who")
        copy.ask("")
        assert copy.answer() == "WHO"
        with pytest.raises(ValueError, match="no question"):
            copy.answer()


WAITING = """
import os, signal
from django.conf import settings
from annotations.common.forked import made_in_fork
settings.configure()
def make():
    yield os.getpid()
    signal.pause()
items = made_in_fork(make)
print(next(items), flush=True)
signal.pause()
"""


def test_a_fork_that_waits_ends_with_a_killed_parent():
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True) as parent:
        fork = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended = select.poll()
    ended.register(fork, select.POLLIN)
    assert ended.poll(60_000)
    os.close(fork)
