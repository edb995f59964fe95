"""Multiplies a project's rows in the database, for measurements at a size that nobody wants to draw."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection

from annotations.projects.models import Project
from annotations.samples.multiplying import Tow, add_multiplied_sample

SAMPLE_SIZE = 20_000

SEEDS = 5000


def grow(project: Project, objects: int, on_progress: Callable[[int], None] = lambda done: None) -> int:
    """Adds copies of the project's first objects until it has `objects`; returns how many were added.

    Scores, places, dates and measurements vary; pictures are shared. Each sample gets at most 20,000 objects. Raises
    ValueError for a project without objects.
    """
    present = _count(project)
    if present == 0:
        raise ValueError("The project is empty: import something to multiply first.")
    first = present
    while first < objects:
        count = min(SAMPLE_SIZE, objects - first)
        add_multiplied_sample(
            project=project,
            first=first,
            count=count,
            seeds=min(present, SEEDS),
            tow=_tow(first // SAMPLE_SIZE),
        )
        first += count
        on_progress(first)
    _tidy()
    return max(0, objects - present)


def _tow(number: int) -> Tow:
    """As a cruise goes along."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number * 37 % 300, hours=number * 5 % 24)
    return Tow(36.0 + number * 7 % 40 / 5, 1.0 + number * 11 % 60 / 5, start)


def _count(project: Project) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM samples_object WHERE project_id = %s", [project.pk])
        return cursor.fetchone()[0]


def _tidy() -> None:
    """What autovacuum would do within minutes: fresh statistics, and pages known to be visible to all."""
    with connection.cursor() as cursor:
        for table in (
            "samples_object",
            "samples_objectfields",
            "samples_image",
            "labels_tally",
            "labels_settledtally",
        ):
            cursor.execute(f"VACUUM ANALYZE {table}")
