"""Taking labels back, and giving them again: the other half of the only writer of labels.

An undo, its redo, the undo of that … are batches of one chain (`Batch.root_id`, `step`). What may be put back is
decided object by object, by the version whose label it has now: a label given and taken back in between
(`Change.restores`) leaves it where it was, and so does a merge, which only changes how its taxon is called; anything
else on top of it stays, and is a conflict.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.labels.locking import lock_objects
from annotations.labels.models import Batch, BatchKind
from annotations.labels.outcomes import Outcome, close_batch, conflicts_with, drop_locked, note_changed
from annotations.labels.statements import BEFORE
from annotations.projects.models import Role

ONLY_WHOLE = "An import cannot be undone here: its labels came with its objects. Label these anew instead."


@transaction.atomic
def undo_batch(*, batch: Batch, user: User | None, role: Role) -> Outcome:
    """Puts back what the batch changed, except where somebody has changed it again since. Undoing an undo redoes.

    `user` is None where whoever asked for it has left the site. Raises PermissionDenied unless it is the person's own
    batch or they are an expert, ValidationError when it has been undone already or is an import.
    """
    refuse_undo(batch=batch, user=user, role=role)
    undo = begin_undo(batch=batch, user=user, is_new=True)
    changed = restore_labels(undo)
    objects = drop_locked()
    outcome = close_batch(undo, changed, conflicts_of_undo(undo, objects), objects)
    end_undo(undo)
    return outcome


def refuse_undo(*, batch: Batch, user: User | None, role: Role) -> None:
    """Raises PermissionDenied or ValidationError where this person may not undo the batch, or nobody can."""
    is_own = user is not None and batch.user_id == user.pk
    if batch.kind == BatchKind.IMPORT:
        raise ValidationError(ONLY_WHOLE)
    if not is_own and role.rank < Role.EXPERT.rank:
        raise PermissionDenied("This is somebody else's work: an expert or a manager can take it back.")


@transaction.atomic
def begin_undo(*, batch: Batch, user: User | None, is_new: bool = False) -> Batch:
    """The batch that undoes this one, made if there is none; `restore_labels` or `undo_some` fill it.

    With `is_new`, raises ValidationError where there is one.
    """
    root = Batch.objects.select_for_update().get(pk=batch.root_id or batch.pk)
    begun = Batch.objects.filter(undoes=batch).first()
    if begun and is_new:
        raise ValidationError("This has been undone already.")
    if begun:
        return begun
    undo = Batch.objects.create(
        project=batch.project,
        kind=BatchKind.UNDO,
        user=user,
        undoes=batch,
        root_id=root.pk,
        step=batch.step + 1,
    )
    Batch.objects.filter(pk=root.pk).update(latest_id=undo.pk, is_undone=not undo.is_doing)
    return undo


def end_undo(undo: Batch) -> None:
    """To be called when all is put back: where that was nothing, the undo goes, and its chain ends as before."""
    assert undo.root_id is not None
    Batch.objects.filter(pk=undo.pk, changed=0).delete()
    if not Batch.objects.filter(pk=undo.pk).exists():
        before = undo.undoes_id if undo.step > 1 else None
        Batch.objects.filter(pk=undo.root_id).update(latest_id=before, is_undone=undo.is_doing)


@transaction.atomic
def undo_some(*, undo: Batch, after: int, most: int) -> tuple[int, int]:
    """Puts back up to `most` of the changes that lie behind number `after`, but for what somebody has changed since.

    Returns the number of the last and how many it looked at; none are left when that is 0. Safe to do twice: what was
    put back is of another version by then.
    """
    with connection.cursor() as cursor:
        cursor.execute(SOME_CHANGES, [source_of(undo), after, most])
        ids = [change for (change,) in cursor.fetchall()]
        note_changed(undo, restore_labels(undo, ids))
        cursor.execute("DROP TABLE locked")
    return (ids[-1], len(ids)) if ids else (after, 0)


def source_of(undo: Batch) -> int:
    """The batch whose changes it puts back. A redo does so for what its undo changed; but each undo of a chain for all
    that was done first, though an earlier one may have been stopped halfway, or kept off by what is gone by now.
    """
    assert undo.root_id is not None and undo.undoes_id is not None
    return undo.undoes_id if undo.is_doing else undo.root_id


def restore_labels(undo: Batch, changes: list[int] | None = None) -> int:
    """Puts back what the undo's source changed, all of it or those changes; returns how many objects.

    Leaves the temporary table `locked` of these objects as they were, for `drop_locked`.
    """
    params: dict[str, Any] = {
        "source": source_of(undo),
        "undo": undo.pk,
        "all": changes is None,
        "changes": changes or [],
    }
    with connection.cursor() as cursor:
        cursor.execute(LOCK, params)
        cursor.execute(REVERSIBLE, params)
        cursor.execute(RESTORE, params)
        return cursor.rowcount


@transaction.atomic
def roll_back_some(
    *, batch: Batch, person: int, since: datetime, until: datetime | None, objects: list[int]
) -> int:
    """Puts these objects back to what they were before the person labelled them within that time; returns how many.

    Where somebody else, or the person at another time, has labelled on top of it, that stays.
    """
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
        cursor.execute(RESTORE, params)
        changed = cursor.rowcount
        cursor.execute("DROP TABLE locked")
    return note_changed(batch, changed)


def conflicts_of_undo(undo: Batch, restored: Iterable[tuple[int, int]]) -> list[dict]:
    """The objects that the undo's source changed, and that are not among the restored, as they are now."""
    return conflicts_with(undo.project, set(changed_objects(undo)).difference(dict(restored)))


