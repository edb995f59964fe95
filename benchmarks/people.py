"""People at once, over HTTP against one web process: each fetches pages of 200 and labels 50 objects a call."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import orjson
from django.conf import settings

from annotations.accounts.models import User
from annotations.accounts.tokens import create_token
from annotations.projects.models import Project
from benchmarks.timing import process_cpu, server_cpu
from seston.management.commands.run_site import commands

PEOPLE, SECONDS = 20, 60.0


@dataclass
class Work:
    """What one person did."""

    milliseconds: list[float] = field(default_factory=list)
    labelled: int = 0
    conflicts: int = 0
    failures: int = 0


@dataclass
class PeopleTime:
    """What each person did, and what that took: seconds on the clock, and of a core by the web process and by
    PostgreSQL. The clock depends on what else the machine does, a core hardly."""

    works: list[Work]
    wall: float
    web: float
    database: float

    @property
    def milliseconds(self) -> list[float]:
        return [each for work in self.works for each in work.milliseconds]


def people_at_once(
    project: Project, user: User, taxon: int, people: int = PEOPLE, seconds: float = SECONDS
) -> PeopleTime:
    token = create_token(user=user, name="measuring")[1]
    with web_process() as (port, process), ThreadPoolExecutor(people) as pool:
        before = (time.perf_counter(), process_cpu(process), server_cpu())
        works = list(pool.map(lambda n: _sit(port, token, project.pk, taxon, n, seconds), range(people)))
        after = (time.perf_counter(), process_cpu(process), server_cpu())
    return PeopleTime(works, *(late - early for late, early in zip(after, before, strict=True)))


def two_hundred_pictures(project: Project, user: User) -> float:
    """Milliseconds for the pictures of a page of 200, over six connections as a browser has."""
    token = create_token(user=user, name="measuring")[1]
    with web_process() as (port, _), ThreadPoolExecutor(6) as pool:
        objects = _ask(_connect(port), token, "GET", f"/api/v1/projects/{project.pk}/objects/?limit=200")[1][
            "results"
        ]
        urls = [each["images"][0]["url"] for each in objects]

        def fetch(part: list[str]) -> None:
            connection = _connect(port)
            for url in part:
                connection.request("GET", url)
                assert connection.getresponse().read()

        durations = []
        for _ in range(6):
            started = time.perf_counter()
            list(pool.map(fetch, [urls[n::6] for n in range(6)]))
            durations.append(1000 * (time.perf_counter() - started))
        return sorted(durations[1:])[2]


def _sit(port: int, token: str, project: int, taxon: int, number: int, seconds: float) -> Work:
    """Pages and labels by turns. They begin at different pages, and meet at the end."""
    work, connection, cursor = Work(), _connect(port), ""
    orders = ["id", "-id", "score", "-score", "date", "-date", "id", "-score"]
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        path = f"/api/v1/projects/{project}/objects/?limit=200&order={orders[number % len(orders)]}{cursor}"
        status, page = _timed(work, connection, token, "GET", path)
        work.failures += status != 200
        cursor = f"&cursor={page['next']}" if page.get("next") else ""
        chosen = [{"id": o["id"], "version": o["version"]} for o in page["results"][number % 4 :: 4][:50]]
        body = {"objects": chosen, "taxon": taxon}
        status, answer = _timed(
            work, connection, token, "POST", f"/api/v1/projects/{project}/annotations/", body
        )
        work.failures += status != 200
        work.labelled += answer.get("changed", 0)
        work.conflicts += len(answer.get("conflicts", []))
    return work


def _timed(work: Work, *request: object) -> tuple[int, dict]:
    started = time.perf_counter()
    answer = _ask(*request)  # type: ignore[arg-type]
    work.milliseconds.append(1000 * (time.perf_counter() - started))
    return answer


def _connect(port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _ask(
    connection: http.client.HTTPConnection, token: str, method: str, path: str, body: dict | None = None
) -> tuple[int, dict]:
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    connection.request(method, path, orjson.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    return answer.status, orjson.loads(answer.read())


@contextmanager
def web_process() -> Iterator[tuple[int, int]]:
    """The site's web process as `run_site` starts it: its port, which is its own, and its number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = commands()["web"]
    command[command.index("--port") + 1] = str(port)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(settings.PYTHON_PATH),
        "DATABASE_URL": settings.DATABASE_URL,
        "REDIS_URL": settings.REDIS_URL,
        "SESTON_HOME": str(settings.SESTON_HOME),
    }
    process = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen) -> None:
    while process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The web process did not start.")
