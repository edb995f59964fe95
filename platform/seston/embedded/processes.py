"""Starting a server, waiting for it, ending it; and telling a process from another one that got its number."""

import contextlib
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SERVER_UID = 65534  # nobody
START_SECONDS = 60

logger = logging.getLogger(__name__)


class ServerError(Exception):
    """A server could not be started; the sentence says why and where its log is."""


def spawn(command: list[str], log: Path, as_server_user: bool = False) -> subprocess.Popen:
    """Starts a server in a session of its own, so that the Ctrl-C of a terminal doesn't reach it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output, sentence_for_os_error(Path(command[0]).name):
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            **(server_user() if as_server_user else {}),
        )


@contextlib.contextmanager
def sentence_for_os_error(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ServerError(
            f"{name} could not be started: {error}. As root it runs under user number {SERVER_UID}, "
            "who must be able to read the virtual environment: put it in a folder that everybody may read."
        ) from error


def wait_until(answers: Callable[[], bool], server: subprocess.Popen, name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-800:]
            raise ServerError(f"{name} did not start. The end of {log}:\n{tail}")
        time.sleep(0.05)


def runs(pid_file: Path, name: str) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        pid = int(pid_file.read_text().split()[0])
        return bool(born(pid)) and name in Path(f"/proc/{pid}/cmdline").read_text()
    return False


def kill(pid: int, name: str, with_signal: int = signal.SIGKILL) -> None:
    """Kills the process if it still is the server: the number may belong to somebody else by now."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        if name in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, with_signal)


def wait_gone(pid: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while born(pid) and time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.05)
    if born(pid):
        logger.warning("Process %s did not stop within %s s.", pid, START_SECONDS)


def born(pid: int) -> str:
    """When the process started, in clock ticks since boot; empty when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, *rest = stat.rsplit(")", 1)[1].split()
    return "" if state == "Z" else rest[18]


def server_user() -> dict:
    """PostgreSQL refuses to be root, so as root it runs under an unprivileged number."""
    if os.getuid() != 0:
        return {}
    return {"user": SERVER_UID, "group": SERVER_UID, "extra_groups": []}


def working_in(folder: Path) -> list[int]:
    """Processes whose working folder it is: PostgreSQL's server and its children, orphans too."""
    processes = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or somebody else's
            if (process / "cwd").readlink() == folder.resolve():
                processes.append(int(process.name))
    return processes
