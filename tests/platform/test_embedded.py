"""The embedded servers: started by who comes first, stopped by who leaves last, alive again after a crash."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from seston import embedded
from seston.embedded.processes import born

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = """
import sys; sys.path.insert(0, 'platform')
from pathlib import Path
from seston import embedded
home = Path(sys.argv[1])
print(embedded.database_url(home), embedded.redis_url(home), flush=True)
sys.stdin.read()
"""


class Guest:
    """Another process that uses the servers until it is told to leave."""

    def __init__(self, home: Path):
        command = [sys.executable, "-c", ASK, str(home)]
        # as people run it: the test run's own servers are quicker, and lose the last moment in a crash
        env = {name: value for name, value in os.environ.items() if name != "SESTON_THROWAWAY"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.database, self.redis = self.process.stdout.readline().split()

    def leave(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0


@pytest.fixture
def home(tmp_path: Path):
    yield tmp_path / "home"
    embedded.leave(tmp_path / "home")


def postgres_pid(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().split()[0])


def is_alive(pid: int) -> bool:
    return bool(born(pid))


def test_the_last_one_out_stops_the_servers(home: Path):
    first, second = Guest(home), Guest(home)
    assert (first.database, first.redis) == (second.database, second.redis)
    postgres, redis_pid = postgres_pid(home), int((home / "redis.pid").read_text())
    first.leave()
    with psycopg.connect(second.database) as connection:
        assert connection.execute("SELECT extname FROM pg_extension WHERE extname = 'vector'").fetchone() == (
            "vector",
        )
    second.leave()
    assert not is_alive(postgres)
    assert not is_alive(redis_pid)


def test_data_survive_a_kill(home: Path):
    guest = Guest(home)
    with psycopg.connect(guest.database, autocommit=True) as connection:
        connection.execute("CREATE TABLE catch (what text)")
        connection.execute("INSERT INTO catch VALUES ('Calanus')")
    redis.Redis.from_url(guest.redis).set("tow", 12)
    guest.process.kill()
    guest.process.wait()
    guest.process.stdin.close()
    guest.process.stdout.close()
    for pid in (postgres_pid(home), int((home / "redis.pid").read_text())):
        os.kill(pid, signal.SIGKILL)
    again = Guest(home)
    with psycopg.connect(again.database) as connection:
        assert connection.execute("SELECT what FROM catch").fetchone() == ("Calanus",)
    assert redis.Redis.from_url(again.redis).get("tow") == b"12"
    again.leave()


@pytest.mark.parametrize("options", ["-r", "-a"], ids=["of who copies", "of who had them"])
def test_a_home_that_was_put_back_from_a_copy_is_as_it_was(home: Path, tmp_path: Path, options: str):
    guest = Guest(home)
    with psycopg.connect(guest.database, autocommit=True) as connection:
        connection.execute("CREATE TABLE catch AS SELECT 'Calanus' AS what")
    guest.leave()
    restored = tmp_path / "restored" / "home"
    restored.parent.mkdir()
    subprocess.run(["cp", options, str(home), str(restored)], check=True)
    restored.parent.chmod(0o700)
    guest = Guest(restored)
    with psycopg.connect(guest.database) as connection:
        assert connection.execute("SELECT what FROM catch").fetchone() == ("Calanus",)
    guest.leave()


def test_given_addresses_start_nothing(tmp_path: Path):
    env = os.environ | {
        "DATABASE_URL": "postgresql://somebody@db.example.org/seston",
        "REDIS_URL": "redis://redis.example.org:6379/0",
        "SESTON_HOME": str(tmp_path),
    }
    code = (
        "import sys; sys.path.insert(0, 'platform'); from seston import settings; "
        "print(settings.DATABASES['default']['HOST'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "db.example.org"
    assert not (tmp_path / "postgres").exists()
