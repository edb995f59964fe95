"""Keys of a free column, so that pages sorted by it come from an index: made when it is sorted by a second time."""

from contextlib import suppress

from django.db import connection, transaction
from django.db.models import F

from annotations.common.statistics import refresh_statistics
from annotations.jobs.actions import start_job
from annotations.jobs.errors import JobUnderWay
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.tally import project_counts
from annotations.samples.models import FreeColumn, NumberKey, TextKey
from annotations.search import jobs
from annotations.search.order import Order

SORTS_BEFORE_KEYS = 2
CHUNK = 50_000  # objects

# the end of the chunk that begins after an object, and how many objects it has
CHUNK_END = """
SELECT max(id), count(*) FROM (
    SELECT id FROM samples_object WHERE project_id = %s AND id > %s ORDER BY id LIMIT %s
) chunk"""

# objects that came meanwhile have their keys already, from the trigger
NUMBERS = """
INSERT INTO samples_numberkey (column_id, object_id, value)
SELECT %s, object_id, "values"[%s] FROM samples_objectfields
WHERE project_id = %s AND object_id > %s AND object_id <= %s ORDER BY object_id ON CONFLICT DO NOTHING"""
TEXTS = """
INSERT INTO samples_textkey (column_id, object_id, value)
SELECT %s, object_id, left(texts ->> %s, 500) FROM samples_objectfields
WHERE project_id = %s AND object_id > %s AND object_id <= %s ORDER BY object_id ON CONFLICT DO NOTHING"""


def note_sort(order: Order) -> None:
    """Counts a sort by a free column; the second starts the job that makes its keys, unless one is on its way."""
    column = order.column
    if column is None or column.is_indexed:
        return
    # of two people who sort at once, one counts
    unchanged = FreeColumn.objects.filter(pk=column.pk, sorted_times=column.sorted_times)
    is_counted = unchanged.update(sorted_times=F("sorted_times") + 1)
    if is_counted and column.sorted_times + 1 >= SORTS_BEFORE_KEYS:
        with suppress(JobUnderWay):  # it is just being cancelled: that is nothing to whoever sorts
            start_job(kind="index_column", owner=None, project=column.project, params={"column": column.pk})


@jobs.index_column.work
def index_column(job: Job, progress: Progress) -> dict:
    """Makes the keys of `params.column`, a chunk a transaction; goes on where a dead worker stopped."""
    column = FreeColumn.objects.get(pk=job.params["column"])
    with progress.fenced():
        _keep_keys(column)
    total = sum(count for *_, count in project_counts(column.project_id))
    done, last = job.checkpoint.get("done", 0), job.checkpoint.get("last", 0)
    while True:
        with transaction.atomic():
            chunk = _add_chunk(column, last)
            if chunk is None:
                break
            last, count = chunk
            done += count
            progress.checkpoint(done=done, last=last)
        progress.update(done, total, f"{done:,} of {total:,} objects")
    refresh_statistics(NumberKey if column.is_number else TextKey)
    with progress.fenced():
        FreeColumn.objects.filter(pk=column.pk).update(is_indexed=True)
    return {"message": f"The gallery sorts by {column.name} from an index now."}


@transaction.atomic
def _keep_keys(column: FreeColumn) -> None:
    """From here on the trigger gives new objects their keys. The lock waits for imports that it did not reach."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE samples_objectfields IN SHARE MODE")
    FreeColumn.objects.filter(pk=column.pk).update(keeps_keys=True)


def _add_chunk(column: FreeColumn, last: int) -> tuple[int, int] | None:
    """Keys of the next objects after `last`; the last of them and their number, None at the end."""
    with connection.cursor() as cursor:
        cursor.execute(CHUNK_END, [column.project_id, last, CHUNK])
        end, count = cursor.fetchone()
        if not count:
            return None
        if column.position is not None:
            cursor.execute(NUMBERS, [column.pk, column.position + 1, column.project_id, last, end])
        else:
            cursor.execute(TEXTS, [column.pk, column.name, column.project_id, last, end])
    return end, count
