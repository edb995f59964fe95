import socket
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from seston.supervisor import Supervisor


class Command(BaseCommand):
    help = "Runs the whole site: servers, web, workers, beat. Ctrl-C stops it."

    def handle(self, *args: object, **options: object) -> None:
        self.prepare()
        self.run(f"Seston is ready: {self.url}")

    def prepare(self) -> None:
        """Brings the database up to date. Refuses a port that somebody else has."""
        self.url = f"http://{settings.SESTON_HOST}:{settings.SESTON_PORT}"
        self._refuse_taken_port()
        call_command("migrate", verbosity=0)

    def run(self, ready: str) -> None:
        environment = {
            "PYTHONPATH": f"{settings.ROOT / 'platform'}:{settings.ROOT}",
            "DATABASE_URL": settings.DATABASE_URL,
            "REDIS_URL": settings.REDIS_URL,
            "SESTON_HOME": str(settings.SESTON_HOME),
        }
        supervisor = Supervisor(commands(), environment, settings.SESTON_HOME / "logs", self._say)
        try:
            supervisor.run(f"{self.url}/healthz", lambda: self._say(ready))
        except RuntimeError as error:
            raise CommandError(str(error)) from error
        self._say("Stopped.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _refuse_taken_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.SESTON_HOST, settings.SESTON_PORT))
            except OSError as error:
                raise CommandError(
                    f"Port {settings.SESTON_PORT} is taken, perhaps by another Seston. "
                    "Stop it, or choose another port: SESTON_PORT=8001 make demo"
                ) from error


def commands() -> dict[str, list[str]]:
    """The processes of the site, the web server first."""
    python = sys.executable
    binaries = Path(python).parent
    celery = [str(binaries / "celery"), "-A", "seston", "worker", "-l", "WARNING", "--without-gossip", "--without-mingle"]
    uvicorn = [str(binaries / "uvicorn"), "seston.asgi:application", "--host", settings.SESTON_HOST]
    return {
        "web": [*uvicorn, "--port", str(settings.SESTON_PORT), "--log-level", "warning", "--no-access-log"],
        "worker-cpu": [*celery, "-Q", "cpu", "-c", "2", "-n", "cpu@%h"],
        # one process: a device never gets two trainings
        "worker-gpu": [*celery, "-Q", "gpu", "-c", "1", "-n", "gpu@%h"],
        "beat": [str(binaries / "celery"), "-A", "seston", "beat", "-l", "WARNING", "-s", str(settings.SESTON_HOME / "beat")],
    }
