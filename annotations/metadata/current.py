"""What samples hold now, as the texts of `columns.py`; of what stands with their objects, whether it is one value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from annotations.metadata.columns import CorrectableColumn, moment_text, number_text
from annotations.samples.models import Sample
from annotations.samples.updating import OF_OBJECTS, PLACES, Moment

SPREADS = f"""
SELECT sample_id, count(*), bool_and(has_time), bool_or(has_time), count(taken_at), min(taken_at), max(taken_at),
       {", ".join(f"count({column}), min({column}), max({column})" for column in OF_OBJECTS)}
FROM samples_object WHERE sample_id = ANY(%s) GROUP BY 1
"""


@dataclass(frozen=True)
class CurrentCell:
    """`text` is what the table shows, of moments the first one; `fault` says why it can't be another."""

    text: str = ""
    fault: str = ""
    is_span: bool = False  # moments that differ: they are moved together


class Spread(NamedTuple):
    """The moments of a sample's objects."""

    objects: int
    all_timed: bool
    any_timed: bool
    present: int
    first: datetime | None
    last: datetime | None


CurrentCells = dict[tuple[int, str], CurrentCell]


def current_cells(sample_ids: Sequence[int], columns: Sequence[CorrectableColumn]) -> CurrentCells:
    """(sample, key of a column) → its cell, for samples that are there."""
    samples = list(Sample.objects.filter(pk__in=sample_ids))
    spreads = _spreads(sample_ids) if any(column.is_of_objects for column in columns) else {}
    return {
        (sample.pk, column.key): _cell(sample, column, spreads.get(sample.pk))
        for sample in samples
        for column in columns
    }


def _spreads(sample_ids: Sequence[int]) -> dict[int, tuple]:
    with connection.cursor() as cursor:
        cursor.execute(SPREADS, [list(sample_ids)])
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _cell(sample: Sample, column: CorrectableColumn, spread: tuple | None) -> CurrentCell:
    if column.field:
        return CurrentCell(str(sample.fields.get(column.field, "")))
    if column.key == "name":
        return CurrentCell(sample.original_id)
    if spread is None:
        return _without_objects(sample, column)
    if column.key == "taken_at":
        return _moments(Spread(*spread[:6]))
    start = 6 + 3 * OF_OBJECTS.index(column.key)
    present, low, high = spread[start : start + 3]
    mixed = {"depth_min": low, "depth_max": high}.get(column.key, getattr(sample, column.key, None))
    return _numbers(spread[0] - present, low, high, mixed)


def _without_objects(sample: Sample, column: CorrectableColumn) -> CurrentCell:
    if column.key in PLACES:
        return CurrentCell(number_text(getattr(sample, column.key)))
    return CurrentCell(fault="It has no objects yet, and they hold this.")


def _numbers(missing: int, low: float | None, high: float | None, mixed: float | None) -> CurrentCell:
    """`mixed` is what the table shows where objects differ, or where some have no value."""
    if low == high and (low is None or not missing):
        return CurrentCell(number_text(low))
    without = f", and {missing:,} have none" if missing else ""
    span = f"{number_text(low)} to {number_text(high)}{without}"
    return CurrentCell(
        number_text(mixed), f"Its objects differ in this ({span}): one value would level them."
    )


def _moments(spread: Spread) -> CurrentCell:
    text = moment_text(Moment(spread.first, spread.any_timed))
    if spread.present and spread.all_timed != spread.any_timed:
        return CurrentCell(text, "Some of its objects have a time of day, others only a day.")
    return CurrentCell(text, is_span=spread.present not in (0, spread.objects) or spread.first != spread.last)
