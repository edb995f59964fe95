import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
import redis

from seston import embedded
from seston.embedded.processes import wait_gone
from tests.platform.servers import ROOT, environment, postgres_pid, redis_pid, running


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("SESTON_THROWAWAY", raising=False)  # servers that keep what was committed
    # a short name: with a long one the sockets would lie elsewhere
    home = Path(mkdtemp(dir=os.environ["SESTON_HOME"])) / "home"
    yield home
    if home.exists():
        embedded.leave(home)


def test_servers_are_closed_to_other_users_of_the_machine(home: Path) -> None:
    embedded.database_url(home)
    embedded.redis_url(home)
    password = (home / "redis-password").read_text()

    for folder in ("postgres", "run", "redis"):
        assert stat.S_IMODE((home / folder).stat().st_mode) == 0o700
    assert [line for line in running(home) if password in line] == []
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=int((home / "redis.port").read_text())).ping()


def test_killed_servers_come_back_with_their_data_at_the_same_address(home: Path) -> None:
    database, cache = embedded.database_url(home), embedded.redis_url(home)
    busy = psycopg.connect(database, autocommit=True)  # its server process may outlive the killed one
    busy.execute("CREATE TABLE tow AS SELECT 'B3' AS name")
    redis.Redis.from_url(cache).set("tow", "B3")
    os.kill(postgres_pid(home), signal.SIGKILL)
    os.kill(redis_pid(home), signal.SIGKILL)
    wait_gone(postgres_pid(home))
    wait_gone(redis_pid(home))

    assert embedded.revive(home) == ["PostgreSQL", "Redis"]
    assert embedded.revive(home) == []

    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT name FROM tow").fetchall() == [("B3",)]
    assert redis.Redis.from_url(cache).get("tow") == b"B3"


def test_a_long_folder_name_does_not_break_the_socket(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 30)
    with psycopg.connect(embedded.database_url(home)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    embedded.leave(home)


def test_given_servers_are_used_and_none_are_started(home: Path, settings) -> None:
    servers = {"DATABASE_URL": settings.DATABASE_URL, "REDIS_URL": settings.REDIS_URL}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment(home, **servers), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not (home / "postgres").exists()
    assert not (home / "redis").exists()
