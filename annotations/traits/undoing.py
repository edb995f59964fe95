"""Taking back whatever a batch changed: traits, labels, or both, as a prediction does. See labels/undoing.py."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.common.live import publish_event
from annotations.labels.locking import lock_objects
from annotations.labels.models import Batch
from annotations.labels.outcomes import Outcome, close_batch, drop_locked
from annotations.labels.undoing import (
    begin_undo,
    changed_objects,
    conflicts_of_undo,
    end_undo,
    refuse_undo,
    restore_labels,
    source_of,
)
from annotations.projects.models import Role
from annotations.traits.actions import TraitOutcome
from annotations.traits.queries import is_of_traits, values_now
from annotations.traits.sql import SNAPSHOT


@transaction.atomic
def undo_whole(*, batch: Batch, user: User | None, role: Role) -> Outcome | TraitOutcome:
    """Puts back all that the batch changed, except where somebody has changed it since. Raises as `undo_batch` does."""
    refuse_undo(batch=batch, user=user, role=role)
    return fill_undo(begin_undo(batch=batch, user=user, is_new=True))


@transaction.atomic
def fill_undo(undo: Batch) -> Outcome | TraitOutcome:
    """All that an undo that was begun is to put back, and its end."""
    _lock_what_changed(undo)
    restored, conflicts = restore_values(undo) if is_of_traits(source_of(undo)) else (0, [])
    if not changed_objects(undo):
        return _of_traits_alone(undo, restored, conflicts)
    changed = restore_labels(undo)
    objects = drop_locked()
    conflicts += conflicts_of_undo(undo, objects)
    outcome = close_batch(undo, changed + restored, conflicts, objects)
    end_undo(undo)
    return outcome


def _lock_what_changed(undo: Batch) -> None:
    """Values first and labels then, each in the order of their objects, could meet another writer crosswise."""
    source = source_of(undo)
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_BY_EITHER, [source, source])
        objects = [object_id for (object_id,) in cursor.fetchall()]
    lock_objects(objects)


def _of_traits_alone(undo: Batch, restored: int, conflicts: list[dict]) -> TraitOutcome:
    batch = undo.pk if restored else None
    end_undo(undo)
    return TraitOutcome(batch, restored, 0, conflicts)


@transaction.atomic
def undo_trait_values(*, batch: Batch, user: User, role: Role) -> TraitOutcome:
    """Puts back the values that the batch changed, except where somebody has changed them again since.

    Raises as `labels.undo_batch` does, for an import too. Undoing an undo redoes.
    """
    refuse_undo(batch=batch, user=user, role=role)
    undo = begin_undo(batch=batch, user=user, is_new=True)
    return _of_traits_alone(undo, *restore_values(undo))


def restore_values(undo: Batch) -> tuple[int, list[dict]]:
    """Puts back the values that the undo's source changed; how many, and those that are in the way, as they are now."""
    changed = _restore(undo, None)
    with connection.cursor() as cursor:
        cursor.execute(NOT_RESTORED, [source_of(undo), undo.pk])
        conflicts = cursor.fetchall()
    return changed, [entry for trait, ids in conflicts for entry in values_now(trait, ids)]


@transaction.atomic
def restore_some_values(*, undo: Batch, after: int, most: int) -> tuple[int, int]:
    """As `labels.undo_some`, of traits."""
    with connection.cursor() as cursor:
        cursor.execute(SOME_CHANGES, [source_of(undo), after, most])
        ids = [change for (change,) in cursor.fetchall()]
    _restore(undo, ids)
    return (ids[-1], len(ids)) if ids else (after, 0)


@transaction.atomic
def roll_back_some_values(
    *, batch: Batch, person: int, since: datetime, until: datetime | None, objects: list[int]
) -> int:
    """As `labels.roll_back_some`, of traits."""
    params: dict[str, Any] = {
        "undo": batch.pk,
        "person": person,
        "since": since,
        "until": until,
        "objects": objects,
    }
    lock_objects(objects)
    with connection.cursor() as cursor:
        cursor.execute(BEFORE_THE_PERSON, params)
    return _write_back(batch)


def _restore(undo: Batch, changes: list[int] | None) -> int:
    params: dict[str, Any] = {"source": source_of(undo), "all": changes is None, "changes": changes or []}
    with connection.cursor() as cursor:
        cursor.execute(LOCK, params)
        cursor.execute(REVERSIBLE, params)
    return _write_back(undo)


def _write_back(batch: Batch) -> int:
    """Gives the values of the temporary table `reversible` what they are to be again, and drops it."""
    with connection.cursor() as cursor:
        cursor.execute(RESTORE, {"undo": batch.pk})
        changed = cursor.rowcount
        cursor.execute("DROP TABLE reversible")
        cursor.execute("UPDATE labels_batch SET changed = changed + %s WHERE id = %s", [changed, batch.pk])
    if changed:
        publish_event(batch.project_id, "traits", batch=batch.pk, objects=None)
    return changed


