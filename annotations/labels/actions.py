"""The only writer of a label. One transaction: check the version, update, append to the log.

What somebody else changed meanwhile is not overwritten: it comes back as a conflict. All work is SQL over sets; rows
are locked in the order of their ids, so that two writers never deadlock. What takes labels back is undoing.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F

from annotations.accounts.models import User
from annotations.common.live import publish_event
from annotations.labels.listening import say_that_people_labelled
from annotations.labels.models import Batch, BatchKind
from annotations.labels.statements import (
    CONFLICTS,
    LABEL,
    LOCK_MATCHING,
    LOCK_TARGETS,
    LOG_IMPORTED,
    MACHINE_VALIDATE,
    NAME,
    PLACE_PENDING,
    PREDICT,
    REPLACE,
    RESET,
)
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.samples.queries import of_project
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import in_use, taxon_in_use

MOST_AT_ONCE = 200_000  # some ten seconds: longer, nobody would wait for their own locks
MOST_IN_EVENT = (
    500  # objects that an event names with their new versions; of more, pages ask what became of theirs
)


RESETTABLE = "o.state IN ('V', 'D', 'M')"


@dataclass(frozen=True)
class Target:
    """An object as the person saw it."""

    id: int
    version: int


@dataclass
class Outcome:
    batch: int | None
    changed: int
    conflicts: list[dict] = field(default_factory=list)  # id, version, taxon, state, annotator: as it is now
    replaced: dict | None = None  # where the taxon was merged: {"taxon": …, "by": …}, each as {id, name}
    gone: list[int] = field(default_factory=list)  # objects that are not in the project any more

    def as_dict(self) -> dict:
        outcome = {"batch": self.batch, "changed": self.changed, "conflicts": self.conflicts}
        rare = {"replaced": self.replaced, "gone": self.gone}
        return outcome | {name: value for name, value in rare.items() if value}


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
    state = _wanted_state(taxon, state)
    chosen, taxon = taxon, taxon and taxon_in_use(taxon)
    _refuse_deprecated(taxon)
    details = {"taxon": taxon and taxon.pk, "state": state.value}
    batch = Batch.objects.create(project=project, kind=BatchKind.LABEL, user=user, details=details)
    versions = _lock_chosen(project, targets, where, expected, names_taxon=taxon is not None)
    _refuse_without_taxon(taxon, state)
    changed = _apply(batch, user, taxon, state)
    outcome = _close(batch, changed, versions)
    outcome.replaced = _replacement(chosen, taxon)
    return outcome


@transaction.atomic
def name_objects(*, project: Project, user: User, taxa: Mapping[Target, Taxon]) -> Outcome:
    """Validates objects as the taxa that they are named, each its own, in one batch. Else as `label_objects`."""
    became = in_use(taxon.pk for taxon in taxa.values())
    for taxon in Taxon.objects.filter(pk__in=became.values()):
        _refuse_deprecated(taxon)
    batch = Batch.objects.create(
        project=project, kind=BatchKind.LABEL, user=user, details={"state": State.VALIDATED.value}
    )
    versions = _lock_chosen(project, taxa, None, None, names_taxon=True)
    named = {target.id: became[taxon.pk] for target, taxon in taxa.items()}
    with connection.cursor() as cursor:
        cursor.execute(NAME, [user.pk, list(named), list(named.values()), batch.pk])
        changed = cursor.rowcount
    return _close(batch, changed, versions)


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
    batch = Batch.objects.create(project=project, kind=BatchKind.LABEL, user=user, details=details)
    versions = _lock_chosen(
        project, targets, where and (f"({where[0]}) AND {RESETTABLE}", where[1]), expected
    )
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM locked o WHERE NOT {RESETTABLE}")
        cursor.execute(RESET.format(predictions=predictions), [batch.pk])
        changed = cursor.rowcount
    return _close(batch, changed, versions)


PredictedLabel = tuple[int, int | None, float, float | None, float | None]


@transaction.atomic
def write_predictions(*, batch: Batch, rows: Iterable[PredictedLabel]) -> int:
    """Writes a model's (object id, taxon id, score, margin, entropy) for objects that no person or rule has settled.

    Where it is not sure enough for any taxon (None), what an earlier model said is taken away. Returns how many objects
    got a taxon. Safe to call again with the same rows. A taxon that was merged since the model learnt it is what it
    became.
    """
    rows = list(rows)
    became = in_use({taxon for _, taxon, *_ in rows if taxon is not None})
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE predicted (id bigint, taxon_id bigint, score float8, margin float8, "
            "entropy float8) ON COMMIT DROP"
        )
        with cursor.copy("COPY predicted FROM STDIN") as copy:
            for row in rows:
                copy.write_row((row[0], None if row[1] is None else became[row[1]], *row[2:]))
        cursor.execute(PREDICT, [batch.project_id, batch.pk])
        written = [is_predicted for (is_predicted,) in cursor.fetchall()]
        cursor.execute("DROP TABLE predicted")
        cursor.execute(
            "UPDATE labels_batch SET changed = changed + %s WHERE id = %s", [len(written), batch.pk]
        )
    publish_event(batch.project_id, "labels", batch=batch.pk, objects=None)
    return sum(written)


@transaction.atomic
def machine_validate_some(*, batch: Batch, where: tuple[str, list], after: int, most: int) -> tuple[int, int]:
    """Makes up to `most` of the predicted objects that match, in the order of their numbers behind `after`,
    machine-validated: they keep taxon and scores, and nobody is their annotator, since nobody looked.

    `where` is an SQL condition over samples_object `o` with its parameters. Returns the number of the last and how many
    they were; none are left when that is 0.
    """
    condition, params = where
    with connection.cursor() as cursor:
        cursor.execute(
            MACHINE_VALIDATE.format(condition=condition), [batch.project_id, after, *params, most, batch.pk]
        )
        ids = [object_id for (object_id,) in cursor.fetchall()]
    note_changed(batch, len(ids))
    return (max(ids), len(ids)) if ids else (after, 0)


@transaction.atomic
def place_pending_labels(*, batch: Batch, taxon: Taxon, labels: tuple[str, list]) -> int:
    """Gives objects the labels that a package brought under a name that was unknown then; returns how many.

    `labels` is SQL with its parameters that gives object_id, state, score, margin, entropy, annotator_id and
    labelled_at: they come back as they were. What a person has said meanwhile stays, and a prediction that waited
    gives way to a newer one.
    """
    source, params = labels
    with connection.cursor() as cursor:
        cursor.execute(PLACE_PENDING.format(pending=source), [*params, batch.project_id, taxon.pk, batch.pk])
        return note_changed(batch, cursor.rowcount)


@transaction.atomic
def replace_taxon(*, batch: Batch, taxon: Taxon, by: Taxon, most: int) -> int:
    """Gives up to `most` objects of a taxon another one; state, score, annotator and date stay. Returns how many.

    For undos the label that was given before stands, under another name: nobody has changed it.
    """
    with connection.cursor() as cursor:
        cursor.execute(REPLACE, [batch.project_id, taxon.pk, most, by.pk, batch.pk])
        return note_changed(batch, cursor.rowcount)


def note_changed(batch: Batch, changed: int) -> int:
    """Adds to how many objects the batch has changed, and tells the open pages; returns `changed`."""
    if changed:
        Batch.objects.filter(pk=batch.pk).update(changed=F("changed") + changed)
        publish_event(batch.project_id, "labels", batch=batch.pk, objects=None)
        say_that_people_labelled(batch)
    return changed


def log_imported(*, batch: Batch, object_ids: list[int]) -> None:
    """Appends the labels that came with a package to the log; call it inside the transaction that loads them."""
    with connection.cursor() as cursor:
        cursor.execute(LOG_IMPORTED, [batch.pk, object_ids])
        cursor.execute(
            "UPDATE labels_batch SET changed = changed + %s WHERE id = %s", [cursor.rowcount, batch.pk]
        )


# --- The steps --------------------------------------------------------------------------------------------------------


def _wanted_state(taxon: Taxon | None, state: State | None) -> State:
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


def _lock_chosen(
    project: Project,
    targets: Iterable[Target] | None,
    where: tuple[str, list] | None,
    expected: int | None,
    *,
    names_taxon: bool = False,
) -> dict[int, int] | None:
    """Locks the objects that are named, or that match; the versions of those that are named."""
    if targets is not None:
        versions = {target.id: target.version for target in targets}
        _lock_targets(project, versions, names_taxon)
        return versions
    if where is None:
        raise ValidationError("Say which objects: `objects` with id and version, or a `filter`.")
    _lock_matching(project, where, expected)
    return None


def _lock_targets(project: Project, versions: dict[int, int], names_taxon: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_TARGETS, [list(versions), list(versions.values()), project.pk, names_taxon])


def _lock_matching(project: Project, where: tuple[str, list], expected: int | None) -> None:
    condition, params = where
    with connection.cursor() as cursor:
        cursor.execute(LOCK_MATCHING.format(condition=condition), [project.pk, *params, MOST_AT_ONCE + 1])
        if cursor.rowcount > MOST_AT_ONCE:
            raise ValidationError(
                f"More than {MOST_AT_ONCE:,} objects match: narrow the filter, to a sample or a taxon."
            )
        if expected is not None and cursor.rowcount != expected:
            raise ValidationError(
                f"{cursor.rowcount:,} objects match by now, not {expected:,}: somebody changed some. "
                "Nothing was done; look again."
            )


def _refuse_without_taxon(taxon: Taxon | None, state: State) -> None:
    if taxon is not None or state == State.UNCLASSIFIED:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM locked WHERE taxon_id IS NULL")
        (bare,) = cursor.fetchone()
    if bare:
        raise ValidationError(f"{bare:,} of these objects have no taxon yet: give them one first.")


def _apply(batch: Batch, user: User, taxon: Taxon | None, state: State) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            LABEL,
            {
                "batch": batch.pk,
                "user": user.pk,
                "taxon": taxon.pk if taxon else None,
                "keep": taxon is None and state != State.UNCLASSIFIED,
                "state": state.value,
            },
        )
        return cursor.rowcount


def _close(batch: Batch, changed: int, versions: dict[int, int] | None) -> Outcome:
    """With what became of the objects that were named, those of `versions`, and were not free to change."""
    if versions is None:
        return close_batch(batch, changed, [])
    outcome = close_batch(batch, changed, conflicts_with(batch.project, versions))
    outcome.gone = gone_from(batch.project, versions)
    return outcome


def gone_from(project: Project, ids: Iterable[int]) -> list[int]:
    """Those of the objects that are not the project's: they were deleted, or moved to another one."""
    ids = list(ids)
    return sorted(set(ids) - set(of_project(project.pk, ids)))


