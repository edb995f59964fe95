"""The only writer of a trait's value. One transaction: lock the objects, check versions, write, append to the log.

As with labels: what somebody else changed meanwhile is not overwritten, it comes back as a conflict. Every value
belongs to a trait that applies: where it does not, the object is left out and counted; and when a value says that a
dependent trait does not apply any more (no egg sac: no number of eggs), that one is taken back in the same batch.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.live import publish_event
from annotations.labels.actions import MOST_AT_ONCE, MOST_TOLD, Target
from annotations.labels.models import Batch, BatchKind
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.traits.models import Trait
from annotations.traits.queries import values_now
from annotations.traits.values import Value, read_value


@dataclass
class Outcome:
    batch: int | None
    changed: int
    inapplicable: int = 0  # objects to which the trait does not apply
    conflicts: list[dict] = field(default_factory=list)  # as `queries.values_now`

    def as_dict(self) -> dict:
        return vars(self)


@transaction.atomic
def score_objects(
    *,
    trait: Trait,
    user: User,
    targets: Iterable[Target] | None = None,
    where: tuple[str, list] | None = None,
    expected: int | None = None,
    value: object = None,
    state: State | None = None,
) -> Outcome:
    """Gives the objects a value of the trait, a state, or both.

    A value alone validates. A state alone keeps the value, of objects that have one; `unclassified` takes it back.
    `targets` name the version of the trait's value (0 where there was none), `where` and `expected` are those of
    `label_objects`. Raises ValidationError for a value that the trait doesn't take.
    """
    if not trait.is_active:
        raise ValidationError(f"{trait.name} is retired: it takes no more values.")
    given = None if value is None else read_value(trait, value)
    state = _wanted_state(given, state)
    details = {"trait": trait.pk, "value": value, "state": state.value}
    batch = Batch.objects.create(project=trait.project, kind=BatchKind.TRAIT, user=user, details=details)
    wanted = None if targets is None else {target.id: target.version for target in targets}
    _lock(trait.project, wanted, where, expected)
    _read(trait, wanted)
    is_taken_back = state == State.UNCLASSIFIED
    inapplicable = 0 if is_taken_back or given is None else _leave_out_inapplicable(trait)
    changed = _write(batch, trait, user, given, state)
    if given is not None or is_taken_back:
        changed += _take_back_dependents(batch, trait, user)
    conflicts = _conflicts(trait, wanted) if wanted is not None else []
    return _close(batch, trait, changed, inapplicable, conflicts)


@dataclass(frozen=True)
class Score:
    """A value that a package brings, of an object that it names by its id."""

    object: str
    trait: int
    value: Value
    state: State
    score: float | None = None
    annotator: int | None = None
    set_at: datetime | None = None


@dataclass
class Imported:
    changed: int
    known: int = 0  # whose trait has been said something of here
    inapplicable: int = 0


@transaction.atomic
def import_scores(*, batch: Batch, scores: Iterable[Score]) -> Imported:
    """Gives objects the values that came with a package, with who gave them and when; one of a trait and object.

    Never overwrites: a trait of which anything was said here keeps that, so it is safe to do twice. A value without a
    person or date gets those of the batch.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        with cursor.copy("COPY incoming FROM STDIN") as copy:
            for score in scores:
                copy.write_row(_incoming(score, batch, now))
        cursor.execute(ARRIVE, [batch.project_id])
        cursor.execute(DROP_KNOWN)
        known = cursor.rowcount
        cursor.execute(DROP_OTHER_TAXA)
        inapplicable = cursor.rowcount
        while True:  # what depends on something left out is left out too
            cursor.execute(DROP_WITHOUT_CONDITION)
            if not cursor.rowcount:
                break
            inapplicable += cursor.rowcount
        cursor.execute(TAKE_IN, {"batch": batch.pk})
        changed = cursor.rowcount
        cursor.execute("DROP TABLE incoming, arriving")
        cursor.execute("UPDATE labels_batch SET changed = changed + %s WHERE id = %s", [changed, batch.pk])
    if changed:
        publish_event(batch.project_id, "traits", batch=batch.pk, objects=None)
    return Imported(changed, known, inapplicable)


