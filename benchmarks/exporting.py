"""How fast rows leave, without pictures, and what memory that takes: beside a plain COPY of the same rows."""

import tempfile
from pathlib import Path

from django.db import connection

from annotations.common.snapshot import snapshot
from annotations.exports.registry import format_named
from annotations.exports.request import ExportRequest, ImageChoice
from annotations.projects.models import Project
from annotations.samples.models import Object
from benchmarks.timing import CoreTime, Figures, with_memory

FORMATS = ("ecotaxa", "csv", "parquet")
PLAIN = """
COPY (
    SELECT o.*, w.original_id, w."values", w.texts FROM samples_object o
    JOIN samples_objectfields w ON w.object_id = o.id WHERE o.project_id = %s ORDER BY o.id
) TO STDOUT
"""


def exports(figures: Figures, project: Project) -> None:
    """All columns of all objects, read, written and zipped."""
    rows = Object.objects.filter(project=project).count()
    size = f"{rows:,} rows"
    plain = CoreTime.of(lambda: _copy(project))
    figures.add(f"plain COPY, {size}", rows / plain.wall, "rows/s")
    figures.add(f"plain COPY, {size}, time of a core", 1e6 * plain.both / rows, "µs/row")
    for name in FORMATS:
        grown = with_memory(lambda name=name: _figures(figures, project, name, rows))
        figures.add(f"export as {name}, memory that it took", grown, "MB")


def _figures(figures: Figures, project: Project, name: str, rows: int) -> None:
    spent = CoreTime.of(lambda: _export(project, name))
    title = f"export as {name} without pictures, {rows:,} rows"
    figures.add(title, rows / spent.wall, "rows/s")
    figures.add(f"{title}, time of a core", 1e6 * spent.both / rows, "µs/row")
    figures.add(f"{title}, PostgreSQL's part", 1e6 * spent.database / rows, "µs/row")


def _copy(project: Project) -> None:
    with connection.cursor() as cursor, cursor.copy(PLAIN, [project.pk]) as copy:
        for _ in copy:
            pass


def _export(project: Project, name: str) -> None:
    chosen = format_named(name)
    request = ExportRequest(project, images=ImageChoice.NONE, options=chosen.read_options({}))
    with tempfile.TemporaryDirectory() as folder, snapshot():
        chosen.write(Path(folder) / "out.zip", request, lambda written: None)
