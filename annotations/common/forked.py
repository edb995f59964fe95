"""Work that copies of this process do on other cores, while this one does something with the results."""

import copyreg
import os
import pickle
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import fields
from operator import attrgetter
from typing import BinaryIO, NoReturn, TypeVar, cast

from django.db import connections

from annotations.common.processes import die_with_parent

YieldedItem = TypeVar("YieldedItem")
DataclassType = TypeVar("DataclassType", bound=type)
# bytes of questions: a pipe holds 64 kB, and who fills it waits for a copy that may wait, too
MOST_UNREAD = 50_000
ITEM, ERROR, END = "item", "error", "end"


class ForkEnded(Exception):
    """The copy was ended from outside, as by a system that is short of memory."""


def made_in_fork(make: Callable[[], Iterable[YieldedItem]]) -> Generator[YieldedItem]:
    """The items, of which the copy makes the next ones while this process works on one.

    The copy cannot ask the database, whose connection is this process's. It must not read files that this one has open:
    both would move one place in them. What stops it is raised here; ForkEnded where it can say nothing more.
    """
    items = _made_in_fork(make)
    next(items)  # the copy is there and at work from now on, and ends when the items are closed
    return cast(Generator[YieldedItem], items)


class AnsweringFork:
    """A copy that answers questions in their order, while this process goes on. Close it, or use it in a `with`.

    `answering` takes the questions and yields an answer to each; of what it may do see `made_in_fork`.
    """

    def __init__(self, answering: Callable[[Iterator], Iterable]):
        receiving, sending = os.pipe()
        self._answers = made_in_fork(lambda: answering(_questions(receiving, sending)))
        os.close(receiving)
        self._questions = os.fdopen(sending, "wb", buffering=0)
        self._unread: deque[int] = deque()  # bytes of each question without an answer
        self._ready: deque = deque()  # answers that nobody has taken

    def ask(self, question: object) -> None:
        content = pickle.dumps(question, pickle.HIGHEST_PROTOCOL)
        while self._unread and sum(self._unread) + len(content) > MOST_UNREAD:
            self._receive()
        try:
            self._questions.write(content)
        except BrokenPipeError:  # it has ended: behind its last answers it says why, or nothing
            self._raise_its_end()
        self._unread.append(len(content))

    def answer(self) -> object:
        """To the question that was asked first of those without an answer. Raises what it ended with."""
        if not self._ready:
            self._receive()
        return self._ready.popleft()

    def close(self) -> None:
        self._questions.close()
        self._answers.close()

    def _raise_its_end(self) -> NoReturn:
        for _ in self._answers:
            pass
        raise ForkEnded

    def _receive(self) -> None:
        self._ready.append(next(self._answers))
        self._unread.popleft()


def _questions(receiving: int, sending: int) -> Iterator:
    os.close(sending)  # or it would never hear that there are no more
    with os.fdopen(receiving, "rb") as source, suppress(EOFError):
        while True:
            yield pickle.load(source)


def _made_in_fork(make: Callable[[], Iterable]) -> Generator:
    receiving, sending = os.pipe()
    sys.stdout.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        os.close(receiving)
        _send(make, sending, parent)
    os.close(sending)
    try:
        with os.fdopen(receiving, "rb") as source:
            yield
            yield from _received(source)
    finally:
        os.kill(pid, signal.SIGKILL)  # it may be at work yet, where nobody wants the rest
        os.waitpid(pid, 0)


def pickled_by_fields(kind: DataclassType) -> DataclassType:
    """For dataclasses that are sent by the million: pickled as what makes them, which is all that they are. Their own
    way looks for the fields anew each time."""
    values = attrgetter(*(field.name for field in fields(kind)))
    copyreg.pickle(kind, lambda item: (kind, values(item)))
    return kind


def _received(source: BinaryIO) -> Generator:
    while True:
        try:
            what, content = pickle.load(source)
        except (EOFError, pickle.UnpicklingError):  # behind an item, or within one
            raise ForkEnded from None
        if what == ERROR:
            raise content
        if what == END:
            return
        yield content


def _send(make: Callable[[], Iterable], sending: int, parent: int) -> None:
    """In the copy, which ends here: it does nothing that its parent has to do at its end."""
    try:
        os.setsid()  # Ctrl-C is for the parent, which then ends this one
        die_with_parent()  # also where it waits, and would not hear that nobody reads any more
        if os.getppid() != parent:  # it died before that
            return
        _leave_database()
        with os.fdopen(sending, "wb") as sink:
            for what, content in _messages(make):
                pickle.dump((what, content), sink, pickle.HIGHEST_PROTOCOL)
                sink.flush()
    finally:
        os._exit(0)


def _leave_database() -> None:
    """The server ends the session of a parent that was killed, with its locks, as soon as nobody has it open."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.connection.closed:
            os.dup2(nowhere, connection.connection.fileno(), inheritable=False)
    os.close(nowhere)


def _messages(make: Callable[[], Iterable]) -> Generator[tuple[str, object]]:
    try:
        for item in make():
            yield ITEM, item
    except Exception as error:  # noqa: BLE001, it is raised by the parent
        error.add_note("".join(traceback.format_exception(error)))  # pickled without its traceback
        yield ERROR, _sendable(error)
    else:
        yield END, None


def _sendable(error: Exception) -> Exception:
    """Itself, where pickling keeps it; errors that are made of other things than they say are not."""
    try:
        if type(pickle.loads(pickle.dumps(error))) is type(error):
            return error
    except (TypeError, ValueError, AttributeError, pickle.PickleError):
        pass
    return RuntimeError(repr(error))