# --- SQL --------------------------------------------------------------------------------------------------------------

SOME_CHANGES = "SELECT id FROM traits_traitchange WHERE batch_id = %s AND id > %s ORDER BY id LIMIT %s"

LOCK = """
SELECT FROM samples_object o WHERE o.id IN (
    SELECT c.object_id FROM traits_traitchange c
    WHERE c.batch_id = %(source)s AND (%(all)s OR c.id = ANY(%(changes)s)))
ORDER BY o.id FOR NO KEY UPDATE
"""

CHANGED_BY_EITHER = """
SELECT object_id FROM labels_change WHERE batch_id = %s UNION
SELECT object_id FROM traits_traitchange WHERE batch_id = %s
"""

# the version whose value stands, of traits_traitvalue `v`; and the one that stood before a change `c`
STANDING = """COALESCE((SELECT n.restores FROM traits_traitchange n WHERE n.object_id = v.object_id
                     AND n.trait_id = v.trait_id AND n.version = v.version), v.version)"""
STOOD = """COALESCE((SELECT p.restores FROM traits_traitchange p WHERE p.object_id = c.object_id
                  AND p.trait_id = c.trait_id AND p.version = c.version - 1), c.version - 1)"""

REVERSIBLE = f"""
CREATE TEMPORARY TABLE reversible ON COMMIT DROP AS
SELECT v.object_id, v.trait_id, c.before AS was, {SNAPSHOT.format("v")} AS before, {STOOD} AS restores
FROM traits_traitchange c JOIN traits_traitvalue v ON v.object_id = c.object_id AND v.trait_id = c.trait_id
WHERE c.batch_id = %(source)s AND (%(all)s OR c.id = ANY(%(changes)s))
AND COALESCE(c.restores, c.version) = {STANDING}
"""

# down through what the person said on top of each other; `walk.at` is the version whose value comes to light
WALK = f"""
WITH RECURSIVE walk AS (
    SELECT v.object_id, v.trait_id, {STANDING} AS at, 0 AS depth, NULL::bigint AS change FROM traits_traitvalue v
    WHERE v.object_id = ANY(%(objects)s)
    UNION ALL
    SELECT c.object_id, c.trait_id, {STOOD}, walk.depth + 1, c.id
    FROM walk JOIN traits_traitchange c ON c.object_id = walk.object_id AND c.trait_id = walk.trait_id
        AND c.version = walk.at AND c.restores IS NULL
    JOIN labels_batch b ON b.id = c.batch_id
    WHERE b.kind IN ('label', 'trait') AND b.user_id = %(person)s AND b.created >= %(since)s
    AND (%(until)s::timestamptz IS NULL OR b.created < %(until)s)
), deepest AS (SELECT DISTINCT ON (object_id, trait_id) * FROM walk ORDER BY object_id, trait_id, depth DESC)
"""

BEFORE_THE_PERSON = f"""
CREATE TEMPORARY TABLE reversible ON COMMIT DROP AS
{WALK}
SELECT v.object_id, v.trait_id, c.before AS was, {SNAPSHOT.format("v")} AS before, deepest.at AS restores
FROM deepest JOIN traits_traitchange c ON c.id = deepest.change
JOIN traits_traitvalue v ON v.object_id = deepest.object_id AND v.trait_id = deepest.trait_id
"""

RESTORE = f"""
WITH w AS (
    UPDATE traits_traitvalue v SET
        choices = CASE WHEN was IS NULL THEN '{{}}'
                  ELSE ARRAY(SELECT jsonb_array_elements_text(was -> 'choices')) END,
        number = (was ->> 'number')::float8, text = COALESCE(was ->> 'text', ''),
        is_hidden = COALESCE((was ->> 'hidden')::boolean, FALSE), state = COALESCE(was ->> 'state', 'U'),
        score = (was ->> 'score')::float8,
        annotator_id = (SELECT u.id FROM accounts_user u WHERE u.id = (was ->> 'annotator')::bigint),
        model_id = (was ->> 'model')::bigint, set_at = COALESCE((was ->> 'at')::timestamptz, now()),
        version = v.version + 1
    FROM reversible r WHERE v.object_id = r.object_id AND v.trait_id = r.trait_id
    RETURNING v.*
)
INSERT INTO traits_traitchange (batch_id, object_id, trait_id, version, before, after, restores)
SELECT %(undo)s, w.object_id, w.trait_id, w.version, r.before, {SNAPSHOT.format("w")}, r.restores
FROM w JOIN reversible r ON r.object_id = w.object_id AND r.trait_id = w.trait_id
"""

NOT_RESTORED = """
SELECT h.trait_id, array_agg(h.object_id) FROM traits_traitchange h WHERE h.batch_id = %s
AND NOT EXISTS (SELECT FROM traits_traitchange u
                WHERE u.batch_id = %s AND u.object_id = h.object_id AND u.trait_id = h.trait_id)
GROUP BY 1
"""
