"""The only writer of a label. One transaction: check the version, update, append to the log.

What somebody else changed meanwhile is not overwritten: it comes back as a conflict. All work is SQL over sets, in
statements.py; targets.py locks the objects, outcomes.py says what came of it. What takes labels back is undoing.py.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.arrays import array_of
from annotations.common.live import publish_event
from annotations.labels.models import Batch, BatchKind
from annotations.labels.outcomes import Outcome, close_chosen, note_changed
from annotations.labels.statements import (
    BECOMES,
    COARSER,
    COUNT_CHANGED,
    HOLD_PEOPLE,
    HOLD_TAXA,
    LABEL,
    LOG_IMPORTED,
    LOG_PAST,
    MACHINE_VALIDATE,
    NAME,
    PLACE_PENDING,
    PREDICT,
    REPLACE,
    RESET,
    UPDATE_FROM_FILE,
)
from annotations.labels.targets import Chosen, Target, choose, lock_chosen, refuse_without_taxon
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import in_use, taxon_in_use

RESETTABLE = "o.state IN ('V', 'D', 'M')"


@transaction.atomic
def label_objects(
    *,
    project: Project,
    user: User,
    targets: Iterable[Target] | None = None,
    where: tuple[str, list] | None = None,
    expected: int | None = None,
    taxon: Taxon | None = None,
    state: State | None = None,
) -> Outcome:
    """Gives the objects a taxon, a state or both.

    `targets` are objects as the person saw them. `where` is an SQL condition over samples_object `o` with its
    parameters, for all that match a filter: if their number isn't `expected`, nothing is done. A taxon alone
    validates; a state alone keeps the taxon; `unclassified` takes it away. For a taxon that was merged they get what it
    became, and the outcome says so. Raises ValidationError when nothing is
    asked for, or a state that needs a taxon meets objects without one.
    """
    state = _state_to_give(taxon, state)
    named, taxon = taxon, taxon and taxon_in_use(taxon)
    _refuse_deprecated(taxon)
    details = {"taxon": taxon and taxon.pk, "state": state.value}
    batch = Batch(project=project, kind=BatchKind.LABEL, user=user, details=details)
    chosen = choose(project, targets, where, expected, names_taxon=taxon is not None)
    outcome = close_chosen(batch, _apply(batch, chosen, taxon, state), chosen.versions)
    outcome.replaced = _replacement(named, taxon)
    return outcome


@transaction.atomic
def name_objects(*, project: Project, user: User, taxa: Mapping[Target, Taxon]) -> Outcome:
    """Validates objects as the taxa that they are named, each its own, in one batch. Else as `label_objects`."""
    became = in_use({taxon.pk for taxon in taxa.values()})
    current = Taxon.objects.in_bulk(set(became.values()))
    for taxon in current.values():
        _refuse_deprecated(taxon)
    details = {"taxon": _the_only(became.values()), "state": State.VALIDATED.value}
    batch = Batch(project=project, kind=BatchKind.LABEL, user=user, details=details)
    chosen = choose(project, taxa, None, None, names_taxon=True)
    named = {target.id: became[taxon.pk] for target, taxon in taxa.items()}
    params = {"named": list(named), "taxa": list(named.values())}
    outcome = close_chosen(batch, _write(batch, NAME, chosen, params), chosen.versions)
    replacements = (_replacement(taxon, current[became[taxon.pk]]) for taxon in set(taxa.values()))
    outcome.replaced = next(filter(None, replacements), None)
    return outcome


@transaction.atomic
def reset_to_predicted(
    *,
    project: Project,
    user: User,
    predictions: str,
    targets: Iterable[Target] | None = None,
    where: tuple[str, list] | None = None,
    expected: int | None = None,
) -> Outcome:
    """Makes validated, dubious and machine-validated ones of the objects predicted again, with what `predictions` says.

    `predictions` is SQL that gives object_id, taxon_id, score and margin; an object that it does not name keeps its
    taxon, and the score that a machine-validated one has. `targets`, `where` and `expected` are as `label_objects` has
    them; `expected` counts those alone that can be reset. Raises ValidationError.
    """
    details = {"taxon": None, "state": State.PREDICTED.value}
    batch = Batch(project=project, kind=BatchKind.LABEL, user=user, details=details)
    versions = lock_chosen(project, targets, where and (f"({where[0]}) AND {RESETTABLE}", where[1]), expected)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM locked o WHERE NOT {RESETTABLE}")
    statement = RESET.format(predictions=predictions)
    return close_chosen(batch, _write(batch, statement, Chosen(versions), {}), versions)


PredictedLabel = tuple[int, int | None, float, float | None, float | None]
PREDICTED_COLUMNS = ("ids", "taxa", "scores", "margins", "entropies")


@transaction.atomic(savepoint=False)
def write_predictions(*, batch: Batch, rows: Iterable[PredictedLabel]) -> int:
    """Writes a model's (object id, taxon id, score, margin, entropy) for objects that no person or rule has settled.

    Where it is not sure enough for any taxon (None), what an earlier model said is taken away. Returns how many objects
    got a taxon. Safe to call again with the same rows. A taxon that was merged since the model learnt it is what it
    became.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(PREDICTED_COLUMNS)
    params = {name: array_of(column) for name, column in zip(PREDICTED_COLUMNS, columns, strict=True)}
    with connection.cursor() as cursor:
        cursor.execute(PREDICT, params | {"project": batch.project_id, "batch": batch.pk})
        changed, predicted = cursor.fetchone()
        cursor.execute(COUNT_CHANGED, [changed, batch.pk])
    publish_event(batch.project_id, "labels", batch=batch.pk, objects=None)
    return predicted