def _incoming(score: Score, batch: Batch, now: datetime) -> tuple:
    value = score.value
    is_predicted = score.state == State.PREDICTED
    return (
        score.object,
        score.trait,
        list(value.choices),
        value.number,
        value.text,
        value.is_hidden,
        score.state.value,
        score.score if is_predicted else None,
        None if is_predicted else score.annotator or batch.user_id,
        score.set_at or now,
    )


# --- The steps --------------------------------------------------------------------------------------------------------


def _wanted_state(given: Value | None, state: State | None) -> State:
    if given is None and state is None:
        raise ValidationError("Say what the trait should become: a `value`, a `state`, or both.")
    if given is not None and state == State.UNCLASSIFIED:
        raise ValidationError("What nobody has looked at has no value: leave one of the two out.")
    if state == State.PREDICTED:
        raise ValidationError("Only a model predicts: choose validated, dubious or unclassified.")
    return state or State.VALIDATED


def _lock(
    project: Project, wanted: dict | None, where: tuple[str, list] | None, expected: int | None
) -> None:
    """The objects, in the order of their ids, so that two writers never deadlock."""
    if wanted is None and where is None:
        raise ValidationError("Say which objects: `objects` with id and version, or a `filter`.")
    condition, params = (
        where if wanted is None and where is not None else ("o.id = ANY(%s)", [list(wanted or ())])
    )
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(condition=condition), [project.pk, *params, MOST_AT_ONCE + 1])
        if cursor.rowcount > MOST_AT_ONCE:
            raise ValidationError(
                f"More than {MOST_AT_ONCE:,} objects match: narrow the filter, to a sample or a taxon."
            )
        if expected is not None and wanted is None and cursor.rowcount != expected:
            raise ValidationError(
                f"{cursor.rowcount:,} objects match by now, not {expected:,}: somebody changed some. "
                "Nothing was done; look again."
            )


def _read(trait: Trait, wanted: dict[int, int] | None) -> None:
    """What the values are, now that nobody else can change them. A statement of its own: it sees what was committed
    while `_lock` waited.
    """
    versions = list(wanted.items()) if wanted is not None else []
    with connection.cursor() as cursor:
        cursor.execute(
            READ,
            {
                "trait": trait.pk,
                "all": wanted is None,
                "ids": [pk for pk, _ in versions],
                "versions": [version for _, version in versions],
            },
        )


def _leave_out_inapplicable(trait: Trait) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            LEAVE_OUT,
            {
                "all": trait.applies_to_all,
                "taxa": trait.applies_to,
                "only_if": trait.only_if_id,
                "choices": trait.only_if_choices,
            },
        )
        return cursor.rowcount


def _write(batch: Batch, trait: Trait, user: User, given: Value | None, state: State) -> int:
    is_kept = given is None and state != State.UNCLASSIFIED
    value = given or Value()
    params: dict[str, Any] = {
        "batch": batch.pk,
        "trait": trait.pk,
        "keep": is_kept,
        "choices": list(value.choices),
        "number": value.number,
        "text": value.text,
        "hidden": value.is_hidden,
        "state": state.value,
        "user": user.pk,
    }
    with connection.cursor() as cursor:
        if given is None:  # there must be something to settle, or to take back
            cursor.execute("DELETE FROM present WHERE state = 'U'")
        cursor.execute(WRITE, params)
        return cursor.rowcount


def _take_back_dependents(batch: Batch, trait: Trait, user: User) -> int:
    changed = 0
    for dependent in trait.dependents.all():
        with connection.cursor() as cursor:
            cursor.execute(
                TAKE_BACK,
                {
                    "batch": batch.pk,
                    "user": user.pk,
                    "trait": dependent.pk,
                    "parent": trait.pk,
                    "choices": dependent.only_if_choices,
                },
            )
            taken = cursor.rowcount
        changed += taken + (_take_back_dependents(batch, dependent, user) if taken else 0)
    return changed


