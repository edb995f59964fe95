"""Values of traits that come with a package or are read off marks: they fill what nobody has said yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from annotations.common.live import publish_event
from annotations.labels.models import Batch
from annotations.samples.models import State
from annotations.traits.sql import (
    ARRIVE,
    DROP_KNOWN,
    DROP_OTHER_TAXA,
    DROP_WITHOUT_CONDITION,
    INCOMING,
    TAKE_IN,
)
from annotations.traits.values import Value


@dataclass(frozen=True)
class ImportedValue:
    """A value that a package brings, of an object that it names by its id."""

    object: str
    trait: int
    value: Value
    state: State
    score: float | None = None
    annotator: int | None = None
    set_at: datetime | None = None


@dataclass
class Imported:
    changed: int
    present: int = 0  # whose trait has been said something of here
    inapplicable: int = 0


@transaction.atomic
def import_trait_values(*, batch: Batch, values: Iterable[ImportedValue]) -> Imported:
    """Gives objects the values that came with a package, with who gave them and when; one of a trait and object.

    Never overwrites: a trait of which anything was said here keeps that, so it is safe to do twice. A value without a
    person or date gets those of the batch.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        with cursor.copy("COPY incoming FROM STDIN") as copy:
            for value in values:
                copy.write_row(_incoming(value, batch, now))
        cursor.execute(ARRIVE, [batch.project_id])
        cursor.execute(DROP_KNOWN)
        present = cursor.rowcount
        inapplicable = _leave_out_inapplicable(cursor)
        cursor.execute(TAKE_IN, {"batch": batch.pk})
        changed = cursor.rowcount
        cursor.execute("DROP TABLE incoming, arriving")
        cursor.execute("UPDATE labels_batch SET changed = changed + %s WHERE id = %s", [changed, batch.pk])
    if changed:
        publish_event(batch.project_id, "traits", batch=batch.pk, objects=None)
    return Imported(changed, present, inapplicable)


def _leave_out_inapplicable(cursor: CursorWrapper) -> int:
    """Returns how many; what depends on something left out is left out too."""
    cursor.execute(DROP_OTHER_TAXA)
    inapplicable = cursor.rowcount
    while True:
        cursor.execute(DROP_WITHOUT_CONDITION)
        if not cursor.rowcount:
            return inapplicable
        inapplicable += cursor.rowcount


def _incoming(imported: ImportedValue, batch: Batch, now: datetime) -> tuple:
    value = imported.value
    is_predicted = imported.state == State.PREDICTED
    return (
        imported.object,
        imported.trait,
        list(value.choices),
        value.number,
        value.text,
        value.is_hidden,
        imported.state.value,
        imported.score if is_predicted else None,
        None if is_predicted else imported.annotator or batch.user_id,
        imported.set_at or now,
    )
