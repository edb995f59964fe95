"""An index on a free column, built when somebody sorts by it a second time."""

from django.db import connection, transaction
from django.db.models import F

from annotations.gallery.order import Order
from annotations.samples.models import FreeColumn

BUILD_LOCK = 7_351_003
SORTS_BEFORE_INDEX = 2


def note_sort(order: Order) -> None:
    """Counts a sort by a free column, and builds its index the second time."""
    column = order.column
    if column is None or column.is_indexed:
        return
    FreeColumn.objects.filter(pk=column.pk).update(sorted_times=F("sorted_times") + 1)
    if column.sorted_times + 1 >= SORTS_BEFORE_INDEX:
        build_index(order)


@transaction.atomic
def build_index(order: Order) -> None:
    """Builds the partial index of one column of one project; whoever finds it being built goes on without."""
    column = order.column
    assert column is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [BUILD_LOCK, column.pk % 2**31])
        if not cursor.fetchone()[0]:
            return
        key = order.key.replace("w.", "").replace("%%", "%")
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS field_{column.pk} ON samples_objectfields "
            f"(({key}), object_id) WHERE project_id = {column.project_id:d}"
        )
    FreeColumn.objects.filter(pk=column.pk).update(is_indexed=True)