def close_batch(batch: Batch, changed: int, conflicts: list[dict]) -> Outcome:
    """Notes what became of the temporary table `locked`, and drops it; a batch that changed nothing goes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, version + 1 FROM locked LIMIT %s", [MOST_IN_EVENT + 1])
        objects = cursor.fetchall()
        cursor.execute("DROP TABLE locked")
    if not changed:
        batch.delete()
        return Outcome(None, 0, conflicts)
    Batch.objects.filter(pk=batch.pk).update(changed=changed)
    publish_event(
        batch.project_id, "labels", batch=batch.pk, objects=objects if len(objects) <= MOST_IN_EVENT else None
    )
    say_that_people_labelled(batch)
    return Outcome(batch.pk, changed, conflicts)


def conflicts_with(project: Project, versions: dict[int, int]) -> list[dict]:
    """The wanted objects that were not free to change, as they are now."""
    with connection.cursor() as cursor:
        cursor.execute(CONFLICTS, [list(versions), project.pk])
        return [
            {
                "id": object_id,
                "version": version,
                "taxon": None if taxon_id is None else {"id": taxon_id, "name": name},
                "state": State(state).word,
                "annotator": annotator,
            }
            for object_id, version, taxon_id, name, state, annotator in cursor.fetchall()
        ]
