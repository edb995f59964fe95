"""How fast rows leave, without pictures, and what memory that takes: beside a plain COPY of the same rows."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from annotations.common.snapshot import snapshot
from annotations.exports.registry import format_named
from annotations.exports.request import ExportRequest, ImageChoice
from annotations.projects.models import Project
from annotations.samples.models import Object
from benchmarks.timing import Figures, timed

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
    figures.add(f"plain COPY, {size}", 1000 * rows / timed(lambda: _copy(project)), "rows/s")
    for name in FORMATS:
        milliseconds, grown = _with_memory(lambda name=name: _export(project, name))
        figures.add(f"export as {name} without pictures, {size}", 1000 * rows / milliseconds, "rows/s")
        figures.add(f"export as {name}, memory that it took", grown, "MB")


def _copy(project: Project) -> None:
    with connection.cursor() as cursor, cursor.copy(PLAIN, [project.pk]) as copy:
        for _ in copy:
            pass


def _export(project: Project, name: str) -> None:
    chosen = format_named(name)
    request = ExportRequest(project, images=ImageChoice.NONE, options=chosen.read_options({}))
    with tempfile.TemporaryDirectory() as folder, snapshot():
        chosen.write(Path(folder) / "out.zip", request, lambda written: None)


def _with_memory(work: Callable[[], object]) -> tuple[float, float]:
    """How long it took, milliseconds; and how much more memory this process had at its highest than before, MB."""
    Path("/proc/self/clear_refs").write_text("5")  # the highest is from now on
    before = _status("VmRSS")
    milliseconds = timed(work)
    return milliseconds, (_status("VmHWM") - before) / 1024


def _status(name: str) -> int:
    """Of this process, kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
