"""Processes of the site that are copies of one that has loaded its code: they share that memory, and begin at once."""

import contextlib
import gc
import importlib
import logging
import os
import runpy
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from django.db import connections

from annotations.common.processes import die_with_parent, name_process

STOPPING = {signal.SIGTERM, signal.SIGINT}
log = logging.getLogger(__name__)

# what the web process and all workers have in common; `tests/platform/test_at_rest.py` says what is not among it
SHARED = (
    "seston.asgi",
    "uvicorn.main",
    "uvicorn.protocols.http.auto",
    "worker.tasks",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "celery.concurrency.solo",
)


def load_shared() -> None:
    """Imports what the processes share; the garbage collector leaves it alone, or each would get a copy of its own."""
    for module in SHARED:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()


class Fork:
    """A copy of this process that runs a console script; `poll`, `wait` and `pid` are those of a `Popen`."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], output: Path):
        self.returncode: int | None = None
        parent = os.getpid()
        with _signals_held():
            self.pid = _fork()
            if self.pid == 0:
                _end(name, lambda: _become(name, command, env, output, parent))

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, seconds: float) -> int:
        """Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.01)
        assert self.returncode is not None
        return self.returncode


def run_apart(name: str, work: Callable[[], object]) -> int:
    """Does work in a copy of this process, which stays small and keeps no connection of it; returns its exit status.

    A KeyboardInterrupt is the copy's, too, and is raised when that has cleaned up.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # until the copy would be told of one

    def begin() -> None:
        os.setsid()  # Ctrl-C comes once, from the parent: a second would cut off the cleaning up
        die_with_parent()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        work()

    try:
        pid = _fork()
    except BaseException:  # as where there is no room for a copy
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        raise
    if pid == 0:
        _end(name, begin)
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except KeyboardInterrupt:
        os.kill(pid, signal.SIGINT)
        os.waitpid(pid, 0)
        raise


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """A copy that is asked to stop before it has handlers of its own would do with its parent's, and go on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _fork() -> int:
    connections.close_all()  # two processes must not talk over one connection
    sys.stdout.flush()
    return os.fork()


def _end(name: str, work: Callable[[], object]) -> NoReturn:
    """Does the work, and nothing of what the parent would do behind it or at its end."""
    code = 1
    try:
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        log.exception("%s ended", name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _become(name: str, command: list[str], env: dict[str, str], output: Path, parent: int) -> None:
    os.setsid()  # Ctrl-C is the supervisor's to pass on, in order
    die_with_parent()
    if os.getppid() != parent:
        return  # which died before that
    name_process(name)
    _turn_to(output)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    os.environ.update(env)
    sys.argv = command
    runpy.run_path(command[0], run_name="__main__")


def _turn_to(output: Path) -> None:
    """Input from nowhere; output, and what is said of errors, to a file."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    file = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for descriptor, stream in ((nothing, 0), (file, 1), (file, 2)):
        os.dup2(descriptor, stream)