@dataclass(frozen=True)
class Coarser:
    """What a rule makes of objects that a model is not sure enough of: a taxon above theirs, and the score of that, as
    SQL over samples_object `o` with its parameters."""

    taxon: int
    score: str
    params: list


@transaction.atomic
def machine_validate_some(
    *, batch: Batch, where: tuple[str, list], after: int, most: int, coarser: Coarser | None = None
) -> tuple[int, int]:
    """Makes up to `most` of the predicted objects that match, in the order of their numbers behind `after`,
    machine-validated: they keep taxon and scores, or get the coarser one, and nobody is their annotator, since nobody
    looked.

    `where` is an SQL condition over samples_object `o` with its parameters. Returns the number of the last and how many
    they were; none are left when that is 0.
    """
    condition, params = where
    becomes, sets = (BECOMES.format(score=coarser.score), COARSER) if coarser else ("", "")
    first = [coarser.taxon, *coarser.params] if coarser else []
    with connection.cursor() as cursor:
        cursor.execute(
            MACHINE_VALIDATE.format(condition=condition, becomes=becomes, coarser=sets),
            [*first, batch.project_id, after, *params, most, batch.pk],
        )
        ids = [object_id for (object_id,) in cursor.fetchall()]
    note_changed(batch, len(ids))
    return (max(ids), len(ids)) if ids else (after, 0)


@transaction.atomic
def place_pending_labels(*, batch: Batch, taxon: Taxon, labels: tuple[str, list]) -> int:
    """Gives objects the labels that a package brought under a name that was unknown then; returns how many.

    `labels` is SQL with its parameters that gives object_id, state, score, margin, entropy, annotator_id, labelled_at
    and, of what an update brought, the version `seen`: they come back as they were. What a person has said meanwhile
    stays, and a prediction that waited gives way to a newer one.
    """
    source, params = labels
    with connection.cursor() as cursor:
        cursor.execute(PLACE_PENDING.format(pending=source), [*params, batch.project_id, taxon.pk, batch.pk])
        return note_changed(batch, cursor.rowcount)


class FiledLabel(NamedTuple):
    """What a package says of an object that was at `version` when it was compared; `annotator` and `labelled_at` are
    whom the file names, and its date."""

    object: int
    version: int
    taxon: int
    state: str
    score: float | None
    margin: float | None
    entropy: float | None
    annotator: int | None
    labelled_at: datetime | None


FILED_COLUMNS = (
    "ids",
    "versions",
    "taxa",
    "states",
    "scores",
    "margins",
    "entropies",
    "annotators",
    "moments",
)


