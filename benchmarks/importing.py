"""How fast packages come in, what time of a core that takes, and what memory: beside a plain COPY of the same rows and
a plain copy of the same pictures.

`python manage.py bench --only imports --objects 100000` measures small pictures, `--only tables --objects 5000000`
lines without any, `--only checks` their check alone.
"""

import tempfile
import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from annotations.accounts.models import User
from annotations.projects.models import Project
from benchmarks.process_memory import peak_of_processes
from benchmarks.small_packages import SmallPackage
from benchmarks.timing import CoreTime, Figures

ROWS = {
    "samples_object": "SELECT * FROM samples_object WHERE project_id = %s",
    "samples_objectfields": "SELECT * FROM samples_objectfields WHERE project_id = %s",
    "samples_image": "SELECT i.* FROM samples_image i JOIN samples_object o ON o.id = object_id WHERE project_id = %s",
}


def imports(figures: Figures, project: Project, user: User, objects: int, pictures: bool = True) -> None:
    """Looks at a package, adds it, and updates every other object by packages without pictures."""
    allowed = {"without_pictures": "allowed"}
    with tempfile.TemporaryDirectory() as folder:
        package = SmallPackage(objects, pictures).write(Path(folder, "small.zip"))
        values = SmallPackage(objects, pictures=False, values=1).write(Path(folder, "values.zip"))
        labels = SmallPackage(objects, pictures=False, values=1, labels=1).write(Path(folder, "labels.zip"))
        measure = _Measurement(figures, project, user, objects)
        measure.importing("dry run", package, **allowed, dry_run=True)
        measure.importing("import", package, **allowed, create_taxa=True)
        measure.importing("update of values", values, mode="update")
        measure.importing("update with labels", labels, mode="update", annotations=True, file_wins=True)
        measure.plain_copies(package)


def checks(figures: Figures, project: Project, user: User, objects: int) -> None:
    """Looks at tables without pictures, and writes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        package = SmallPackage(objects, pictures=False).write(Path(folder, "small.zip"))
        measure = _Measurement(figures, project, user, objects)
        measure.importing("dry run", package, without_pictures="allowed", dry_run=True)


class _Measurement:
    def __init__(self, figures: Figures, project: Project, user: User, objects: int):
        self.figures, self.project, self.user, self.objects = figures, project, user, objects

    def importing(self, name: str, path: Path, **options: object) -> None:
        call = {"project": self.project.title, "user": self.user.username, **options}
        with StringIO() as log:
            peak = peak_of_processes(lambda: self._figures(name, lambda: _import(path, log, call)))
        title = f"{name} of {self.objects:,}, memory at its highest with its copies"
        self.figures.add(title, peak, "MB")

    def plain_copies(self, package: Path) -> None:
        """The same bytes, written without any question."""
        copied = {table: _copied(sql, self.project) for table, sql in ROWS.items()}
        self._figures("plain COPY of the rows", lambda: [_copy_in(*copy) for copy in copied.items()])
        self._figures("plain copy of the pictures", lambda: _copy_files(package))

    def _figures(self, name: str, work: Callable[[], object]) -> None:
        spent = CoreTime.of(work)
        title = f"{name} of {self.objects:,}"
        self.figures.add(title, self.objects / spent.wall, "objects/s")
        self.figures.add(f"{title}, time of a core", 1000 * spent.both / self.objects, "ms/object")
        self.figures.add(f"{title}, PostgreSQL's part", 1000 * spent.database / self.objects, "ms/object")


def _import(path: Path, log: StringIO, options: dict[str, object]) -> None:
    call_command("import_package", str(path), stdout=log, **options)


def _copied(sql: str, project: Project) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT", [project.pk]) as copy:
        return b"".join(copy)


def _copy_in(table: str, content: bytes) -> None:
    """Into a table of the same columns without an index."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied AS SELECT * FROM {table} WHERE FALSE")
        with cursor.copy("COPY copied FROM STDIN") as copy:
            copy.write(content)
        cursor.execute("DROP TABLE copied")


def _copy_files(package: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(package) as archive:
        for number, entry in enumerate(archive.infolist()):
            target = Path(folder, str(number % 256))
            target.mkdir(exist_ok=True)
            (target / str(number)).write_bytes(archive.read(entry))
