import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.migrations.recorder import MigrationRecorder

from seston.management.commands.run_site import Command as RunSite
from seston.management.commands.run_site import refuse_old_tables
from tests.platform.servers import ROOT, environment, postgres_pid, running
from tests.prepared import prepare

PATIENCE = 60


def run_site(home: Path, port: int, *options: str, **more: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_site", *options],
        cwd=ROOT,
        env=environment(home, SESTON_PORT=str(port), **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s: {what}"
        time.sleep(0.1)


def status(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        return answer.status


def pid_of(home: Path, name: str) -> int:
    return next(pid for pid in pids_of(home) if name_of(pid) == name)


def pids_of(home: Path) -> list[int]:
    return [int(line.split()[0]) for line in running(home)]


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def names_of(home: Path) -> set[str]:
    return {name_of(pid) for pid in pids_of(home) if Path(f"/proc/{pid}").exists()}


def test_site_is_ready_restarts_what_dies_and_leaves_nothing_running(tmp_path: Path, port: int) -> None:
    prepare(tmp_path)  # making all tables itself would take longer than the rest
    site = run_site(tmp_path, port)
    assert site.stdout.readline() == f"Seston is ready: http://127.0.0.1:{port}\n"
    assert status(port) == 200

    os.kill(pid_of(tmp_path, "web"), signal.SIGKILL)
    assert "web has stopped; it starts again" in site.stdout.readline()
    os.kill(postgres_pid(tmp_path), signal.SIGKILL)
    assert site.stdout.readline() == "PostgreSQL had stopped; it runs again.\n"

    site.send_signal(signal.SIGINT)
    assert site.communicate(timeout=PATIENCE)[0].splitlines()[-1] == "Stopped."
    assert site.returncode == 0
    assert running(tmp_path) == []


def test_killed_site_takes_its_processes_along_and_the_next_run_recovers(tmp_path: Path, port: int) -> None:
    prepare(tmp_path)
    site = run_site(tmp_path, port)
    site.stdout.readline()
    postgres = postgres_pid(tmp_path)
    site.kill()
    # the last of the site's processes may have ended it by then
    with contextlib.suppress(ProcessLookupError):
        os.kill(postgres, signal.SIGKILL)
    site.communicate()
    wait_until(
        lambda: not [line for line in running(tmp_path) if "manage.py" in line], "web and workers gone"
    )

    again = run_site(tmp_path, port)
    assert again.stdout.readline() == f"Seston is ready: http://127.0.0.1:{port}\n"
    assert status(port) == 200
    again.terminate()
    assert again.communicate(timeout=PATIENCE)[0] == "Stopped.\n"
    assert running(tmp_path) == []


def test_a_port_that_was_taken_while_the_demo_was_drawn_is_said_before_the_site_is_ready(
    port: int, settings
) -> None:
    settings.SESTON_HOST, settings.SESTON_PORT = "127.0.0.1", port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(CommandError, match=f"Port {port} is taken"):
            RunSite().run("Seston is ready")


def test_taken_port_is_said_with_its_remedy(tmp_path: Path, port: int, settings) -> None:
    servers = {
        "DATABASE_URL": settings.DATABASE_URL,
        "REDIS_URL": settings.REDIS_URL,
    }  # it needs none of its own
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        site = run_site(tmp_path, port, **servers)
        output = site.communicate(timeout=PATIENCE)[0]
    assert site.returncode == 1
    assert f"Port {port} is taken" in output
    assert "SESTON_PORT=8001 make demo" in output
    assert "Traceback" not in output


def test_a_machine_runs_only_the_processes_that_it_is_to(tmp_path: Path, port: int) -> None:
    prepare(tmp_path)
    site = run_site(tmp_path, port, "--only", "web", "beat")
    assert site.stdout.readline() == f"Seston is ready: http://127.0.0.1:{port}\n"
    assert status(port) == 200
    wait_until(lambda: names_of(tmp_path) >= {"web", "beat"}, "both run")
    assert not {name for name in names_of(tmp_path) if name.startswith("worker")}

    worker = run_site(tmp_path, port, "--only", "worker-serve")
    assert worker.stdout.readline() == "Running here: worker-serve\n"
    worker.terminate()
    assert worker.communicate(timeout=PATIENCE)[0] == "Stopped.\n"
    site.terminate()
    assert site.communicate(timeout=PATIENCE)[0] == "Stopped.\n"


def test_a_demo_is_whole() -> None:
    with pytest.raises(CommandError, match="unrecognized arguments: --only web"):
        call_command("demo", "--only", "web")


@pytest.mark.django_db
def test_one_of_several_machines_changes_no_tables_under_the_others() -> None:
    refuse_old_tables()
    MigrationRecorder.Migration.objects.filter(app="clusters").delete()
    with pytest.raises(CommandError, match=r"lacks \d+ migrations: run `manage\.py migrate` on one machine"):
        refuse_old_tables()
