"""Marks against a known truth: how far lines along the prosome of drawn copepods are from its true length."""

import csv
import io
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator

from django.core.management.base import OutputWrapper

from annotations.accounts.models import User
from annotations.demo.package import PIXEL_UM, PROSOME
from annotations.jobs.foreground import run_here
from annotations.marks.actions import adopt_starter_set
from annotations.marks.exporting import write_marks
from annotations.marks.imports import import_marks
from annotations.marks.models import Mark, MarkLabel
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn, ObjectFields
from benchmarks.timing import Figures, p95

LENGTH, *ENDS = [f"trait_{name}" for name in PROSOME]


def marks(figures: Figures, project: Project, user: User) -> None:
    """Lines at the true ends, and at the nearest whole pixels as the keys set them. Leaves no mark behind."""
    adopt_starter_set(project=project)
    lengths = list(prosomes(project))
    try:
        for words, place in (("at their true ends", float), ("at whole pixels", round)):
            errors = mismeasured(project, user, lengths, place)
            figures.add(f"prosomes {words}: error of the length, mean", statistics.mean(errors), "px")
            figures.add(f"prosomes {words}: error of the length, p95", p95(errors), "px")
            figures.add(f"prosomes {words}: error of the length, worst", max(errors), "px")
        _files(figures, project, user)
    finally:
        Mark.objects.filter(project=project).delete()
        MarkLabel.objects.filter(project=project).delete()


def prosomes(project: Project) -> Iterator[tuple[str, float, list[float]]]:
    """(original id, true length in pixels, x and y of both ends) of each copepod that was drawn."""
    columns = FreeColumn.objects.filter(project=project, level="object", name__in=[LENGTH, *ENDS])
    positions = {column.name: column.position for column in columns if column.position is not None}
    rows = ObjectFields.objects.filter(project=project).values_list("original_id", "values")
    for name, values in rows.order_by("object"):
        length, *ends = (values[positions[column]] for column in (LENGTH, *ENDS))
        if length is not None:
            yield name, length / PIXEL_UM, [end for end in ends if end is not None]


def mismeasured(
    project: Project,
    user: User,
    lengths: list[tuple[str, float, list[float]]],
    place: Callable[[float], float],
) -> list[float]:
    """Draws a line along each prosome, its coordinates as `place` sets them, and returns how wrong each length is."""
    Mark.objects.filter(project=project).delete()
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["object", "label", "kind", "geometry"])
    for name, _, (x1, y1, x2, y2) in lengths:
        points = [[place(x1), place(y1)], [place(x2), place(y2)]]
        writer.writerow([name, "prosome", "polyline", json.dumps({"points": points})])
    _bring(project, user, table.getvalue().encode())
    measured = Mark.objects.filter(project=project).values_list("object__wide__original_id", "length")
    truth = {name: length for name, length, _ in lengths}
    return [abs(length - truth[name]) for name, length in measured if length is not None]


def _files(figures: Figures, project: Project, user: User) -> None:
    count = Mark.objects.filter(project=project).count()
    for format in ("coco", "csv"):
        started = time.perf_counter()
        content = "".join(write_marks(project, format)).encode()
        figures.add(f"marks exported, {format}", count / (time.perf_counter() - started), "marks/s")
        Mark.objects.filter(project=project).delete()
        started = time.perf_counter()
        _bring(project, user, content)
        figures.add(f"marks imported, {format}", count / (time.perf_counter() - started), "marks/s")


def _bring(project: Project, user: User, content: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        params = {"path": file.name, "name": "marks", "dry_run": False}
        nowhere = OutputWrapper(io.StringIO())
        run_here(import_marks, nowhere, kind="import_marks", project=project, params=params, owner=user)
