"""The site of the tests: it runs as `make demo` runs it, with what can be done to it beside its pages."""

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

from tests.prepared import prepare

ROOT = Path(__file__).resolve().parent.parent.parent
RUN = [sys.executable, "manage.py", "run_site"]
PASSWORD = "drifting-with-the-current"
CAST = f"""
from annotations.accounts.models import User
from tests.people import make_person
root = make_person("root", {PASSWORD!r}, is_staff=True, is_superuser=True)
for name in ("alice", "bob", "carla", "vera"):
    make_person(name, None)
User.objects.update(password=root.password)  # all have the same, which takes half a second to work out
"""
SESSION = """
from django.test import Client
from annotations.accounts.models import User
user = User.objects.get(username={name!r})
for _ in range({number}):
    client = Client()
    client.force_login(user)
    print(client.cookies["sessionid"].value, end=" ")
"""
PROJECT = """
from django.core.management import call_command
from annotations.accounts.models import User
from annotations.projects.actions import set_role
from annotations.projects.models import Project
call_command("import_ecotaxa", {package!r}, project={title!r}, user="alice", create_taxa={create_taxa!r})
project = Project.objects.filter(title={title!r}).order_by("id").first()
for name, role in {{"bob": "annotator", "carla": "expert", "vera": "viewer"}}.items():
    set_role(project=project, user=User.objects.get(username=name), role=role)
print(project.pk)
"""
SESSIONS = 10  # made at once: each command is a process
WARM = [sys.executable, "-m", "tests.browser.warm"]


class Site:
    """A running site: its address, and what can be done to it beside its pages."""

    def __init__(self, url: str, commands: Popen[str]) -> None:
        self.url = url
        self.commands = commands
        self.addresses: dict[str, str] = {}  # of benches, by their projects' titles
        self._sessions: dict[str, list[str]] = {}  # that no browser has had, by the person's name

    def command(self, *arguments: str) -> str:
        """Runs a manage.py command against this site. Returns what it printed."""
        print(json.dumps(arguments), file=self.commands.stdin, flush=True)
        answer = json.loads(self.commands.stdout.readline())
        assert answer["code"] == 0, f"{arguments} failed:\n{answer['out']}\n{answer['err']}"
        return answer["out"]

    def shell(self, script: str) -> str:
        """Runs Python in this site. Returns the last line that it printed."""
        return (self.command("shell", "-v", "0", "-c", script).splitlines() or [""])[-1]

    def project(self, title: str, package: Path, *, create_taxa: bool = False) -> str:
        """Alice imports the package into a project of hers, where Bob annotates, Carla reviews and Vera looks.

        Returns the address of its bench.
        """
        script = PROJECT.format(title=title, package=str(package), create_taxa=create_taxa)
        self.addresses[title] = f"{self.url}/projects/{self.shell(script)}/"
        return self.addresses[title]

    def session(self, name: str) -> str:
        """The key of a session of the person that nobody has used."""
        if not self._sessions.get(name):
            self._sessions[name] = self.shell(SESSION.format(name=name, number=SESSIONS)).split()
        return self._sessions[name].pop()


@contextmanager
def running_site(home: Path) -> Iterator[Site]:
    """With its servers and workers in the folder, an administrator called root, and the cast of tests/people.py."""
    prepare(home)
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env |= {"SESTON_HOME": str(home), "SESTON_PORT": port, "PYTHONUNBUFFERED": "1"}
    env |= {"PYTHONPATH": str(ROOT / "platform"), "SESTON_IMPORT_FOLDERS": f"packages={_packages(home)}"}
    with Popen(RUN, cwd=ROOT, env=env, stdout=PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            assert "Seston is ready" in line, line
            with Popen(WARM, cwd=ROOT, env=env, stdin=PIPE, stdout=PIPE, text=True) as commands:
                site = Site(f"http://127.0.0.1:{port}", commands)
                site.shell(CAST)
                yield site
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()  # what it still says is heard
    assert process.returncode == 0


def _packages(home: Path) -> Path:
    """A folder from which managers import."""
    folder = home / "packages"
    (folder / "2024").mkdir(parents=True, exist_ok=True)
    (folder / "tow.zip").touch()
    return folder


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
