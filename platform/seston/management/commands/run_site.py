import errno
import functools
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import cast

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from seston import embedded
from seston.forking import load_shared
from seston.supervisor import Supervisor

# KiB: a worker's process whose job took more ends behind it. Torch alone, 450 MB, stays: to load it takes three
# seconds of a core, and models learn while people sort, every few labels
MOST_MEMORY = 1_000_000
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}  # where a browser finds it


PROCESSES = ("web", "worker-cpu", "worker-gpu", "worker-serve", "beat")


class Command(BaseCommand):
    help = "Runs the whole site, or some of its processes on one of several machines. Ctrl-C stops it."

    def handle(self, *args: object, **options: object) -> None:
        if processes := cast(list[str], options["only"]):
            self._run_some(processes)
        else:
            self.prepare()
            self.run(f"Seston is ready: {self.url}")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--only",
            nargs="+",
            default=[],
            choices=PROCESSES,
            metavar="PROCESS",
            help="of a site on several machines: which of " + ", ".join(PROCESSES) + " run here",
        )

    def prepare(self) -> None:
        """Brings the database up to date. Refuses a port that somebody else has."""
        self._find_address()
        gc.freeze()  # what is imported stays: looking for garbage among it took a fifth of a first migration
        call_command("migrate", verbosity=0)

    def _run_some(self, processes: list[str]) -> None:
        """Beside other machines, of which none may change the tables under the others."""
        refuse_old_tables()
        if "web" in processes:
            self._find_address()
            self.run(f"Seston is ready: {self.url}", processes)
        else:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            self._supervise(f"Running here: {', '.join(processes)}", processes, None)

    def _find_address(self) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # the same way out as Ctrl-C
        host = ANYWHERE.get(settings.SESTON_HOST, settings.SESTON_HOST)
        self.url = f"http://{host}:{settings.SESTON_PORT}"
        self._refuse_taken_port()

    def run(self, ready: str, processes: Collection[str] = PROCESSES) -> None:
        self._refuse_taken_port()  # again: a demo is drawn for minutes, and another site would answer
        self._supervise(ready, processes, f"{self.url}/healthz")

    def _supervise(self, ready: str, processes: Collection[str], health_url: str | None) -> None:
        environment = {
            "PYTHONPATH": os.pathsep.join([*settings.PYTHON_PATH, os.environ.get("PYTHONPATH", "")]),
            "DATABASE_URL": settings.DATABASE_URL,
            "REDIS_URL": settings.REDIS_URL,
            "SESTON_HOME": str(settings.SESTON_HOME),
        }
        logs = settings.SESTON_HOME / "logs"
        load_shared()
        chosen = {name: command for name, command in commands().items() if name in processes}
        supervisor = Supervisor(chosen, environment, logs, self._say, _tend())
        try:
            supervisor.run(health_url, lambda: self._say(ready))
        except RuntimeError as error:
            raise CommandError(str(error)) from error
        self._say("Stopped.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _refuse_taken_port(self) -> None:
        host, port = settings.SESTON_HOST, settings.SESTON_PORT
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(_why_not(error, host, port)) from error


def refuse_old_tables() -> None:
    """Raises CommandError where the code has migrations that the database hasn't."""
    executor = MigrationExecutor(connection)
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        word = "migration" if len(missing) == 1 else "migrations"
        raise CommandError(
            f"The database lacks {len(missing)} {word}: run `manage.py migrate` on one machine, then this again."
        )


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken, perhaps by another Seston. "
            f"Stop it, or choose another port: SESTON_PORT=8001 {_started_by()}"
        )
    return (
        f"Seston cannot listen on {host}, port {port}: {error.strerror}. Change SESTON_HOST or SESTON_PORT."
    )


def _started_by() -> str:
    return "seston demo" if settings.IS_WHEEL else "make demo"


def _tend() -> Callable[[], list[str]]:
    """What looks after the embedded servers; servers given by address are somebody else's."""
    if os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL"):
        return list
    return functools.partial(embedded.revive, settings.SESTON_HOME)


def commands() -> dict[str, list[str]]:
    """The processes of the site, the web server first."""
    binaries = Path(sys.executable).parent
    celery = [str(binaries / "celery"), "-A", "seston"]
    worker = [*celery, "--skip-checks", "worker", "-l", "WARNING", "--without-gossip", "--without-mingle"]
    worker += ["--max-memory-per-child", str(MOST_MEMORY)]
    web = [str(binaries / "uvicorn"), "seston.asgi:application", "--host", settings.SESTON_HOST]
    web += ["--port", str(settings.SESTON_PORT), "--log-level", "warning", "--no-access-log"]
    return {
        "web": [*web, "--timeout-graceful-shutdown", "3"],
        "worker-cpu": [*worker, "-Q", "cpu", "-c", "2", "-n", "cpu@%h"],
        # one process: a device never gets two trainings
        "worker-gpu": [*worker, "-Q", "gpu", "-c", "1", "-n", "gpu@%h"],
        # loads torch with the first question, and keeps the last models; solo: no second process beside it
        "worker-serve": [*worker, "-Q", "serve", "-c", "1", "--pool", "solo", "-n", "serve@%h"],
        "beat": [*celery, "--skip-checks", "beat", "-l", "WARNING", "-s", str(settings.SESTON_HOME / "beat")],
    }
