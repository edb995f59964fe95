"""Predictions at scale: written, logged and tallied against a bare COPY of the same bytes; memory, and the pages.

PYTHONPATH=platform:. SESTON_HOME=/tmp/scale python -m benchmarks.predicting --objects 1000000

The worker makes room for the person who pages; SESTON_PREDICTION_REST=0 measures it without.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import ROUNDS, Figures, p95, timed

if TYPE_CHECKING:
    from annotations.accounts.models import User
    from annotations.jobs.models import Job
    from annotations.projects.models import Project

NAME, TAXA, DRAWN, PAUSE = "Benchmark of predictions (to be deleted)", 50, 200, 0.5
ADDRESS = "/api/v1/projects/{project}/objects/?order=-score"

WRITTEN = {
    "samples_object": "SELECT * FROM samples_object WHERE project_id = {project}",
    "labels_change": "SELECT * FROM labels_change WHERE batch_id = {batch}",
    "learning_prediction": "SELECT * FROM learning_prediction WHERE batch_id = {batch}",
    "similarity_embedding": "SELECT * FROM similarity_embedding WHERE project_id = {project}",
}


@dataclass
class Run:
    """Of a job: the seconds it took, and [(objects, bytes of memory)] of each worker."""

    seconds: float
    memory: list[list[tuple[int, int]]]


def written(figures: Figures, user: "User", objects: int) -> None:
    """One worker with a model that needs no time; meanwhile a person pages through the project."""
    with project_of(objects, user) as (project, model):
        page = _page(project, user)
        at_rest = _paced(page)
        job = new_job(project, model)
        process = start_worker(job, "--instant")
        busy: list[float] = []
        while process.poll() is None:
            busy.append(timed(page))
            time.sleep(PAUSE)
        run = finished(job, [process])
        at_rest += _paced(page)
        bare, size = bare_copy(project, job)
        what = f"{objects:,} predictions"
        figures.add(f"{what}, written, logged and tallied", objects / run.seconds, "objects/s")
        figures.add(f"{what}, a bare COPY of the same {size / 1e6:,.0f} MB", objects / bare, "objects/s")
        figures.add(f"{what}, written against the bare COPY", bare / run.seconds, "ratio")
        for when, durations in (("at rest", at_rest), ("meanwhile", busy)):
            figures.add(f"{what}, a page of 200 {when}, p50", statistics.median(durations), "ms")
            figures.add(f"{what}, a page of 200 {when}, p95", p95(durations), "ms")
        figures.add(f"{what}, a page meanwhile against one at rest, p95", p95(busy) / p95(at_rest), "ratio")
        (looks,) = run.memory
        figures.add(f"{what}, memory after {looks[0][0]:,}", looks[0][1] / 2**20, "MiB")
        figures.add(f"{what}, memory at the end", looks[-1][1] / 2**20, "MiB")


def shared(figures: Figures, user: "User", objects: int) -> None:
    """Pictures, a real network and a thread a worker: one worker, then two on a job of its own."""
    rates = {}
    for workers in (1, 2):
        with project_of(objects, user, is_instant=False) as (project, model):
            job = new_job(project, model)
            options: list[list[str]] = [[], *[["--helps"]] * (workers - 1)]
            processes = [start_worker(job, *more, SESTON_PREDICTION_THREADS="1") for more in options]
            finished(job, processes)
            rates[workers] = job.result["pace"]["rate"]
            figures.add(f"prediction of {objects:,} by {workers}, a thread each", rates[workers], "objects/s")
    figures.add("two workers against one", rates[2] / rates[1], "ratio")


def new_job(project: "Project", model: int) -> "Job":
    from annotations.jobs.models import Job

    params = {"model": model, "filter": {}, "precision": None}
    return Job.objects.create(kind="predict", queue="gpu", project=project, params=params)


def start_worker(job: "Job", *options: str, **environment: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "benchmarks.prediction_worker", str(job.pk), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | environment)


def finished(job: "Job", workers: list[subprocess.Popen]) -> Run:
    """Waits for them. Raises RuntimeError where the job didn't get done."""
    looks = []
    for worker in workers:
        lines, _ = worker.communicate()
        looks.append([(int(a), int(b)) for a, b in (line.split() for line in lines.splitlines())])
    job.refresh_from_db()
    if job.state != "done" or job.started is None or job.finished is None:
        raise RuntimeError(f"{job.title} is {job.state}: {job.message}")
    return Run((job.finished - job.started).total_seconds(), looks)


