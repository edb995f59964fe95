"""Tables of what is known of a trait: how many objects, how many of them looked at, and what was seen.

Every share is of the objects on which the trait was to be seen, with its 95 % interval.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from django.db import connection, transaction

from annotations.samples.models import DayPhase
from annotations.traits.models import Trait
from annotations.traits.queries import applying
from annotations.traits.table_spec import TableSpec
from annotations.traits.table_sql import HISTOGRAM, state_letters, table_sql
from classifier.contract.traits import TraitKind
from classifier.statistics.bounds import wilson

CHUNK = 2000  # rows of a table that are in memory at once
MOST_BARS = 24


SUNS = {sun.value: sun.label.lower() for sun in DayPhase}
# not calendar.month_abbr: that follows the locale of the machine
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def table(spec: TableSpec, condition: str = "TRUE", params: Iterable = ()) -> Iterator[dict]:
    """Row by row, of the objects that match a condition over samples_object `o`, and to which the trait applies.

    A row has `group` (an entry for each of `by`), `objects`, `looked_at`, `hidden` (looked at, and not to be seen),
    `seen`, and of what was seen `choices` with shares, or `figures` of numbers. Nothing is left in memory.
    """
    sql, values = table_sql(spec, condition, list(params))
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield _row(spec, row)


def whole(spec: TableSpec, condition: str = "TRUE", params: Iterable = ()) -> dict:
    """The one row of all the objects together."""
    (row,) = table(replace(spec, by=()), condition, params)
    return row


def histogram(spec: TableSpec, total: dict, condition: str = "TRUE", params: Iterable = ()) -> list[dict]:
    """Of a number: how many objects lie in each of some bins, `low` included and `high` not; `total` is of `whole`."""
    if not total["seen"]:
        return []
    step = _step(total["figures"]["max"] - total["figures"]["min"], spec.trait.kind == TraitKind.COUNT)
    applies, its_params = applying(spec.trait)
    values = [step, *its_params, spec.trait.project_id, *params, spec.trait.pk, state_letters(spec)]
    with connection.cursor() as cursor:
        cursor.execute(HISTOGRAM.format(applies=applies, condition=condition), values)
        counts = dict(cursor.fetchall())
    return [
        {"low": round(n * step, 9), "high": round((n + 1) * step, 9), "count": counts.get(n, 0)}
        for n in range(min(counts), max(counts) + 1)
    ]


def group_name(by: str, key: object, name: str | None, depth_m: int) -> str:
    """What a row is called."""
    if key is None:
        return "no taxon" if by == "taxon" else "not known"
    if by == "hour":
        return f"{key:02d}–{(int(str(key)) + 1) % 24:02d} h"
    if by == "depth":
        return f"{key}–{int(str(key)) + depth_m} m"
    if by == "month":
        return MONTHS[int(str(key)) - 1]
    return SUNS[str(key)] if by == "sun" else str(name)


# --- Rows -------------------------------------------------------------------------------------------------------------


def _row(spec: TableSpec, row: tuple) -> dict:
    depth = len(spec.by)
    keys, names, rest = row[:depth], row[depth : 2 * depth], row[2 * depth :]
    objects, looked_at, hidden, *figures = rest
    entry = {
        "group": [
            {"by": by, "key": _shared_key(spec, by, key), "name": group_name(by, key, name, spec.depth_m)}
            for by, key, name in zip(spec.by, keys, names, strict=True)
        ],
        "objects": objects,
        "looked_at": looked_at,
        "hidden": hidden,
        "seen": looked_at - hidden,
    }
    kind = TraitKind(spec.trait.kind)
    if kind.is_chosen:
        entry["choices"] = _shares(spec.trait, figures, looked_at - hidden)
    elif kind.is_number:
        mean, sd, least, most, quartiles = figures
        q1, median, q3 = quartiles or (None, None, None)
        entry["figures"] = dict(zip(FIGURES, (mean, sd, least, q1, median, q3, most), strict=True))
    return entry


def _shared_key(spec: TableSpec, by: str, key: Any) -> int | str | None:
    return spec.counted_taxa.key(key) if by == "taxon" and spec.counted_taxa else key


FIGURES = ("mean", "sd", "min", "q1", "median", "q3", "max")


def _shares(trait: Trait, counts: list[int], seen: int) -> list[dict]:
    shares = []
    for choice, number in zip(trait.choices, counts, strict=True):
        low, high = wilson(number, seen) or (None, None)
        share = number / seen if seen else None
        shares.append({**choice, "count": number, "share": share, "low": low, "high": high})
    return shares


def _step(span: float, is_count: bool) -> float:
    """1, 2 or 5 times a power of ten, such that a span takes few bars."""
    least = max(span / MOST_BARS, 1e-6)
    power = math.floor(math.log10(least))
    step = next(
        digit * 10.0**exponent
        for exponent in count(power)
        for digit in (1, 2, 5)
        if digit * 10.0**exponent >= least
    )
    return max(step, 1.0) if is_count else step
