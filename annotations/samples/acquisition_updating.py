"""Corrects acquisitions that are here, and the processes in their rows: ids, instruments, free columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson
from django.db import connection, transaction

LOCK = """
SELECT a.id FROM samples_acquisition a JOIN samples_sample s ON s.id = a.sample_id
WHERE s.project_id = %s AND a.id = ANY(%s) ORDER BY a.id FOR UPDATE OF a
"""
# ids may change places: nobody has the new one meanwhile
UNNAME = "UPDATE samples_acquisition SET original_id = '\x01' || id WHERE id = ANY(%s)"
TEXT = """
UPDATE samples_acquisition a SET {column} = v.text FROM unnest(%s::bigint[], %s::text[]) v (id, text) WHERE a.id = v.id
"""
FIELDS = """
UPDATE samples_acquisition a SET {column} = jsonb_strip_nulls(a.{column} || v.patch)
FROM unnest(%s::bigint[], %s::text[]::jsonb[]) v (id, patch) WHERE a.id = v.id
"""
Patches = dict[int, dict[str, str | None]]


@dataclass(frozen=True)
class AcquisitionUpdate:
    """What acquisitions get, by their number: only what is named here changes. Free columns are None where they go."""

    names: dict[int, str] = field(default_factory=dict)
    instruments: dict[int, str] = field(default_factory=dict)
    process_names: dict[int, str] = field(default_factory=dict)
    patches: dict[str, Patches] = field(default_factory=dict)  # by `fields` and `process_fields`

    def patch(self, column: str, row_id: int, name: str, text: str) -> None:
        self.patches.setdefault(column, {}).setdefault(row_id, {})[name] = text or None


def lock_acquisitions(project_id: int, row_ids: Sequence[int]) -> None:
    """Nobody else corrects them until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [project_id, sorted(row_ids)])


@transaction.atomic
def update_acquisitions(*, update: AcquisitionUpdate) -> None:
    """Writes what `update` says, to acquisitions that `lock_acquisitions` holds.

    Who may, and whether it makes sense, is asked before: `metadata/actions.py`. Sizes of pixels are written by
    `measurements/pixel_sizes.py`.
    """
    texts = {
        "original_id": update.names,
        "instrument": update.instruments,
        "process_original_id": update.process_names,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNNAME, [list(update.names)])
        for column, values in texts.items():
            cursor.execute(TEXT.format(column=column), [list(values), list(values.values())])
        for column, patches in update.patches.items():
            rows = [orjson.dumps(patch).decode() for patch in patches.values()]
            cursor.execute(FIELDS.format(column=column), [list(patches), rows])
