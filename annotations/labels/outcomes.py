"""What came of a change of labels: who is told, and what somebody else had changed meanwhile."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F

from annotations.common.live import publish_event
from annotations.labels.listening import say_that_people_labelled
from annotations.labels.models import Batch
from annotations.labels.statements import CONFLICTS, NOTE_CHANGED
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.samples.queries import of_project

# objects that an event names with their versions; of more, pages ask what became of theirs
MOST_IN_EVENT = 500


@dataclass
class Outcome:
    batch: int | None
    changed: int
    conflicts: list[dict] = field(default_factory=list)  # id, version, taxon, state, annotator: as it is now
    replaced: dict | None = None  # where the taxon was merged: {"taxon": …, "by": …}, each as {id, name}
    gone: list[int] = field(default_factory=list)  # objects that are not in the project any more
    traits: list[dict] = field(
        default_factory=list
    )  # of values that were given with the label, what came of each

    def as_dict(self) -> dict:
        outcome = {"batch": self.batch, "changed": self.changed, "conflicts": self.conflicts}
        rare = {"replaced": self.replaced, "gone": self.gone, "traits": self.traits}
        return outcome | {name: value for name, value in rare.items() if value}


def close_chosen(
    batch: Batch, changed: Sequence[tuple[int, int]], versions: Mapping[int, int] | None
) -> Outcome:
    """`changed` are the objects with their versions now; what was named in `versions` beside them was not free."""
    rest = set(versions or ()).difference(object_id for object_id, _ in changed)
    if changed:
        _announce(batch, changed)
    outcome = Outcome(batch.pk, len(changed))
    if rest:
        outcome.conflicts = conflicts_with(batch.project, rest)
        outcome.gone = gone_from(batch.project, rest)
    return outcome


def gone_from(project: Project, ids: Iterable[int]) -> list[int]:
    """Those of the objects that are not the project's: they were deleted, or moved to another one."""
    ids = list(ids)
    return sorted(set(ids) - set(of_project(project.pk, ids)))


def close_batch(
    batch: Batch, changed: int, conflicts: list[dict], objects: Sequence[tuple[int, int]]
) -> Outcome:
    """Notes how much the batch changed, and tells the open pages; one that changed nothing goes."""
    if not changed:
        batch.delete()
        return Outcome(None, 0, conflicts)
    with connection.cursor() as cursor:
        cursor.execute(NOTE_CHANGED, [changed, batch.pk])
    _announce(batch, objects)
    return Outcome(batch.pk, changed, conflicts)


def _announce(batch: Batch, objects: Sequence[tuple[int, int]]) -> None:
    few = objects if len(objects) <= MOST_IN_EVENT else None
    publish_event(batch.project_id, "labels", batch=batch.pk, objects=few)
    say_that_people_labelled(batch)


def drop_locked() -> list[tuple[int, int]]:
    """Drops the temporary table `locked`; the objects that were in it, with their versions after one change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, version + 1 FROM locked")
        objects = cursor.fetchall()
        cursor.execute("DROP TABLE locked")
    return objects


def conflicts_with(project: Project, ids: Iterable[int]) -> list[dict]:
    """Objects that were not free to change, as they are now."""
    with connection.cursor() as cursor:
        cursor.execute(CONFLICTS, [list(ids), project.pk])
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


def note_changed(batch: Batch, changed: int) -> int:
    """Adds to how many objects the batch has changed, and tells the open pages; returns `changed`."""
    if changed:
        Batch.objects.filter(pk=batch.pk).update(changed=F("changed") + changed)
        publish_event(batch.project_id, "labels", batch=batch.pk, objects=None)
        say_that_people_labelled(batch)
    return changed
