"""Works that `benchmarks.side_by_side` asks for by name, done by the checkout that is on the path. That may be an older
one: nothing is used here that came later.

Prints the names as a JSON list when its project stands; then each name that it reads is done some times, and answered
by a JSON list of milliseconds: the least and the median on the clock, then of a core by this process and by its server
process of PostgreSQL, on average.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import django

if TYPE_CHECKING:
    from django.test import Client

    from annotations.projects.models import Project

DRAWN = 1000  # objects of the package
PAGES, CALLS = 10, {50: 5, 500: 4, 10_000: 1}  # how often in a turn; of labels by their number in a call
Work = Callable[[], object]


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what commands print is no answer
    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        works = Works(Path(folder), int(os.environ["SIDE_BY_SIDE_OBJECTS"])).by_name()
        for work, _ in works.values():
            work()  # warms up
        print(json.dumps(list(works)), file=answers, flush=True)
        for line in sys.stdin:
            print(json.dumps(measured(*works[line.strip()])), file=answers, flush=True)


def measured(work: Work, times: int) -> list[float]:
    clock = []
    python, database = python_cpu(), database_cpu()
    for _ in range(times):
        started = time.perf_counter()
        work()
        clock.append(time.perf_counter() - started)
    python, database = python_cpu() - python, database_cpu() - database
    seconds = [min(clock), statistics.median(clock), python / times, database / times]
    return [1000 * each for each in seconds]


class Works:
    """A project of so many drawn objects, and what is done in it. Django's models are imported when it is set up."""

    def __init__(self, folder: Path, size: int):
        from django.core.management import call_command
        from django.db import connection

        from annotations.accounts.models import User
        from annotations.demo.growing import grow
        from annotations.demo.package import write_package
        from annotations.taxonomy.models import Taxon
        from benchmarks.measure import index_free_column

        call_command("migrate", verbosity=0)
        self.folder, self.package = folder, folder / "drawn.zip"
        write_package(self.package, DRAWN)
        self.user, _ = User.objects.get_or_create(username="bench", defaults={"is_active": True})
        self.project = self.import_anew()
        grow(self.project, size)
        index_free_column(self.project)
        self.taxa = list(Taxon.objects.order_by("-id")[:2])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def by_name(self) -> dict[str, tuple[Work, int]]:
        """Each with how often it is done in a turn."""
        works: dict[str, tuple[Work, int]] = {name: (work, PAGES) for name, work in self.pages()}
        works |= {f"{count:,} labels": (partial(self.label, count), times) for count, times in CALLS.items()}
        return works | {"export": (self.export, 1), f"import of {DRAWN:,}": (self.import_anew, 1)}

    def pages(self) -> Iterator[tuple[str, Work]]:
        from django.test import Client

        from benchmarks.measure import QUERIES

        client = Client()
        client.force_login(self.user)
        bench, api = f"/projects/{self.project.pk}/", f"/api/v1/projects/{self.project.pk}/"
        for name, query in QUERIES.items():
            yield (
                f"page: {name}",
                partial(fetch, client, f"{api}objects/?{query.format(**self.filtered_by())}"),
            )
        for name, address in {
            "counts": f"{api}counts/",
            "progress": f"{api}progress/",
            "bench": bench,
        }.items():
            yield name, partial(fetch, client, address)

    def filtered_by(self) -> dict[str, object]:
        """What is put into the queries of benchmarks/measure.py."""
        from annotations.samples.models import Object
        from benchmarks import measure

        some = Object.objects.filter(project=self.project, taxon__isnull=False).latest("id")
        return {
            "taxon": some.taxon_id,
            "parent": some.taxon.path[0],
            "rare": measure._rarest(self.project),
            "sample": some.sample_id,
            "acquisition": some.acquisition_id,
            "instrument": quote(some.acquisition.instrument),
            "annotator": self.user.pk,
        }

    def label(self, count: int) -> None:
        """The first so many, each time as the other of two taxa."""
        from annotations.labels.actions import Target, label_objects
        from annotations.samples.models import Object

        rows = Object.objects.filter(project=self.project).order_by("id").values_list("id", "version")[:count]
        targets = [Target(*row) for row in rows]
        self.taxa.reverse()
        label_objects(project=self.project, user=self.user, targets=targets, taxon=self.taxa[0])

    def export(self) -> None:
        path = str(self.folder / "out.zip")
        self.call("export", path, project=self.project.title, no_images=True)

    def import_anew(self) -> "Project":
        """Into a project of its own."""
        from annotations.projects.actions import create_project

        project = create_project(title=f"Side by side {time.time_ns()}", owner=self.user)
        self.call("import_ecotaxa", str(self.package), project=project.title, user="bench", create_taxa=True)
        return project

    def call(self, *arguments: str, **options: object) -> None:
        from django.core.management import call_command

        with StringIO() as log:
            call_command(*arguments, **options, stdout=log)


def fetch(client: "Client", address: str) -> None:
    response = client.get(address, HTTP_HOST="localhost")
    if response.status_code != 200:
        raise RuntimeError(f"{address} answers {response.status_code}: {response.content[:200]!r}")


def python_cpu() -> float:
    """Seconds of a core that this process and its copies that have ended have had."""
    return sum(os.times()[:4])


def database_cpu() -> float:
    from django.db import connection

    connection.ensure_connection()
    stat = Path("/proc", str(connection.connection.info.backend_pid), "stat").read_text()
    return sum(map(int, stat.rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
