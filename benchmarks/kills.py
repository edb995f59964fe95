"""Kills and stops workers, PostgreSQL and Redis at random points of real jobs, and compares with undisturbed ones.

    PYTHONPATH=platform:. python -m benchmarks.kills --home /tmp/kills --points 100 --seed 1

Runs a whole site of its own in `--home`. Of each kind of job the result of an undisturbed run is the measure: rows,
labels, log, files, message. Each disturbance falls on each kind of job equally often, in an order and at moments that
the seed decides; `--first 41` goes on with the 41st point. Prints a line a point, and at the end how many ended as if
nothing had happened.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path

PATIENCE = 420.0  # seconds until a disturbed job must have ended
SHORT_STOP = (0.5, 8.0)  # seconds: shorter than it takes until another worker takes the job up
OBJECTS = 2100  # three chunks of an import, which a fork reads ahead from there on, or of a prediction
TINY = {"backbone": "mobilenet_v3_small", "epochs": 1, "image_size": 32, "batch_size": 64}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="folder for the site; is made")
    parser.add_argument("--points", type=int, default=30, help="how many disturbances (30)")
    parser.add_argument("--first", type=int, default=1, help="number of the first one (1)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed disturbs alike (1)")
    parser.add_argument("--port", default="8103", help="of the site (8103)")
    chosen = parser.parse_args()
    scratch = chosen.home.absolute() / "tmp"  # trainings elsewhere on this machine hold their locks elsewhere
    scratch.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "TMPDIR": str(scratch),
        "DJANGO_SETTINGS_MODULE": "seston.settings",
        "SESTON_HOME": str(chosen.home.absolute()),
        "SESTON_PORT": chosen.port,
        "SESTON_MEASURE_ON_IMPORT": "0",
        "OMP_NUM_THREADS": "1",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # and what it started ends
    with ExitStack() as running:
        site = running.enter_context(Site(chosen.home.absolute()))
        return Trial(site, chosen.seed).run(chosen.first, chosen.points)


class Site:
    """`run_site`, and one more worker for all queues, so that somebody is there to take a stopped worker's job."""

    def __init__(self, home: Path):
        self.home = home
        self.processes: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "Site":
        self.look_after()
        return self

    def __exit__(self, *exception: object) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()

    def look_after(self) -> None:
        """Starts what is not running."""
        celery = [str(Path(sys.executable).parent / "celery"), "-A", "seston", "worker", "-l", "WARNING"]
        celery += ["--without-gossip", "--without-mingle"]
        commands = {
            "site": [sys.executable, "manage.py", "run_site"],
            "second worker": [*celery, "-Q", "cpu,gpu", "-c", "1", "-n", "second@%h"],
        }
        with (self.home / "kills.log").open("ab") as log:
            for name, command in commands.items():
                if name not in self.processes or self.processes[name].poll() is not None:
                    self.processes[name] = subprocess.Popen(command, stdout=log, stderr=log)

    def pid_of_server(self, file: str) -> int:
        return int((self.home / file).read_text().split()[0])

    def worker_of(self, job_id: int) -> int | None:
        """The process that is at the job, by the name of its database session."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE %s",
                [f"seston job {job_id}.%"],
            )
            row = cursor.fetchone()
        return int(row[0].rsplit(" ", 1)[1]) if row else None


@dataclass
class Measure:
    """An undisturbed run: how long it took, and what it left."""

    seconds: float
    left: object


class Trial:
    def __init__(self, site: Site, seed: int):
        from benchmarks.kills_work import KINDS, Works

        self.site, self.seed = site, seed
        self.rng = random.Random(seed)
        self.works = Works(site.home, OBJECTS, TINY)
        self.kinds = KINDS
        self.disturbances: dict[str, Callable[[int], None]] = {
            "kill -9 of the worker": self._kill_worker,
            "SIGSTOP of the worker, SIGCONT when its job was taken": self._stop_worker,
            "SIGSTOP of the worker, SIGCONT soon": self._stop_worker_briefly,
            "kill -9 of PostgreSQL": lambda job: self._kill_server("postgres/postmaster.pid", signal.SIGKILL),
            "restart of PostgreSQL": lambda job: self._kill_server("postgres/postmaster.pid", signal.SIGINT),
            "kill -9 of Redis": lambda job: self._kill_server("redis.pid", signal.SIGKILL),
            "restart of Redis": lambda job: self._kill_server("redis.pid", signal.SIGTERM),
        }

    def run(self, first: int, points: int) -> int:
        self.measures = {kind: self._measured(kind) for kind in self.kinds}
        good, tried = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for number in range(first, first + points):
            kind, name = self._point_of(number)
            wrong = self._point(kind, name)
            tried[kind, name] += 1
            good[kind, name] += not wrong
            print(f"{number:4} {kind:8} {name}: {wrong or 'as undisturbed'}", flush=True)
        for kind, name in sorted(tried):
            print(f"{kind:8} {name}: {good[kind, name]} of {tried[kind, name]}")
        print(f"{good.total()} of {points} ended as if nothing had happened.")
        return 0 if good.total() == points else 1

    def _point_of(self, number: int) -> tuple[str, str]:
        """What the point of that number, from 1, disturbs and how. Each round has each pair once."""
        pairs = list(product(self.kinds, self.disturbances))
        turn, place = divmod(number - 1, len(pairs))
        random.Random(f"{self.seed} round {turn}").shuffle(pairs)
        self.rng = random.Random(f"{self.seed} point {number}")
        return pairs[place]

    def _measured(self, kind: str) -> Measure:
        started = time.monotonic()
        job = patiently(lambda: self.works.start(kind))
        self._wait_for_end(job)
        seconds = time.monotonic() - started
        left = patiently(lambda: self.works.left_by(kind, job))
        print(f"     {kind:8} undisturbed: {seconds:.1f} s, {self.works.message(job)}", flush=True)
        return Measure(seconds, left)

    def _point(self, kind: str, name: str) -> str:
        """What differs; empty when nothing does."""
        if kind == "predict" and not self.works.has_unpredicted():
            self._measured("import")
        measure = self.measures[kind]
        job, when = patiently(lambda: self.works.start(kind)), self.rng.uniform(0, measure.seconds)
        time.sleep(when)
        if patiently(lambda: self.works.is_finished(job)):  # nothing was left to disturb
            measure.seconds = max(when, 0.1)
            return self._point(kind, name)
        self.disturbances[name](job)
        print(f"     {kind} {job}: after {when:.1f} of {measure.seconds:.1f} s", flush=True)
        if not self._wait_for_end(job):
            return f"not ended after {PATIENCE:.0f} s: {self.works.message(job)}"
        left = patiently(lambda: self.works.left_by(kind, job))
        return "" if left == measure.left else self.works.difference(measure.left, left)

    def _wait_for_end(self, job: int) -> bool:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if patiently(lambda: self.works.is_finished(job)):
                return True
            self.site.look_after()
            time.sleep(0.2)
        return False

    # --- Disturbances -------------------------------------------------------------------------------------------------

    def _kill_worker(self, job: int) -> None:
        if pid := self._worker(job):
            os.kill(pid, signal.SIGKILL)

    def _stop_worker(self, job: int) -> None:
        """Until the job has another number, or has ended, and some more."""
        if not (pid := self._worker(job)):
            return
        attempt = patiently(lambda: self.works.attempt(job))
        os.kill(pid, signal.SIGSTOP)
        deadline = time.monotonic() + 60
        while patiently(lambda: self.works.attempt(job)) == attempt and time.monotonic() < deadline:
            if patiently(lambda: self.works.is_finished(job)):
                break
            time.sleep(0.2)
        time.sleep(self.rng.uniform(0, 3))
        os.kill(pid, signal.SIGCONT)

    def _stop_worker_briefly(self, job: int) -> None:
        if pid := self._worker(job):
            os.kill(pid, signal.SIGSTOP)
            time.sleep(self.rng.uniform(*SHORT_STOP))
            os.kill(pid, signal.SIGCONT)

    def _worker(self, job: int) -> int | None:
        deadline = time.monotonic() + 30
        while not patiently(lambda: self.works.is_finished(job)) and time.monotonic() < deadline:
            if pid := patiently(lambda: self.site.worker_of(job)):
                return pid
            time.sleep(0.05)
        return None

    def _kill_server(self, file: str, how: signal.Signals) -> None:
        os.kill(self.site.pid_of_server(file), how)


def patiently(ask: Callable):
    """The answer of `ask`, also when the database is away for a while."""
    from django.db import connection

    from annotations.jobs.transient import DATABASE_ERRORS

    deadline = time.monotonic() + 60
    while True:
        try:
            return ask()
        except DATABASE_ERRORS:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(main())
