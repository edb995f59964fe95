"""How the log of labels follows objects to another project: each batch is split.

The target gets a batch of the same kind, person, moment and details, which holds the changes of the objects that came,
with all batches that undid and redid it: so what was done there can be undone here. Objects that come back find the
batch that they left, since both know which one they are parts of (`Batch.origin_id`).
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from annotations.labels.models import Batch, Change, SettledTally, Tally
from annotations.samples.following import AFTER, BEFORE, HOLDS, Following, Transfer, comes_along, stays

TOUCHED = "SELECT c.batch_id FROM {table} c JOIN moved_ids m ON m.kind = 'object' AND m.old = c.object_id"
CHANGED = "SELECT c.batch_id FROM {table} c WHERE c.object_id = ANY(%(objects)s)"
# An undo locks the beginning of its chain, then the objects. Not for update: those who label do it the other way round.
HOLD = """
SELECT FROM labels_batch b WHERE b.project_id = %(source)s AND b.id IN (
    SELECT COALESCE(t.root_id, t.id) FROM labels_batch t WHERE t.id IN ({changed}))
ORDER BY b.id FOR KEY SHARE
"""
# whole chains, whose batches name each other
CHAINS = """
CREATE TEMPORARY TABLE splitting ON COMMIT DROP AS
WITH RECURSIVE chain AS (
    SELECT b.id FROM labels_batch b WHERE b.project_id = %(source)s AND b.id IN (
        SELECT COALESCE(t.root_id, t.id) FROM labels_batch t WHERE t.id IN ({touched}))
    UNION
    SELECT b.id FROM chain JOIN labels_batch b ON b.undoes_id = chain.id
)
SELECT b.*, COALESCE(b.origin_id, b.id) AS stroke, FALSE AS is_here FROM chain JOIN labels_batch b USING (id)
WHERE NOT EXISTS (SELECT FROM moved_ids m WHERE m.kind = 'batch' AND m.old = b.id)
"""
LOCK = "SELECT id FROM labels_batch WHERE id IN (SELECT id FROM splitting) ORDER BY id FOR NO KEY UPDATE"
PRESENT = """
WITH here AS (
    SELECT s.id, min(b.id) AS there FROM splitting s
    JOIN labels_batch b ON b.project_id = %(target)s AND (b.id = s.stroke OR b.origin_id = s.stroke) GROUP BY 1
), noted AS (
    INSERT INTO moved_ids (kind, old, new) SELECT 'batch', id, there FROM here RETURNING old
)
UPDATE splitting s SET is_here = TRUE FROM noted n WHERE n.old = s.id
"""
NUMBER = """
INSERT INTO moved_ids (kind, old, new)
SELECT 'batch', id, nextval(pg_get_serial_sequence('labels_batch', 'id'))
FROM (SELECT id FROM splitting WHERE NOT is_here ORDER BY id) s
"""
# Where the beginning of a chain came before its end, the end stands for itself: somebody may have undone it otherwise.
MAKE = """
INSERT INTO labels_batch (id, project_id, kind, user_id, model_id, details, created, changed, origin_id,
                          undoes_id, root_id, step, latest_id, is_undone)
SELECT n.new, %(target)s, s.kind, s.user_id, s.model_id, s.details, s.created, 0, s.stroke,
       CASE WHEN c.is_whole THEN {undoes} END, CASE WHEN c.is_whole THEN {root} END,
       CASE WHEN c.is_whole THEN s.step ELSE 0 END, CASE WHEN c.is_whole THEN {latest} END, c.is_whole AND s.is_undone
FROM splitting s JOIN moved_ids n ON n.kind = 'batch' AND n.old = s.id
CROSS JOIN LATERAL (SELECT NOT bool_or(x.is_here) AS is_whole FROM splitting x
                    WHERE COALESCE(x.root_id, x.id) = COALESCE(s.root_id, s.id)) c
WHERE NOT s.is_here ORDER BY s.id
"""
NEW = "(SELECT x.new FROM moved_ids x WHERE x.kind = 'batch' AND x.old = s.{})"
MAKE = MAKE.format(undoes=NEW.format("undoes_id"), root=NEW.format("root_id"), latest=NEW.format("latest_id"))
# rows of {table} are of their new batches by now
COUNT = """
WITH came AS (
    SELECT c.batch_id AS new, count(*) AS n FROM {table} c
    JOIN moved_ids o ON o.kind = 'object' AND o.new = c.object_id GROUP BY 1
), added AS (
    UPDATE labels_batch b SET changed = b.changed + came.n FROM came WHERE b.id = came.new
)
UPDATE labels_batch b SET changed = GREATEST(b.changed - came.n, 0)
FROM came JOIN moved_ids m ON m.kind = 'batch' AND m.new = came.new WHERE b.id = m.old AND NOT %(is_copy)s
"""


def hold_chains(transfer: Transfer, object_ids: Sequence[int], changed: str) -> None:
    """Until the transaction ends nobody begins to undo the batches that `changed`, SQL over `objects`, names."""
    params: dict[str, Any] = {"source": transfer.source.pk, "objects": list(object_ids)}
    with connection.cursor() as cursor:
        cursor.execute(HOLD.format(changed=changed), params)


def split_batches(transfer: Transfer, touched: str) -> None:
    """Notes in `moved_ids` which batch of the target stands for each that `touched`, SQL of numbers, names."""
    projects = {"source": transfer.source.pk, "target": transfer.target.pk}
    with connection.cursor() as cursor:
        cursor.execute(CHAINS.format(touched=touched), projects)
        for statement in (LOCK, PRESENT, NUMBER, MAKE):
            cursor.execute(statement, projects)
        cursor.execute("DROP TABLE splitting")


def count_changes(transfer: Transfer, table: str) -> None:
    """How many changes the batches hold, when those in the table have followed their objects."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(table=table), {"is_copy": transfer.is_copy})


def hold_labels(transfer: Transfer, object_ids: Sequence[int]) -> None:
    hold_chains(transfer, object_ids, CHANGED.format(table="labels_change"))


def split_for_labels(transfer: Transfer) -> None:
    split_batches(transfer, TOUCHED.format(table="labels_change"))


def count_labels(transfer: Transfer) -> None:
    count_changes(transfer, "labels_change")


HOLDS.append(hold_labels)
BEFORE.append(split_for_labels)
AFTER.append(count_labels)
comes_along(Following(Change, refs={"batch_id": "batch", "from_annotator_id": "person"}))
stays(Batch, reason="split: each project has the part with its objects")
stays(Tally, SettledTally, reason="kept by triggers")
