"""What predictions replaced: kept as long as they can be taken back, and then removed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from annotations.jobs.artefacts import undoable_until
from annotations.labels.models import Batch

AT_ONCE = 10_000  # rows a transaction


def why_too_late(last: datetime) -> str | None:
    """Why a prediction that was made, taken back or given again last at that moment stays as it is; None while it need
    not."""
    until = undoable_until(last)
    if until > timezone.now():
        return None
    return (
        f"A prediction can be undone for {settings.PREDICTION_UNDO_DAYS:g} days, this one until "
        f"{until:%Y-%m-%d %H:%M} UTC: what it replaced is not kept any longer."
    )


def remove_former_predictions() -> int:
    """Removes what nothing can bring back any more, some rows a transaction; returns how many. Called by beat."""
    removed = 0
    with connection.cursor() as cursor:
        cursor.execute(EXPIRED, [_oldest_kept()])
        expired = cursor.fetchall()
    for batch, root in expired:
        while rows := _remove_some(batch, root):
            removed += rows
    return removed


def _oldest_kept() -> datetime:
    return timezone.now() - timedelta(days=settings.PREDICTION_UNDO_DAYS)


@transaction.atomic
def _remove_some(batch: int, root: int) -> int:
    """Of a batch, whose chain begins with `root`; none where somebody has just taken it back, who holds that row."""
    first = Batch.objects.select_for_update().filter(pk=root).first()
    if (
        first
        and Batch.objects.filter(Q(pk=first.pk) | Q(pk=first.latest_id), created__gte=_oldest_kept()).exists()
    ):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(REMOVE_SOME, [batch, AT_ONCE])
        return cursor.rowcount


# the batches that have rows, each found by one look into the index; of a batch that is gone nothing can be taken back
EXPIRED = """
WITH RECURSIVE kept (batch) AS (
    SELECT min(batch_id) FROM learning_formerprediction
    UNION ALL
    SELECT (SELECT min(f.batch_id) FROM learning_formerprediction f WHERE f.batch_id > kept.batch)
    FROM kept WHERE kept.batch IS NOT NULL
)
SELECT kept.batch, COALESCE(r.id, kept.batch) FROM kept
LEFT JOIN labels_batch b ON b.id = kept.batch
LEFT JOIN labels_batch r ON r.id = COALESCE(b.root_id, b.id)
LEFT JOIN labels_batch l ON l.id = r.latest_id
WHERE kept.batch IS NOT NULL AND (r.id IS NULL OR GREATEST(r.created, l.created) < %s)
"""
REMOVE_SOME = """
DELETE FROM learning_formerprediction WHERE id IN (
    SELECT id FROM learning_formerprediction WHERE batch_id = %s LIMIT %s)
"""
