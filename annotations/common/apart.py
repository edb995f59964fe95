"""Work that a copy of this process does on another core, ahead of what this one does with its results."""

import copyreg
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Generator, Iterable
from dataclasses import fields
from operator import attrgetter
from typing import BinaryIO, NoReturn, TypeVar

YieldedItem = TypeVar("YieldedItem")
DataclassType = TypeVar("DataclassType", bound=type)
ITEM, ERROR, END = "item", "error", "end"


class CopyEnded(Exception):
    """The copy was ended from outside, as by a system that is short of memory."""


def made_apart(make: Callable[[], Iterable[YieldedItem]]) -> Generator[YieldedItem]:
    """The items, of which the copy makes the next ones while this process works on one.

    The copy must not ask the database, whose connection is this process's, nor read files that this one has open: both
    would move one place in them. What stops it is raised here; CopyEnded where it can say nothing more.
    """
    receiving, sending = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(receiving)
        _send(make, sending)
    os.close(sending)
    try:
        with os.fdopen(receiving, "rb") as source:
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
        except EOFError:
            raise CopyEnded from None
        if what == ERROR:
            raise content
        if what == END:
            return
        yield content


def _send(make: Callable[[], Iterable], sending: int) -> NoReturn:
    """In the copy, which does nothing that its parent has to do at its end."""
    try:
        os.setsid()  # Ctrl-C is for the parent, which then ends this one
        with os.fdopen(sending, "wb") as sink:
            for what, content in _messages(make):
                pickle.dump((what, content), sink, pickle.HIGHEST_PROTOCOL)
                sink.flush()
    finally:  # also where the parent was killed: nobody reads any more
        os._exit(0)


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