def _page(project: "Project", user: "User") -> Callable[[], None]:
    """What asks for the first page, most certain first: the order that predictions change."""
    from django.test import Client

    client = Client()
    client.force_login(user)

    def ask() -> None:
        assert client.get(ADDRESS.format(project=project.pk)).status_code == 200

    return ask


def _paced(page: Callable[[], None]) -> list[float]:
    """Milliseconds, at the pace of those that are asked for meanwhile: one right after another finds all warm."""
    durations = []
    for _ in range(ROUNDS):
        durations.append(timed(page))
        time.sleep(PAUSE)
    return durations[1:]


def bare_copy(project: "Project", job: "Job") -> tuple[float, int]:
    """Seconds for a COPY of the rows that the job left into tables without index, key or trigger, and their bytes."""
    seconds, size = 0.0, 0
    for table, query in WRITTEN.items():
        select = query.format(project=project.pk, batch=job.checkpoint["batch"])
        with tempfile.NamedTemporaryFile() as file:
            _copy_out(select, Path(file.name))
            size += Path(file.name).stat().st_size
            seconds += _copy_in(table, Path(file.name))
    return seconds, size


def _copy_out(select: str, path: Path) -> None:
    from django.db import connection

    with (
        connection.cursor() as cursor,
        path.open("wb") as file,
        cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT BINARY)") as copy,
    ):
        for block in copy:
            file.write(block)


def _copy_in(table: str, path: Path) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_copy AS SELECT * FROM {table} WITH NO DATA")
        started = time.perf_counter()
        with path.open("rb") as file, cursor.copy("COPY bench_copy FROM STDIN (FORMAT BINARY)") as copy:
            while block := file.read(2**20):
                copy.write(block)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_copy")
    return seconds


@contextmanager
def project_of(objects: int, user: "User", is_instant: bool = True) -> Iterator[tuple["Project", int]]:
    """A project of drawn plankton that nobody has settled, and the number of a model of its own."""
    from django.core.management import call_command

    from annotations.demo.growing import grow
    from annotations.demo.package import write_package
    from annotations.learning.files import model_folder
    from annotations.learning.models import Model
    from annotations.projects.actions import create_project
    from annotations.similarity.actions import space_of
    from annotations.taxonomy.models import Taxon
    from benchmarks.forward import write_model
    from benchmarks.refitting import remove_project
    from classifier.models.network import EMBEDDING

    project = create_project(title=NAME, owner=user)
    taxa = [Taxon.objects.create(name=f"Predicted {n}", display_name=f"Predicted {n}") for n in range(TAXA)]
    model = Model.objects.create(name=NAME, is_ready=True, classes=[taxon.pk for taxon in taxa])
    model.projects.add(project)
    if not is_instant:
        write_model(model_folder(model), [str(taxon) for taxon in model.classes])
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        write_package(Path(folder) / "drawn.zip", min(DRAWN, objects), settled=0)
        options = {"project": NAME, "user": user.username, "create_taxa": True, "stdout": log}
        call_command("import_ecotaxa", str(Path(folder) / "drawn.zip"), **options)
    grow(project, objects)
    try:
        yield project, model.pk
    finally:
        remove_project(project, space_of(model, EMBEDDING), taxa)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--objects", type=int, default=100_000, help="that are predicted (100000)")
    parser.add_argument("--shared", action="store_true", help="two workers against one, with a network")
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seston.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from annotations.accounts.models import User

    call_command("migrate", verbosity=0)
    user, _ = User.objects.get_or_create(username="bench", defaults={"is_active": True})
    measure = shared if chosen.shared else written
    measure(Figures(), user, chosen.objects)


if __name__ == "__main__":
    main()
