"""Starting the measurement of a project, and writing what was measured into its free columns."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobError, JobUnderWay
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn

OUR_COLUMNS = "region_"  # what their names begin with

# position n of the array is place n + 1 for PostgreSQL; an array may be shorter than the project has columns
KEEP = """
UPDATE samples_objectfields f SET "values" = ARRAY(
    SELECT CASE WHEN p.nth IS NULL THEN f."values"[n] ELSE m.numbers[p.nth] END
    FROM generate_series(1, greatest(cardinality(f."values"), %(longest)s)) n
    LEFT JOIN unnest(%(places)s::int[]) WITH ORDINALITY p (place, nth) ON p.place = n
    ORDER BY n)
FROM measured m WHERE f.object_id = m.object_id
"""

# keys of columns that people sort by: triggers make those of new objects only
KEEP_KEYS = """
INSERT INTO samples_numberkey (column_id, object_id, value)
SELECT c.id, f.object_id, f."values"[c.position + 1]
FROM samples_freecolumn c CROSS JOIN measured m JOIN samples_objectfields f ON f.object_id = m.object_id
WHERE c.project_id = %(project)s AND c.keeps_keys AND c.position + 1 = ANY(%(places)s::int[])
ON CONFLICT (column_id, object_id) DO UPDATE SET value = EXCLUDED.value
"""


def start_measuring(*, project: Project, user: User | None, anew: bool = False) -> Job:
    """Starts the job that measures what has no measurements yet, or everything `anew`.

    One that is on its way is given back instead: two would do the same work twice.
    """
    return start_job(kind="measure", owner=user, project=project, params={"anew": anew})


def measure_what_is_new(*, project: Project, user: User | None) -> None:
    """Starts the job as a consequence of other work, which must not fail where one is just being cancelled."""
    with suppress(JobUnderWay):
        start_measuring(project=project, user=user)


@transaction.atomic
def ensure_number_columns(*, project: Project, names: list[str]) -> list[int]:
    """Positions of the project's free columns of these names; makes those that are missing."""
    Project.objects.select_for_update().get(pk=project.pk)  # an import must not give out the same position
    known = {c.name: c for c in FreeColumn.objects.filter(project=project, level=FreeColumn.Level.OBJECT)}
    texts = [name for name in names if name in known and known[name].position is None]
    if texts:
        raise JobError(
            f"The project knows {', '.join(texts)} as text, but measurements are numbers. "
            "Rename these columns in the package that brought them, and import it into a new project."
        )
    last = FreeColumn.objects.filter(project=project, position__isnull=False).order_by("position").last()
    next_position = 0 if last is None or last.position is None else last.position + 1
    missing = [name for name in names if name not in known]
    FreeColumn.objects.bulk_create(
        FreeColumn(
            project=project, level=FreeColumn.Level.OBJECT, name=name, is_number=True, position=position
        )
        for position, name in enumerate(missing, next_position)
    )
    made = FreeColumn.objects.filter(project=project, level=FreeColumn.Level.OBJECT, name__in=names)
    positions = {column.name: column.position for column in made if column.position is not None}
    return [positions[name] for name in names]


@transaction.atomic
def keep_measurements(
    *, project: Project, positions: list[int], rows: Iterable[tuple[int, list[float | None]]]
) -> None:
    """Writes (object id, numbers), the numbers in the order of `positions`. Safe to do twice."""
    places = [position + 1 for position in positions]
    given: dict[str, Any] = {"places": places, "longest": max(places), "project": project.pk}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE measured (object_id bigint, numbers float8[])")
        with cursor.copy("COPY measured (object_id, numbers) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(KEEP, given)
        cursor.execute(KEEP_KEYS, given)
        cursor.execute("DROP TABLE measured")


def forget_measurements(*, project: Project, object_ids: list[int]) -> None:
    """Empties what Seston measured on these objects: their pictures are others now."""
    columns = FreeColumn.objects.filter(
        project=project, level=FreeColumn.Level.OBJECT, name__startswith=OUR_COLUMNS, position__isnull=False
    )
    positions = [column.position for column in columns if column.position is not None]
    if positions and object_ids:
        nothing: list[float | None] = [None] * len(positions)
        rows = [(object_id, nothing) for object_id in sorted(set(object_ids))]
        keep_measurements(project=project, positions=positions, rows=rows)
