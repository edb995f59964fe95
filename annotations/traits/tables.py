"""Tables of what is known of a trait: how many objects, how many of them looked at, and what was seen.

Every share is of the objects on which the trait was to be seen, with its 95 % interval.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.regroupings.counted_taxa import CountedTaxa
from annotations.samples.models import DayPhase, State
from annotations.search.conditions.depths import MEAN_DEPTH
from annotations.traits.models import Trait
from annotations.traits.queries import applying
from classifier.contract.traits import TraitKind
from classifier.statistics.bounds import wilson

CHUNK = 2000  # rows of a table that are in memory at once
DEEPEST_BIN = 1000  # metres
MOST_BARS = 24


@dataclass(frozen=True)
class Grouping:
    """What the objects of one row have in common: `key` is SQL over samples_object `o`, `name` is SQL over the key."""

    label: str
    key: str
    name: str = "NULL"


GROUPINGS = {
    "sample": Grouping(
        "Sample", "o.sample_id", "(SELECT s.original_id FROM samples_sample s WHERE s.id = {0})"
    ),
    "taxon": Grouping(
        "Taxon", "o.taxon_id", "(SELECT t.display_name FROM taxonomy_taxon t WHERE t.id = {0})"
    ),
    "month": Grouping("Month", "extract(month FROM o.taken_at AT TIME ZONE 'UTC')::int"),
    "hour": Grouping(
        "Hour of the day (UTC)",
        "CASE WHEN o.has_time THEN extract(hour FROM o.taken_at AT TIME ZONE 'UTC')::int END",
    ),
    "sun": Grouping("Day or night", "o.sun"),
    "depth": Grouping("Depth", f"floor(({MEAN_DEPTH}) / {{depth_m:d}})::int * {{depth_m:d}}"),
}
SUNS = {sun.value: sun.label.lower() for sun in DayPhase}
# not calendar.month_abbr: that follows the locale of the machine
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class TableSpec:
    """One table: of which trait, a row for what, and which values count."""

    trait: Trait
    by: tuple[str, ...] = ("sample",)
    states: tuple[State, ...] = (State.VALIDATED,)
    depth_m: int = 50  # height of a depth bin, metres
    rolls_up: bool = False  # an object counts for the taxa above its own, too …
    taxa: tuple[int, ...] | None = None  # … of these; None: of all
    counted_taxa: CountedTaxa | None = None  # taxa count for their ancestors of a rank, or for groups

    def __post_init__(self) -> None:
        unknown = [name for name in self.by if name not in GROUPINGS]
        if unknown or len(set(self.by)) < len(self.by):
            wrong = unknown[0] if unknown else ",".join(self.by)
            raise ValidationError(
                f"`by` is {wrong!r}, but takes each of {', '.join(GROUPINGS)} once at most."
            )
        if not 1 <= self.depth_m <= DEEPEST_BIN:
            raise ValidationError(
                f"`depth_bin` is {self.depth_m}, but takes whole metres from 1 to {DEEPEST_BIN:,}."
            )
        if not self.states or set(self.states) & {State.UNCLASSIFIED, State.MACHINE_VALIDATED}:
            raise ValidationError("`states` takes validated, dubious and predicted: one of them at least.")


def table(spec: TableSpec, condition: str = "TRUE", params: Iterable = ()) -> Iterator[dict]:
    """Row by row, of the objects that match a condition over samples_object `o`, and to which the trait applies.

    A row has `group` (an entry for each of `by`), `objects`, `looked_at`, `hidden` (looked at, and not to be seen),
    `seen`, and of what was seen `choices` with shares, or `figures` of numbers. Nothing is left in memory.
    """
    sql, values = _sql(spec, condition, list(params))
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
    values = [step, *its_params, spec.trait.project_id, *params, spec.trait.pk, _letters(spec)]
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


# --- SQL --------------------------------------------------------------------------------------------------------------


def _letters(spec: TableSpec) -> list[str]:
    return [state.value for state in spec.states]


def _sql(spec: TableSpec, condition: str, params: list) -> tuple[str, list]:
    keys = [_key(spec, by) for by in spec.by]
    places = [f"k{n}" for n in range(len(keys))]
    names = [
        f"{_name(spec, by).format(place)} AS n{n}"
        for n, (by, place) in enumerate(zip(spec.by, places, strict=True))
    ]
    order = [
        f"n{n} NULLS LAST, k{n}" if by in ("sample", "taxon") else f"k{n} NULLS LAST"
        for n, by in enumerate(spec.by)
    ]
    figures, figure_params = _figures(spec.trait)
    applies, its_params = applying(spec.trait)
    is_rolled = spec.rolls_up and "taxon" in spec.by
    is_counted = spec.counted_taxa is not None and "taxon" in spec.by
    target_params, name_params = _counted_taxa_params(spec.counted_taxa if is_counted else None)
    only_taxa = [list(spec.taxa)] if is_rolled and spec.taxa is not None else []
    sql = TABLE.format(
        groups="".join(f", {key} AS {place}" for key, place in zip(keys, places, strict=True)),
        rolled=ROLLED if is_rolled else COUNTED if is_counted else "",
        applies=applies,
        condition=condition,
        chosen_taxa="AND (up.id IS NULL OR up.id = ANY(%s))"
        if only_taxa
        else IS_COUNTED
        if is_counted
        else "",
        columns=", ".join([*places, *names, "count(*)", "count(v.object_id)", HIDDEN_ONES, *figures]),
        grouped=", ".join(places) or "()",
        order=f"ORDER BY {', '.join(order)}" if order else "",
    )
    values = [
        *target_params,
        *its_params,
        spec.trait.project_id,
        *params,
        *only_taxa,
        *name_params,
        *figure_params,
    ]
    return sql, [*values, spec.trait.pk, _letters(spec)]


def _key(spec: TableSpec, by: str) -> str:
    if by == "taxon" and spec.rolls_up:
        return "up.id"
    if by == "taxon" and spec.counted_taxa:
        return "counted.target"
    return GROUPINGS[by].key.format(depth_m=spec.depth_m)


def _name(spec: TableSpec, by: str) -> str:
    return NAMED_TARGET if by == "taxon" and spec.counted_taxa else GROUPINGS[by].name


def _counted_taxa_params(of_taxa: CountedTaxa | None) -> tuple[list, list]:
    """Of the join that says what taxa count for, and of the names of these."""
    if of_taxa is None:
        return [], []
    targets, names = of_taxa.targets, of_taxa.names
    return [list(targets), list(targets.values())], [list(names), list(names.values())]


def _figures(trait: Trait) -> tuple[list[str], list]:
    kind = TraitKind(trait.kind)
    if kind.is_chosen:
        keys = [choice["key"] for choice in trait.choices]
        return ["count(*) FILTER (WHERE v.choices @> ARRAY[%s]::varchar[])"] * len(keys), keys
    return (NUMBERS if kind.is_number else []), []


HIDDEN_ONES = "count(*) FILTER (WHERE v.is_hidden)"
NUMBERS = [
    "avg(v.number)",
    "stddev_samp(v.number)",
    "min(v.number)",
    "max(v.number)",
    "percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY v.number)",
]
ROLLED = """LEFT JOIN taxonomy_taxon own ON own.id = o.taxon_id
            LEFT JOIN LATERAL unnest(own.path) AS up (id) ON TRUE"""
COUNTED = (
    "LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS counted (taxon, target) ON counted.taxon = o.taxon_id"
)
IS_COUNTED = "AND (o.taxon_id IS NULL OR counted.target IS NOT NULL)"
NAMED_TARGET = (
    "(SELECT named.name FROM unnest(%s::bigint[], %s::text[]) AS named (id, name) WHERE named.id = {0})"
)
TABLE = """
WITH asked AS (
    SELECT o.id{groups} FROM samples_object o {rolled}
    WHERE {applies} AND o.project_id = %s AND ({condition}) {chosen_taxa}
)
SELECT {columns}
FROM asked LEFT JOIN traits_traitvalue v ON v.object_id = asked.id AND v.trait_id = %s AND v.state = ANY(%s)
GROUP BY {grouped} {order}
"""
HISTOGRAM = """
SELECT floor(v.number / %s)::int, count(*)
FROM samples_object o JOIN traits_traitvalue v ON v.object_id = o.id AND v.number IS NOT NULL
WHERE {applies} AND o.project_id = %s AND ({condition}) AND v.trait_id = %s AND v.state = ANY(%s) GROUP BY 1
"""
