"""Starting the measurement of a project, and the free columns that hold what was measured."""

from contextlib import suppress

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobError, JobUnderWay
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.samples.columns import ColumnTypeConflict, ensure_columns, update_numbers
from annotations.samples.models import FreeColumn
from annotations.samples.rows import NewColumn
from classifier.contract.measurements import PREFIX


def start_measuring(*, project: Project, user: User | None, anew: bool = False) -> Job:
    """Starts the job that measures what has no measurements yet, or everything `anew`.

    One that is on its way is given back instead: two would do the same work twice.
    """
    return start_job(kind="measure", owner=user, project=project, params={"anew": anew})


def measure_what_is_new(*, project: Project, user: User | None) -> None:
    """Starts the job as a consequence of other work, which must not fail where one is just being cancelled."""
    with suppress(JobUnderWay):
        start_measuring(project=project, user=user)


def ensure_number_columns(*, project: Project, names: list[str]) -> list[int]:
    """Positions of the project's free columns of these names; makes those that are missing."""
    columns = [NewColumn(FreeColumn.Level.OBJECT, name, is_number=True) for name in names]
    try:
        positions = ensure_columns(project=project, columns=columns)
    except ColumnTypeConflict as conflict:
        raise JobError(
            f"The project knows {conflict} as text, but measurements are numbers. "
            "Rename these columns in the package that brought them, and import it into a new project."
        ) from conflict
    return [positions[name] for name in names]


def forget_measurements(*, project: Project, object_ids: list[int]) -> None:
    """Empties what Seston measured on these objects: their pictures are others now."""
    columns = FreeColumn.objects.filter(
        project=project, level=FreeColumn.Level.OBJECT, name__startswith=PREFIX, position__isnull=False
    )
    positions = [column.position for column in columns if column.position is not None]
    if positions and object_ids:
        nothing: list[float | None] = [None] * len(positions)
        rows = [(object_id, nothing) for object_id in sorted(set(object_ids))]
        update_numbers(project=project, positions=positions, rows=rows)
