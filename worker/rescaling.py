"""After a pixel's size was corrected: lengths in mm, areas in mm², and the traits that are taken from marks follow."""

from django.db import connection

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.marks.values import follow_marks
from annotations.measurements import jobs
from annotations.measurements.actions import ensure_number_columns
from annotations.measurements.queries import held_pixel_sizes
from annotations.projects.models import Project
from annotations.samples.columns import update_numbers
from annotations.samples.models import FreeColumn
from classifier.contract.measurements import COLUMNS, PREFIX

CHUNK = 2000  # objects a transaction
MARKED_CHUNK = 200
SCALED = [(column, column.scaled_name) for column in COLUMNS if column.scaled_name]
MEASURED = """
SELECT o.id, f."values" FROM samples_object o
JOIN samples_objectfields f ON f.object_id = o.id
WHERE o.acquisition_id = ANY(%s) AND o.id > %s ORDER BY o.id LIMIT %s
"""
MARKED = """
SELECT m.object_id, array_agg(DISTINCT m.author_id) FROM marks_mark m JOIN samples_object o ON o.id = m.object_id
WHERE o.acquisition_id = ANY(%s) AND m.removed IS NULL AND m.author_id IS NOT NULL AND m.object_id > %s
GROUP BY m.object_id ORDER BY m.object_id LIMIT %s
"""
LABELS = "SELECT DISTINCT l.key FROM marks_mark m JOIN marks_marklabel l ON l.id = m.label_id WHERE m.project_id = %s"


@jobs.rescale.work
def rescale(job: Job, progress: Progress) -> dict:
    """The work of a rescaling job, in the order of ids; taken up again, it goes on after the last chunk."""
    assert job.project is not None
    measured = _rescale_measurements(job, progress, job.project)
    followed = _follow_marks(job, progress, job.project)
    return {
        "project": job.project.pk,
        "measured": measured,
        "marked": followed,
        "message": f"Measures of {measured:,} objects and marks of {followed:,} follow the new size of a pixel.",
    }


def _rescale_measurements(job: Job, progress: Progress, project: Project) -> int:
    """Works the columns in mm out from those in pixels. Returns of how many objects."""
    places = _places_in_pixels(project)
    if not places:
        return 0
    with progress.fenced():
        positions = ensure_number_columns(project=project, names=[PREFIX + scaled for _, scaled in SCALED])
    done = job.checkpoint.get("measured", 0)
    while rows := _rows(MEASURED, job.params["acquisitions"], job.checkpoint.get("last_measured", 0), CHUNK):
        done += len(rows)
        with progress.fenced():
            sizes = held_pixel_sizes(
                [pk for pk, _ in rows]
            )  # a later correction has a job of its own, after this
            scaled = [(pk, _in_millimetres(values, places, sizes.get(pk))) for pk, values in rows]
            update_numbers(project=project, positions=positions, rows=scaled)
            progress.checkpoint(last_measured=rows[-1][0], measured=done)
        progress.update(done, 0, f"Measures of {done:,} objects follow")
    return done


def _places_in_pixels(project: Project) -> list[int]:
    """Where in an object's numbers the columns in pixels stand, in the order of `SCALED`; none before a measurement."""
    names = [PREFIX + column.name for column, _ in SCALED]
    columns = FreeColumn.objects.filter(project=project, level=FreeColumn.Level.OBJECT, name__in=names)
    positions = {column.name: column.position for column in columns if column.position is not None}
    return [positions[name] for name in names] if len(positions) == len(names) else []


def _in_millimetres(values: list[float | None], places: list[int], um: float | None) -> list[float | None]:
    numbers: list[float | None] = []
    for (column, _), place in zip(SCALED, places, strict=True):
        pixels = values[place] if place < len(values) else None
        power = 2 if column.unit == "px²" else 1
        numbers.append(None if pixels is None or um is None else pixels * (um / 1000) ** power)
    return numbers


def _follow_marks(job: Job, progress: Progress, project: Project) -> int:
    """Traits that are taken from marks, in µm: said anew by who drew them. Returns of how many objects."""
    with connection.cursor() as cursor:
        cursor.execute(LABELS, [project.pk])
        labels = {key for (key,) in cursor.fetchall()}
    done = job.checkpoint.get("marked", 0)
    while rows := _rows(
        MARKED, job.params["acquisitions"], job.checkpoint.get("last_marked", 0), MARKED_CHUNK
    ):
        people = User.objects.in_bulk({author for _, authors in rows for author in authors})
        done += len(rows)
        with progress.fenced():
            for pk, authors in rows:
                for author in authors:
                    follow_marks(project=project, user=people[author], object_id=pk, labels=labels)
            progress.checkpoint(last_marked=rows[-1][0], marked=done)
        progress.update(done, 0, f"Marks of {done:,} objects follow")
    return done


def _rows(sql: str, acquisitions: list[int], after: int, most: int) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [acquisitions, after, most])
        return cursor.fetchall()