def changed_objects(undo: Batch) -> list[int]:
    """The objects whose labels the undo's source changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT object_id FROM labels_change WHERE batch_id = %s", [source_of(undo)])
        return [object_id for (object_id,) in cursor.fetchall()]


# --- SQL --------------------------------------------------------------------------------------------------------------

SOME_CHANGES = "SELECT id FROM labels_change WHERE batch_id = %s AND id > %s ORDER BY id LIMIT %s"

# a statement of its own: the next sees what was committed while this one waited
LOCK = """
SELECT FROM samples_object o WHERE o.id IN (
    SELECT c.object_id FROM labels_change c WHERE c.batch_id = %(source)s AND (%(all)s OR c.id = ANY(%(changes)s)))
ORDER BY o.id FOR NO KEY UPDATE
"""

# the version whose label an object has, of samples_object `o`
STANDING = """COALESCE((SELECT n.restores FROM labels_change n WHERE n.object_id = o.id AND n.version = o.version),
         o.version)"""

# what a change `c` found: its label, and the version that it was of
LABEL_BEFORE = """c.from_taxon_id, c.from_state, c.from_score, c.from_margin, c.from_entropy, c.from_annotator_id,
       c.from_labelled_at"""
STOOD = """COALESCE((SELECT p.restores FROM labels_change p WHERE p.object_id = c.object_id
                 AND p.version = c.version - 1), c.version - 1)"""

# a merge and its undo leave the same version standing: which of them was last, the taxon says
REVERSIBLE = f"""
CREATE TEMPORARY TABLE locked ON COMMIT DROP AS
SELECT {BEFORE}, {LABEL_BEFORE}, {STOOD} AS restores
FROM labels_change c JOIN samples_object o ON o.id = c.object_id
WHERE c.batch_id = %(source)s AND (%(all)s OR c.id = ANY(%(changes)s))
AND COALESCE(c.restores, c.version) = {STANDING}
AND ((SELECT b.kind FROM labels_batch b WHERE b.id = c.batch_id) <> 'remap'
     OR o.taxon_id = taxonomy_in_use(c.to_taxon_id))
"""

# down through what the person did on top of each other; `walk.at` is the version whose label comes to light
WALK = f"""
WITH RECURSIVE walk AS (
    SELECT o.id, {STANDING} AS at, 0 AS depth, NULL::bigint AS change FROM samples_object o
    WHERE o.id = ANY(%(objects)s)
    UNION ALL
    SELECT walk.id, {STOOD}, walk.depth + 1, c.id
    FROM walk JOIN labels_change c ON c.object_id = walk.id AND c.version = walk.at AND c.restores IS NULL
    JOIN labels_batch b ON b.id = c.batch_id
    WHERE b.kind IN ('label', 'rule') AND b.user_id = %(person)s AND b.created >= %(since)s
    AND (%(until)s::timestamptz IS NULL OR b.created < %(until)s)
), deepest AS (SELECT DISTINCT ON (id) * FROM walk ORDER BY id, depth DESC)
"""

BEFORE_THE_PERSON = f"""
CREATE TEMPORARY TABLE locked ON COMMIT DROP AS
{WALK}
SELECT {BEFORE}, {LABEL_BEFORE}, deepest.at AS restores
FROM deepest JOIN labels_change c ON c.id = deepest.change JOIN samples_object o ON o.id = deepest.id
"""

# where the taxon was merged into another since, it is that one
RESTORE = """
WITH changed AS (
    UPDATE samples_object o SET
        taxon_id = COALESCE((SELECT taxonomy_in_use(t.id) FROM taxonomy_taxon t
                             WHERE t.id = l.from_taxon_id AND t.replaced_by_id IS NOT NULL), l.from_taxon_id),
        state = l.from_state, score = l.from_score, margin = l.from_margin, entropy = l.from_entropy,
        annotator_id = l.from_annotator_id, labelled_at = l.from_labelled_at, version = o.version + 1
    FROM locked l WHERE o.id = l.id
    RETURNING o.id, o.version, o.taxon_id AS new_taxon, o.state AS new_state, o.score AS new_score, l.taxon_id, l.state,
              l.score, l.margin, l.entropy, l.annotator_id, l.labelled_at, l.restores
)
INSERT INTO labels_change (batch_id, object_id, version, from_taxon_id, from_state, from_score, from_margin,
                           from_entropy, from_annotator_id, from_labelled_at, to_taxon_id, to_state, to_score, restores)
SELECT %(undo)s, id, version, taxon_id, state, score, margin, entropy, annotator_id, labelled_at, new_taxon, new_state,
       new_score, restores FROM changed
"""