@transaction.atomic
def update_labels(*, batch: Batch, labels: Sequence[FiledLabel]) -> set[int]:
    """Gives objects the labels that a package says; returns those that got theirs.

    The others have another version by then, or are settled by a person or a rule where the package only predicts.
    """
    columns = zip(*labels, strict=True) if labels else [()] * len(FILED_COLUMNS)
    params = dict(zip(FILED_COLUMNS, map(list, columns), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(UPDATE_FROM_FILE, params | {"project": batch.project_id, "batch": batch.pk})
        changed = {object_id for (object_id,) in cursor.fetchall()}
    note_changed(batch, len(changed))
    return changed


@transaction.atomic
def replace_taxon(*, batch: Batch, taxon: Taxon, by: Taxon, most: int) -> int:
    """Gives up to `most` objects of a taxon another one; state, score, annotator and date stay. Returns how many.

    For undos the label that was given before stands, under another name: nobody has changed it.
    """
    with connection.cursor() as cursor:
        cursor.execute(REPLACE, [batch.project_id, taxon.pk, most, by.pk, batch.pk])
        return note_changed(batch, cursor.rowcount)


@dataclass(frozen=True, slots=True)
class PastLabel:
    """A label that an object had before it came here."""

    object_id: int
    state: State
    taxon_id: int
    score: float | None
    annotator_id: int | None
    labelled_at: datetime | None


def log_imported(*, batch: Batch, object_ids: list[int], past: Sequence[PastLabel] = ()) -> None:
    """Appends the labels that came with a package to the log; call it inside the transaction that loads them.

    Before them those that objects had in the `past`, of each object the oldest first.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOG_IMPORTED, [batch.pk, object_ids, [label.object_id for label in past]])
        changed = cursor.rowcount
        if past:
            _hold(cursor, HOLD_TAXA, {label.taxon_id for label in past})
            _hold(cursor, HOLD_PEOPLE, {label.annotator_id for label in past} - {None})
            cursor.execute(LOG_PAST, _past_columns(past) | {"batch": batch.pk})
            changed += cursor.fetchone()[0]
        cursor.execute(COUNT_CHANGED, [changed, batch.pk])


def _hold(cursor: CursorWrapper, statement: str, ids: set[Any]) -> None:
    """No object has these, so no key of an object holds them. Raises IntegrityError where one is gone."""
    cursor.execute(statement, [list(ids)])
    if cursor.rowcount < len(ids):
        raise IntegrityError(
            "A taxon or a person of an earlier label was deleted meanwhile: import it again."
        )


def _past_columns(past: Sequence[PastLabel]) -> dict[str, list]:
    return {
        "ids": [label.object_id for label in past],
        "states": [str(label.state) for label in past],
        "taxa": [label.taxon_id for label in past],
        "scores": [label.score for label in past],
        "annotators": [label.annotator_id for label in past],
        "times": [label.labelled_at for label in past],
    }


def _state_to_give(taxon: Taxon | None, state: State | None) -> State:
    if taxon is None and state is None:
        raise ValidationError("Say what the objects should become: a `taxon`, a `state`, or both.")
    if taxon is not None and state == State.UNCLASSIFIED:
        raise ValidationError("An unclassified object has no taxon: leave one of the two out.")
    if state == State.PREDICTED:
        raise ValidationError(
            "Only a model predicts: choose validated, dubious or unclassified, or reset to predicted without a taxon."
        )
    if state == State.MACHINE_VALIDATED:
        raise ValidationError(
            "Only a rule makes objects machine-validated: choose validated, dubious or unclassified."
        )
    return state or State.VALIDATED


def _the_only(taxa: Iterable[int]) -> int | None:
    """None where they are several."""
    first, *others = set(taxa)
    return None if others else first


def _refuse_deprecated(taxon: Taxon | None) -> None:
    if taxon is not None and not taxon.is_active:
        raise ValidationError(f"{taxon} is deprecated: choose another taxon.")


def _replacement(chosen: Taxon | None, taxon: Taxon | None) -> dict | None:
    if chosen is None or taxon is None or chosen == taxon:
        return None
    return {
        "taxon": {"id": chosen.pk, "name": chosen.display_name},
        "by": {"id": taxon.pk, "name": taxon.display_name},
    }


def _apply(batch: Batch, chosen: Chosen, taxon: Taxon | None, state: State) -> list[tuple[int, int]]:
    """The objects that it changed, with their versions now."""
    keep = taxon is None and state != State.UNCLASSIFIED
    if keep and chosen.versions is None:
        refuse_without_taxon(chosen)
    params = {"taxon": taxon and taxon.pk, "keep": keep, "state": state.value}
    changed = _write(batch, LABEL, chosen, params)
    if keep and chosen.versions is not None and len(changed) < len(chosen.versions):
        refuse_without_taxon(chosen)  # of those that are left; where all changed, all had one
    return changed


def _write(batch: Batch, statement: str, chosen: Chosen, params: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Changes the objects and stores the batch, by one statement: one that changes nothing has no number afterwards.
    Returns the objects with their versions now."""
    with connection.cursor() as cursor:
        cursor.execute(statement.format(locked=chosen.sql), {**chosen.params, **params, **_columns_of(batch)})
        written = cursor.fetchall()
        if not chosen.sql:
            cursor.execute("DROP TABLE locked")
    batch.changed = len(written)
    batch.pk = written[0][-1] if written else None
    return [(object_id, version) for object_id, version, _ in written]


def _columns_of(batch: Batch) -> dict[str, Any]:
    return {
        "project": batch.project_id,
        "kind": str(batch.kind),
        "user": batch.user_id,
        "details": json.dumps(batch.details),
        "created": timezone.now(),
    }
