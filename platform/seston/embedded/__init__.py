"""A real PostgreSQL with pgvector and a real Redis from Python wheels, kept in one folder.

Whoever comes first starts them (the site, a command, the tests), the last one out stops them: a register of
process numbers beside the data says who is still there. After `kill -9` of everything the register names only
the dead, what is left of the old servers is swept away, and both recover from their own logs.

Nothing here listens on the network but Redis, on a loopback port behind a password. PostgreSQL uses a socket
that only its owner (and root) may open, so it needs no password.
"""

import atexit
import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from seston.embedded import postgres, redis_server
from seston.embedded.processes import ServerError, born, runs

__all__ = ["ServerError", "database_url", "leave", "redis_url", "revive"]


def database_url(home: Path) -> str:
    """Address of the database in `home`, starting the server if nobody has."""
    with _registered(home):
        postgres.start(home)
        return postgres.address(home)


def redis_url(home: Path) -> str:
    """Address of the Redis in `home`, starting it if nobody has."""
    with _registered(home):
        port = redis_server.start(home)
        return f"redis://:{redis_server.password_of(home)}@127.0.0.1:{port}/0"


def leave(home: Path) -> None:
    """Takes this process out of the register; the last one out stops the servers."""
    with _locked(home):
        others = _living(home) - {os.getpid()}
        _write_register(home, others)
        if not others:
            redis_server.stop(home)
            postgres.stop(home)


def revive(home: Path) -> list[str]:
    """Starts again, at the same addresses, the servers that have died. Returns their names."""
    revived = []
    with _locked(home):
        if not runs(postgres.data_folder(home) / "postmaster.pid", "postgres"):
            postgres.start(home)
            revived.append("PostgreSQL")
        if not runs(home / "redis.pid", "redis-server"):
            redis_server.start(home)
            revived.append("Redis")
    return revived


@contextlib.contextmanager
def _registered(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with _locked(home):
        yield
        living = _living(home)
        if os.getpid() not in living:
            _write_register(home, living | {os.getpid()})
            _leave_at_exit(home)


def _leave_at_exit(home: Path) -> None:
    owner = os.getpid()

    def at_exit() -> None:
        if os.getpid() == owner:  # a forked child must not sign its parent off
            leave(home)

    atexit.register(at_exit)


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    with (home / "servers.lock").open("a") as file:
        os.set_inheritable(file.fileno(), False)
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _living(home: Path) -> set[int]:
    """Processes of the register that are alive and the same ones (a number may have been given out again)."""
    with contextlib.suppress(FileNotFoundError):
        entries = [line.split() for line in (home / "servers.users").read_text().splitlines()]
        return {int(pid) for pid, start in entries if born(int(pid)) == start}
    return set()


def _write_register(home: Path, pids: set[int]) -> None:
    lines = [f"{pid} {born(pid)}\n" for pid in sorted(pids)]
    (home / "servers.users").write_text("".join(lines))
