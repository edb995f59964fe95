"""What a person can undo and redo step by step: Ctrl + Z and Ctrl + Y of the bench, back to where the sitting began."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.keyset import Cursor

SITTING = timedelta(hours=12)  # a night's sleep ends one
STEPS = 100  # a page
MOST_STEPS = 1000


class Stack(StrEnum):
    DONE = "done"
    UNDONE = "undone"


@dataclass(frozen=True)
class Step:
    """`batch` is the one to undo: of something that was undone and redone, the redo."""

    batch: int
    kind: str  # of what was done first
    changed: int
    created: datetime


def steps(
    project_id: int, user: User, stack: Stack, cursor: str | None = None, size: int = STEPS
) -> tuple[list[Step], str | None]:
    """The top of a stack, the next to be undone or redone first, and the cursor of what lies below.

    Undos and redos of one thing cancel out. Left out is what others have changed since, to the last object.
    """
    below = Cursor.decode(cursor, stack).id if cursor else 2**63 - 1
    params: dict[str, Any] = {"project": project_id, "user": user.pk, "since": timezone.now() - SITTING}
    with connection.cursor() as db:
        db.execute(SQL[stack], {**params, "below": below, "size": size + 1})
        rows = db.fetchall()
    more = Cursor(stack, None, rows[size - 1][0]).encode() if len(rows) > size else None
    return [Step(*row) for _, *row in rows[:size]], more


# Of the batch `b`: an object whose label, or a trait's value, is the one that it gave, or one that the person gave on
# top of that, and will have taken back by the time when they come to it.
_LABEL_IN_REACH = """
SELECT FROM labels_change c JOIN samples_object o ON o.id = c.object_id
CROSS JOIN LATERAL (SELECT COALESCE((SELECT n.restores FROM labels_change n
    WHERE n.object_id = o.id AND n.version = o.version), o.version) AS version) standing
LEFT JOIN labels_change top ON top.object_id = o.id AND top.version = standing.version
LEFT JOIN labels_batch t ON t.id = top.batch_id
WHERE c.batch_id = b.id AND standing.version >= c.version
AND (top.batch_id = b.id OR t.user_id = b.user_id AND t.kind IN ('label', 'rule'))
"""
_VALUE_IN_REACH = """
SELECT FROM traits_traitchange c
JOIN traits_traitvalue v ON v.object_id = c.object_id AND v.trait_id = c.trait_id
CROSS JOIN LATERAL (SELECT COALESCE((SELECT n.restores FROM traits_traitchange n WHERE n.object_id = v.object_id
    AND n.trait_id = v.trait_id AND n.version = v.version), v.version) AS version) standing
LEFT JOIN traits_traitchange top ON top.object_id = v.object_id AND top.trait_id = v.trait_id
    AND top.version = standing.version
LEFT JOIN labels_batch t ON t.id = top.batch_id
WHERE c.batch_id = b.id AND standing.version >= c.version
AND (top.batch_id = b.id OR t.user_id = b.user_id AND t.kind IN ('label', 'trait'))
"""
_MINE = """
b.project_id = %(project)s AND b.user_id = %(user)s AND b.root_id IS NULL AND b.kind IN ('label', 'rule', 'trait')
AND b.created > %(since)s
"""

SQL = {
    Stack.DONE: f"""
SELECT b.id, COALESCE(b.latest_id, b.id), b.kind, b.changed, b.created FROM labels_batch b
WHERE {_MINE} AND NOT b.is_undone AND b.id < %(below)s AND (EXISTS ({_LABEL_IN_REACH}) OR EXISTS ({_VALUE_IN_REACH}))
ORDER BY b.id DESC LIMIT %(size)s
""",
    # who labels anew can't redo what they undid before that
    Stack.UNDONE: f"""
SELECT u.id, u.id, b.kind, u.changed, u.created FROM labels_batch b JOIN labels_batch u ON u.id = b.latest_id
WHERE {_MINE} AND b.is_undone AND u.user_id = b.user_id AND u.id < %(below)s AND u.id > (
    SELECT max(l.id) FROM labels_batch l WHERE l.project_id = b.project_id AND l.user_id = b.user_id
    AND l.root_id IS NULL AND l.kind IN ('label', 'rule', 'trait'))
ORDER BY u.id DESC LIMIT %(size)s
""",
}
