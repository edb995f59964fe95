"""Corrects samples that are here: names, positions, moments, depths of their objects, free columns.

What is worked out of them follows: PostgreSQL computes day and night of each object anew, and the extents are measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection, transaction

LOCK = "SELECT id FROM samples_sample WHERE project_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE"
# names may change places: nobody has the new one meanwhile
UNNAME = "UPDATE samples_sample SET original_id = '\x01' || id WHERE id = ANY(%s)"
NAME = """
UPDATE samples_sample s SET original_id = v.name FROM unnest(%s::bigint[], %s::text[]) v (id, name) WHERE s.id = v.id
"""
PLACE = """
UPDATE samples_sample s SET {column} = v.value FROM unnest(%s::bigint[], %s::float8[]) v (id, value) WHERE s.id = v.id
"""
OBJECTS = """
UPDATE samples_object o SET {column} = v.value FROM unnest(%s::bigint[], %s::float8[]) v (sample_id, value)
WHERE o.sample_id = v.sample_id AND o.{column} IS DISTINCT FROM v.value
"""
# a sample of one moment, or of none yet, gets the new one; in any other all objects are moved by the same time
MOMENTS = """
UPDATE samples_object o
SET taken_at = CASE WHEN m.is_one THEN v.taken_at ELSE o.taken_at + (v.taken_at - m.first) END, has_time = v.has_time
FROM unnest(%s::bigint[], %s::timestamptz[], %s::boolean[]) v (sample_id, taken_at, has_time)
JOIN (SELECT sample_id, min(taken_at) AS first,
             min(taken_at) IS NOT DISTINCT FROM max(taken_at) AND count(taken_at) IN (0, count(*)) AS is_one
      FROM samples_object WHERE sample_id = ANY(%s) GROUP BY 1) m USING (sample_id)
WHERE o.sample_id = v.sample_id AND (m.is_one OR o.taken_at IS NOT NULL)
"""
FIELDS = """
UPDATE samples_sample s SET fields = jsonb_strip_nulls(s.fields || v.patch)
FROM unnest(%s::bigint[], %s::text[]::jsonb[]) v (id, patch) WHERE s.id = v.id
"""
EXTENTS = """
UPDATE samples_extent e SET
    months = o.months, hours = o.hours, suns = o.suns, taken_first = o.taken_first, taken_last = o.taken_last,
    shallowest = o.shallowest, deepest = o.deepest, top = o.top, bottom = o.bottom,
    south = o.south, north = o.north, west = o.west, east = o.east
FROM (SELECT sample_id,
             COALESCE(array_agg(DISTINCT extract(month FROM taken_at AT TIME ZONE 'UTC')::smallint)
                      FILTER (WHERE taken_at IS NOT NULL), '{}') AS months,
             COALESCE(array_agg(DISTINCT extract(hour FROM taken_at AT TIME ZONE 'UTC')::smallint)
                      FILTER (WHERE taken_at IS NOT NULL AND has_time), '{}') AS hours,
             COALESCE(array_agg(DISTINCT sun) FILTER (WHERE sun IS NOT NULL), '{}') AS suns,
             min(taken_at) AS taken_first, max(taken_at) AS taken_last,
             min(depth_max) AS shallowest, max(depth_min) AS deepest, min(depth_min) AS top, max(depth_max) AS bottom,
             min(latitude) AS south, max(latitude) AS north, min(longitude) AS west, max(longitude) AS east
      FROM samples_object WHERE sample_id = ANY(%s) GROUP BY 1) o
WHERE o.sample_id = e.sample_id
"""
PLACES = ("latitude", "longitude")
OF_OBJECTS = (*PLACES, "depth_min", "depth_max")


@dataclass(frozen=True)
class Moment:
    """Where a time of day is not known, `at` is midnight (UTC)."""

    at: datetime | None
    has_time: bool = True


@dataclass(frozen=True)
class SampleUpdate:
    """What samples get, by their number: only what is named here changes.

    `numbers` has degrees and metres by the name of their column, for the sample and all its objects; `fields` the free
    columns, None for one that goes.
    """

    names: dict[int, str]
    numbers: dict[str, dict[int, float | None]]
    moments: dict[int, Moment]
    fields: dict[int, dict[str, str | None]]

    @property
    def of_objects(self) -> list[int]:
        """Samples whose objects change."""
        return sorted({*self.moments, *(sample for values in self.numbers.values() for sample in values)})


def lock_samples(project_id: int, sample_ids: Sequence[int]) -> None:
    """Nobody else corrects them until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [project_id, sorted(sample_ids)])


@transaction.atomic
def update_samples(*, update: SampleUpdate) -> None:
    """Writes what `update` says, to samples that `lock_samples` holds. Who may, and whether it makes sense, is asked
    before: `metadata/actions.py`.
    """
    with connection.cursor() as cursor:
        _rename(cursor, update.names)
        cursor.execute("SET LOCAL seston.extents_follow = 'yes'")
        for column, values in update.numbers.items():
            _write_numbers(cursor, column, values)
        _write_moments(cursor, update.moments)
        measure_extents(update.of_objects)
        cursor.execute("SET LOCAL seston.extents_follow = 'no'")
        patches = [orjson.dumps(patch).decode() for patch in update.fields.values()]
        cursor.execute(FIELDS, [list(update.fields), patches])


def measure_extents(sample_ids: Sequence[int]) -> None:
    """As wide as their objects are, where triggers have only made them wider. In a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM samples_extent WHERE sample_id = ANY(%s) FOR UPDATE", [list(sample_ids)]
        )
        cursor.execute(EXTENTS, [list(sample_ids)])


def _rename(cursor, names: Mapping[int, str]) -> None:
    cursor.execute(UNNAME, [list(names)])
    cursor.execute(NAME, [list(names), list(names.values())])


def _write_numbers(cursor, column: str, values: Mapping[int, float | None]) -> None:
    assert column in OF_OBJECTS
    samples, numbers = list(values), list(values.values())
    cursor.execute(OBJECTS.format(column=column), [samples, numbers])
    if column in PLACES:
        cursor.execute(PLACE.format(column=column), [samples, numbers])


def _write_moments(cursor, moments: Mapping[int, Moment]) -> None:
    samples = list(moments)
    at, has_time = [moment.at for moment in moments.values()], [m.has_time for m in moments.values()]
    cursor.execute(MOMENTS, [samples, at, has_time, samples])
