"""Corrects objects that are here: positions, moments, depths, free columns.

PostgreSQL works out day and night, keys of columns that people sort by follow, and triggers widen the extents of their
samples; `settle_samples` measures these anew once all of a correction is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson
from django.db import connection, transaction

from annotations.projects.models import Project
from annotations.samples.columns import update_numbers
from annotations.samples.updating import Moment, measure_extents

OWN_NUMBERS = ("latitude", "longitude", "depth_min", "depth_max")
LOCK = "SELECT id FROM samples_object WHERE project_id = %s AND id = ANY(%s) ORDER BY id FOR UPDATE"
NUMBERS = """
UPDATE samples_object o SET {column} = v.value FROM unnest(%s::bigint[], %s::float8[]) v (id, value) WHERE o.id = v.id
"""
MOMENTS = """
UPDATE samples_object o SET taken_at = v.taken_at, has_time = v.has_time
FROM unnest(%s::bigint[], %s::timestamptz[], %s::boolean[]) v (id, taken_at, has_time) WHERE o.id = v.id
"""
TEXTS = """
UPDATE samples_objectfields f SET texts = jsonb_strip_nulls(f.texts || v.patch)
FROM unnest(%s::bigint[], %s::text[]::jsonb[]) v (id, patch) WHERE f.object_id = v.id
"""
# keys of columns that people sort by: triggers make those of new objects only
TEXT_KEYS = """
INSERT INTO samples_textkey (column_id, object_id, value)
SELECT c.id, f.object_id, left(f.texts ->> c.name, 500)
FROM samples_freecolumn c CROSS JOIN samples_objectfields f
WHERE c.project_id = %s AND c.level = 'object' AND c.keeps_keys AND c.name = ANY(%s) AND f.object_id = ANY(%s)
ON CONFLICT (column_id, object_id) DO UPDATE SET value = EXCLUDED.value
"""
PLACES = """
UPDATE samples_sample s SET latitude = place.latitude, longitude = place.longitude
FROM (SELECT sample_id, -- the mean of the same is not always the same
             CASE WHEN min(latitude) = max(latitude) THEN min(latitude) ELSE avg(latitude) END AS latitude,
             CASE WHEN min(longitude) = max(longitude) THEN min(longitude) ELSE avg(longitude) END AS longitude
      FROM samples_object WHERE sample_id = ANY(%s) GROUP BY 1) place
WHERE place.sample_id = s.id
"""


@dataclass(frozen=True)
class ObjectUpdate:
    """What objects get, by their number: only what is named here changes.

    `numbers` are degrees and metres by the name of their column, `positions` free columns that hold numbers, `texts`
    the others, None for one that goes.
    """

    numbers: dict[str, dict[int, float | None]] = field(default_factory=dict)
    moments: dict[int, Moment] = field(default_factory=dict)
    positions: dict[int, dict[int, float | None]] = field(default_factory=dict)
    texts: dict[int, dict[str, str | None]] = field(default_factory=dict)


def lock_objects(project_id: int, object_ids: Sequence[int]) -> None:
    """Nobody else corrects or labels them until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [project_id, sorted(object_ids)])


@transaction.atomic
def update_objects(*, project: Project, update: ObjectUpdate) -> None:
    """Writes what `update` says, to objects that `lock_objects` holds. Who may, and whether it makes sense, is asked
    before: `metadata/actions.py`.
    """
    with connection.cursor() as cursor:
        for column, numbers in update.numbers.items():
            assert column in OWN_NUMBERS
            cursor.execute(NUMBERS.format(column=column), [list(numbers), list(numbers.values())])
        moments = list(update.moments.values())
        at, has_time = [moment.at for moment in moments], [moment.has_time for moment in moments]
        cursor.execute(MOMENTS, [list(update.moments), at, has_time])
        _write_texts(cursor, project, update.texts)
    for position, values in update.positions.items():
        rows = [(object_id, [value]) for object_id, value in values.items()]
        update_numbers(project=project, positions=[position], rows=rows)


def _write_texts(cursor, project: Project, texts: dict[int, dict[str, str | None]]) -> None:
    if not texts:
        return
    ids, names = list(texts), sorted({name for patch in texts.values() for name in patch})
    cursor.execute(TEXTS, [ids, [orjson.dumps(patch).decode() for patch in texts.values()]])
    cursor.execute(TEXT_KEYS, [project.pk, names, ids])


@transaction.atomic
def settle_samples(*, sample_ids: Sequence[int]) -> None:
    """After positions, moments or depths of their objects changed: where samples are, and how far they reach."""
    measure_extents(sample_ids)
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [list(sample_ids)])
