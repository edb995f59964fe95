"""The only writer of a trait's value. One transaction: lock the objects, check versions, write, append to the log.

As with labels: what somebody else changed meanwhile is not overwritten, it comes back as a conflict. Every value
belongs to a trait that applies: where it does not, the object is left out and counted; and when a value says that a
dependent trait does not apply any more (no egg sac: no number of eggs), that one is taken back in the same batch.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.common.live import publish_event
from annotations.labels.models import Batch, BatchKind
from annotations.labels.outcomes import MOST_IN_EVENT, gone_from
from annotations.labels.targets import MOST_AT_ONCE, Target, refuse_another_number
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.traits.models import Trait
from annotations.traits.queries import values_now
from annotations.traits.sql import LEAVE_OUT, LOCK, READ, TAKE_BACK, WRITE
from annotations.traits.values import Value, read_value


@dataclass
class TraitOutcome:
    batch: int | None
    changed: int
    inapplicable: int = 0  # objects to which the trait does not apply
    conflicts: list[dict] = field(default_factory=list)  # as `queries.values_now`
    gone: list[int] = field(default_factory=list)  # objects that are not in the project any more

    def as_dict(self) -> dict:
        return {name: value for name, value in vars(self).items() if name != "gone" or value}


@transaction.atomic
def set_trait_values(
    *,
    trait: Trait,
    user: User,
    targets: Iterable[Target] | None = None,
    where: tuple[str, list] | None = None,
    expected: int | None = None,
    value: object = None,
    state: State | None = None,
    batch: Batch | None = None,
) -> TraitOutcome:
    """Gives the objects a value of the trait, a state, or both.

    A value alone validates. A state alone keeps the value, of objects that have one; `unclassified` takes it back.
    `targets` name the version of the trait's value (0 where there was none), `where` and `expected` are those of
    `label_objects`. With `batch` the changes go into that one of labels, which counts these alone. Raises
    ValidationError for a value that the trait doesn't take.
    """
    if not trait.is_active:
        raise ValidationError(f"{trait.name} is retired: it takes no more values.")
    new_value = None if value is None else read_value(trait, value)
    state = _state_to_write(new_value, state)
    details = {"trait": trait.pk, "value": value, "state": state.value}
    into = batch or Batch.objects.create(
        project=trait.project, kind=BatchKind.TRAIT, user=user, details=details
    )
    versions = None if targets is None else {target.id: target.version for target in targets}
    _lock(trait.project, versions, where, expected)
    _read(trait, versions)
    is_taken_back = state == State.UNCLASSIFIED
    inapplicable = 0 if is_taken_back or new_value is None else _leave_out_inapplicable(trait)
    changed = _write(into, trait, user, new_value, state)
    if new_value is not None or is_taken_back:
        changed += _take_back_dependents(into, trait, user)
    conflicts = _conflicts(trait, versions) if versions is not None else []
    outcome = _close(into, trait, changed, inapplicable, conflicts, is_own=batch is None)
    outcome.gone = gone_from(trait.project, versions or ())
    return outcome


# --- The steps --------------------------------------------------------------------------------------------------------


def _state_to_write(new_value: Value | None, state: State | None) -> State:
    if new_value is None and state is None:
        raise ValidationError("Say what the trait should become: a `value`, a `state`, or both.")
    if new_value is not None and state == State.UNCLASSIFIED:
        raise ValidationError("What nobody has looked at has no value: leave one of the two out.")
    if state in (State.PREDICTED, State.MACHINE_VALIDATED):
        raise ValidationError(
            "Only a model predicts, and no rule gives values: choose validated, dubious or unclassified."
        )
    return state or State.VALIDATED


def _lock(
    project: Project, versions: dict | None, where: tuple[str, list] | None, expected: int | None
) -> None:
    """The objects, in the order of their ids, so that two writers never deadlock."""
    if versions is None and where is None:
        raise ValidationError("Say which objects: `objects` with id and version, or a `filter`.")
    condition, params = (
        where if versions is None and where is not None else ("o.id = ANY(%s)", [list(versions or ())])
    )
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(condition=condition), [project.pk, *params, MOST_AT_ONCE + 1])
        if cursor.rowcount > MOST_AT_ONCE:
            raise ValidationError(
                f"More than {MOST_AT_ONCE:,} objects match: narrow the filter, to a sample or a taxon."
            )
        if expected is not None and versions is None:
            refuse_another_number(cursor.rowcount, expected)


def _read(trait: Trait, versions: dict[int, int] | None) -> None:
    """What the values are, now that nobody else can change them. A statement of its own: it sees what was committed
    while `_lock` waited.
    """
    pairs = list(versions.items()) if versions is not None else []
    with connection.cursor() as cursor:
        cursor.execute(
            READ,
            {
                "trait": trait.pk,
                "all": versions is None,
                "ids": [pk for pk, _ in pairs],
                "versions": [version for _, version in pairs],
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


def _write(batch: Batch, trait: Trait, user: User, new_value: Value | None, state: State) -> int:
    is_kept = new_value is None and state != State.UNCLASSIFIED
    value = new_value or Value()
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
        if new_value is None:  # there must be something to settle, or to take back
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
            rows = cursor.rowcount
        changed += rows + (_take_back_dependents(batch, dependent, user) if rows else 0)
    return changed


def _conflicts(trait: Trait, versions: dict[int, int]) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM locked WHERE NOT is_free")
        ids = [row[0] for row in cursor.fetchall()]
    return values_now(trait.pk, ids) if ids else []


def _close(
    batch: Batch, trait: Trait, changed: int, inapplicable: int, conflicts: list[dict], *, is_own: bool
) -> TraitOutcome:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM present LIMIT %s", [MOST_IN_EVENT + 1])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute("DROP TABLE locked, present")
    if not changed:
        if is_own:
            batch.delete()
        return TraitOutcome(None, 0, inapplicable, conflicts)
    if is_own:
        Batch.objects.filter(pk=batch.pk).update(changed=changed)
    few = ids if len(ids) <= MOST_IN_EVENT else None
    publish_event(batch.project_id, "traits", batch=batch.pk, trait=trait.pk, objects=few)
    return TraitOutcome(batch.pk, changed, inapplicable, conflicts)