def _conflicts(trait: Trait, wanted: dict[int, int]) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM locked WHERE NOT is_free")
        ids = [row[0] for row in cursor.fetchall()]
    return values_now(trait.pk, ids) if ids else []


def _close(batch: Batch, trait: Trait, changed: int, inapplicable: int, conflicts: list[dict]) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM present LIMIT %s", [MOST_TOLD + 1])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute("DROP TABLE locked, present")
    if not changed:
        batch.delete()
        return Outcome(None, 0, inapplicable, conflicts)
    Batch.objects.filter(pk=batch.pk).update(changed=changed)
    told = ids if len(ids) <= MOST_TOLD else None
    publish_event(batch.project_id, "traits", batch=batch.pk, trait=trait.pk, objects=told)
    return Outcome(batch.pk, changed, inapplicable, conflicts)


# --- SQL --------------------------------------------------------------------------------------------------------------

LOCK = """
CREATE TEMPORARY TABLE locked ON COMMIT DROP AS
SELECT o.id, o.taxon_id, TRUE AS is_free FROM samples_object o
WHERE o.project_id = %s AND ({condition}) ORDER BY o.id LIMIT %s FOR NO KEY UPDATE OF o
"""

# a whole value as the log keeps it
SNAPSHOT = """CASE WHEN COALESCE({0}.state, 'U') = 'U' THEN NULL ELSE jsonb_build_object(
    'choices', {0}.choices, 'number', {0}.number, 'text', {0}.text, 'hidden', {0}.is_hidden, 'state', {0}.state,
    'score', {0}.score, 'annotator', {0}.annotator_id, 'model', {0}.model_id, 'at', {0}.set_at) END"""

READ = f"""
CREATE TEMPORARY TABLE present ON COMMIT DROP AS
SELECT l.id, l.taxon_id, COALESCE(v.version, 0) AS version, COALESCE(v.state, 'U') AS state,
       v.choices, v.number, v.text, v.is_hidden, {SNAPSHOT.format("v")} AS before
FROM locked l LEFT JOIN traits_traitvalue v ON v.object_id = l.id AND v.trait_id = %(trait)s;
UPDATE locked SET is_free = FALSE FROM present c
LEFT JOIN unnest(%(ids)s::bigint[], %(versions)s::int[]) AS wanted (id, version) ON wanted.id = c.id
WHERE locked.id = c.id AND NOT %(all)s AND wanted.version <> c.version;
DELETE FROM present USING locked WHERE locked.id = present.id AND NOT locked.is_free
"""

LEAVE_OUT = """
DELETE FROM present c WHERE NOT (
    (%(all)s OR EXISTS (
        SELECT FROM taxonomy_taxon t WHERE t.id = c.taxon_id AND t.path && %(taxa)s::bigint[]))
    AND (%(only_if)s::bigint IS NULL OR EXISTS (
        SELECT FROM traits_traitvalue p WHERE p.object_id = c.id AND p.trait_id = %(only_if)s
        AND p.state <> 'U' AND p.choices && %(choices)s::varchar[]))
)
"""

_LOG = f"""
INSERT INTO traits_traitchange (batch_id, object_id, trait_id, version, before, after)
SELECT %(batch)s, w.object_id, w.trait_id, w.version, c.before, {SNAPSHOT.format("w")}
"""

WRITE = f"""
WITH written AS (
    INSERT INTO traits_traitvalue AS v (object_id, trait_id, choices, number, text, is_hidden, state, score,
                                        annotator_id, model_id, set_at, version)
    SELECT id, %(trait)s, CASE WHEN %(keep)s THEN choices ELSE %(choices)s::varchar[] END,
           CASE WHEN %(keep)s THEN number ELSE %(number)s::float8 END,
           CASE WHEN %(keep)s THEN text ELSE %(text)s END,
           CASE WHEN %(keep)s THEN is_hidden ELSE %(hidden)s END,
           %(state)s, NULL, %(user)s, NULL, now(), version + 1
    FROM present ORDER BY id
    ON CONFLICT (object_id, trait_id) DO UPDATE SET
        choices = EXCLUDED.choices, number = EXCLUDED.number, text = EXCLUDED.text, is_hidden = EXCLUDED.is_hidden,
        state = EXCLUDED.state, score = NULL, annotator_id = EXCLUDED.annotator_id, model_id = NULL,
        set_at = EXCLUDED.set_at, version = EXCLUDED.version
    RETURNING v.*
)
{_LOG} FROM written w JOIN present c ON c.id = w.object_id
"""

TAKE_BACK = f"""
WITH c AS MATERIALIZED (
    SELECT v.object_id, v.trait_id, {SNAPSHOT.format("v")} AS before FROM traits_traitvalue v
    JOIN present l ON l.id = v.object_id
    WHERE v.trait_id = %(trait)s AND v.state <> 'U' AND NOT EXISTS (
        SELECT FROM traits_traitvalue p WHERE p.object_id = v.object_id AND p.trait_id = %(parent)s
        AND p.state <> 'U' AND p.choices && %(choices)s::varchar[])
), w AS (
    UPDATE traits_traitvalue v SET
        choices = '{{}}', number = NULL, text = '', is_hidden = FALSE, state = 'U', score = NULL,
        annotator_id = %(user)s, model_id = NULL, set_at = now(), version = v.version + 1
    FROM c WHERE v.object_id = c.object_id AND v.trait_id = c.trait_id
    RETURNING v.*
)
{_LOG} FROM w JOIN c ON c.object_id = w.object_id
"""

INCOMING = """
CREATE TEMPORARY TABLE incoming (
    original_id text, trait_id bigint, choices varchar[], number float8, text text, is_hidden boolean,
    state varchar, score float8, annotator_id bigint, set_at timestamptz
) ON COMMIT DROP
"""

ARRIVE = """
CREATE TEMPORARY TABLE arriving ON COMMIT DROP AS
SELECT o.id AS object_id, o.taxon_id, i.* FROM incoming i
JOIN samples_objectfields w ON w.project_id = %s AND w.original_id = i.original_id
JOIN samples_object o ON o.id = w.object_id ORDER BY o.id FOR NO KEY UPDATE OF o
"""

DROP_KNOWN = """
DELETE FROM arriving a USING traits_traitvalue v WHERE v.object_id = a.object_id AND v.trait_id = a.trait_id
"""

DROP_OTHER_TAXA = """
DELETE FROM arriving a USING traits_trait t
WHERE t.id = a.trait_id AND cardinality(t.applies_to || t.applies_to_names) > 0 AND NOT EXISTS (
    SELECT FROM taxonomy_taxon x WHERE x.id = a.taxon_id AND x.path && t.applies_to)
"""

DROP_WITHOUT_CONDITION = """
DELETE FROM arriving a USING traits_trait t
WHERE t.id = a.trait_id AND t.only_if_id IS NOT NULL
AND NOT EXISTS (SELECT FROM traits_traitvalue p WHERE p.object_id = a.object_id AND p.trait_id = t.only_if_id
                AND p.state <> 'U' AND p.choices && t.only_if_choices)
AND NOT EXISTS (SELECT FROM arriving p WHERE p.object_id = a.object_id AND p.trait_id = t.only_if_id
                AND p.choices && t.only_if_choices)
"""

TAKE_IN = f"""
WITH w AS (
    INSERT INTO traits_traitvalue (object_id, trait_id, choices, number, text, is_hidden, state, score,
                                   annotator_id, model_id, set_at, version)
    SELECT object_id, trait_id, choices, number, text, is_hidden, state, score, annotator_id, NULL, set_at, 1
    FROM arriving ORDER BY object_id
    RETURNING *
)
INSERT INTO traits_traitchange (batch_id, object_id, trait_id, version, before, after)
SELECT %(batch)s, object_id, trait_id, version, NULL, {SNAPSHOT.format("w")} FROM w
"""
