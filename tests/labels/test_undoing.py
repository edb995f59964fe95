"""Taking labels back: chains of undos, labels on top of each other, and a person's labels since a moment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.labels.actions import label_objects, write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.labels.targets import Target
from annotations.labels.undoing import begin_undo, end_undo, roll_back_some, undo_batch, undo_some
from annotations.projects.models import Role
from annotations.samples.models import Object, State
from annotations.taxon_matching.merging import merge_taxa
from annotations.taxonomy.models import Taxon
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


def label(tow, user, numbers: list[int], taxon: int | None = None, state: State | None = None) -> Batch:
    objects = Object.objects.filter(pk__in=[tow.objects[n].pk for n in numbers])
    outcome = label_objects(
        project=tow.project,
        user=user,
        targets=[Target(o.pk, o.version) for o in objects],
        taxon=Taxon.objects.get(pk=taxon) if taxon else None,
        state=state,
    )
    return Batch.objects.get(pk=outcome.batch)


def undo(batch: Batch | int, user) -> Batch:
    outcome = undo_batch(batch=batch, user=user, role=Role.MANAGER)
    return Batch.objects.get(pk=outcome.batch)


def now(tow, n: int) -> tuple:
    """Taxon, state and annotator of an object."""
    return Object.objects.values_list("taxon", "state", "annotator__username").get(pk=tow.objects[n].pk)


def test_what_was_labelled_twice_is_undone_to_the_beginning(tow, bob):
    before = now(tow, 0)
    first = label(tow, bob, [0], tow.appendicularia)
    second = label(tow, bob, [0], state=State.DUBIOUS)
    undo(second, bob)
    assert now(tow, 0) == (tow.appendicularia, "V", "bob")
    undo(first, bob)
    assert now(tow, 0) == before


def test_what_was_undone_in_steps_is_given_again_in_steps(tow, bob):
    batches = [
        label(tow, bob, [0], taxon) for taxon in (tow.appendicularia, tow.copepoda, tow.appendicularia)
    ]
    batches.append(label(tow, bob, [0], state=State.DUBIOUS))
    undone = [undo(batch, bob) for batch in reversed(batches)]
    redone = [undo(batch, bob) for batch in reversed(undone)]
    assert now(tow, 0) == (tow.appendicularia, "D", "bob")
    for batch in reversed(redone):
        undo(batch, bob)
    assert now(tow, 0) == (tow.copepoda, "P", None)


def test_out_of_order_only_what_lies_on_top_is_put_back(tow, bob):
    first, second = label(tow, bob, [0], tow.appendicularia), label(tow, bob, [0, 1], state=State.DUBIOUS)
    outcome = undo_batch(batch=first, user=bob, role=Role.ANNOTATOR)
    assert (outcome.batch, outcome.changed, len(outcome.conflicts)) == (None, 0, 1)
    assert not Batch.objects.get(pk=first.pk).is_undone, "nothing was taken back"
    undo(second, bob)
    undo(first, bob)
    assert now(tow, 0) == (tow.copepoda, "P", None)


def test_somebody_elses_label_that_they_took_back_is_not_in_the_way(tow, bob, carla):
    mine = label(tow, bob, [0, 1], tow.appendicularia)
    undo(label(tow, carla, [0], state=State.DUBIOUS), carla)
    outcome = undo_batch(batch=mine, user=bob, role=Role.ANNOTATOR)
    assert (outcome.changed, outcome.conflicts) == (2, [])


def test_a_chain_knows_what_it_amounts_to(tow, bob):
    first = label(tow, bob, [0], tow.appendicularia)
    batch, states = first, []
    for _ in range(3):
        batch = undo(batch, bob)
        root = Batch.objects.get(pk=first.pk)
        states.append((root.is_undone, root.latest_id == batch.pk, batch.root_id == first.pk, batch.step))
    assert states == [(True, True, True, 1), (False, True, True, 2), (True, True, True, 3)]


def test_what_an_undo_could_not_put_back_is_put_back_by_the_next(tow, bob, carla):
    """Carla's label was in the way; she took it back, and Bob redid and undid: now it is his whole batch."""
    mine = label(tow, bob, [0, 1], tow.appendicularia)
    hers = label(tow, carla, [0], state=State.DUBIOUS)
    undone = undo(mine, bob)
    assert undone.changed == 1
    undo(hers, carla)
    assert undo(undo(undone, bob), bob).changed == 2
    assert now(tow, 0) == now(tow, 1) == (tow.copepoda, "P", None)


def test_a_prediction_is_undone_in_chunks_but_not_what_people_settled(tow, bob):
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.PREDICTION, model_id=1)
    before = {n: Object.objects.values_list("score", flat=True).get(pk=tow.objects[n].pk) for n in range(4)}
    rows = [(o.pk, tow.appendicularia, 0.9, 0.5, 0.2) for o in tow.objects]
    write_predictions(batch=batch, rows=rows)
    label(tow, bob, [3], state=State.VALIDATED)
    undo(label(tow, bob, [2], state=State.VALIDATED), bob)
    undoing, after = begin_undo(batch=batch, user=bob), 0
    count = 1
    while count:
        after, count = undo_some(undo=undoing, after=after, most=2)
    end_undo(undoing)
    for n in (0, 1, 2):
        assert now(tow, n) == (tow.copepoda, "P", None)
        assert Object.objects.get(pk=tow.objects[n].pk).score == before[n]
    assert now(tow, 3) == (tow.appendicularia, "V", "bob")
    assert now(tow, 7) == (None, "U", None)
    assert Batch.objects.get(pk=undoing.pk).changed == 6


def test_to_a_taxon_that_was_merged_since_is_to_the_one_it_became(tow, bob, root):
    mine = label(tow, bob, [0], tow.appendicularia)
    copepoda, into = Taxon.objects.get(pk=tow.copepoda), Taxon.objects.get(pk=tow.appendicularia)
    merge_taxa(taxon=copepoda, into=into, user=root)
    undo(mine, bob)
    assert now(tow, 0) == (tow.appendicularia, "P", None)


def test_two_undos_of_one_batch_are_one(tow, bob):
    batch = label(tow, bob, [0], tow.appendicularia)
    undo(batch, bob)
    with pytest.raises(ValidationError, match="undone already"):
        undo(batch, bob)


@shared_rows
def day(tow, bob, carla):
    """Bob labelled long ago, and three things since; Carla's came between, and on top of some."""
    long_ago = label(tow, bob, [0, 1], state=State.DUBIOUS)
    Batch.objects.filter(pk=long_ago.pk).update(created=datetime(2026, 1, 1, tzinfo=UTC))
    label(tow, bob, [1, 2, 3, 7], tow.appendicularia)
    label(tow, carla, [3], state=State.DUBIOUS)
    label(tow, bob, [2], tow.copepoda)
    label(tow, bob, [3], tow.copepoda)
    label(tow, carla, [7], tow.copepoda)
    return tow


def roll_back(tow, person, since=None, until=None) -> Batch:
    batch = Batch.objects.create(project=tow.project, kind=BatchKind.ROLLBACK)
    since = since or timezone.now() - timedelta(hours=1)
    objects = [o.pk for o in tow.objects]
    roll_back_some(batch=batch, person=person.pk, since=since, until=until, objects=objects)
    batch.refresh_from_db()
    return batch


def test_a_persons_labels_since_a_moment_are_put_back_at_once(day, bob):
    batch = roll_back(day, bob)
    assert batch.changed == 3
    assert now(day, 0) == (day.copepoda, "D", "bob"), "from before"
    assert now(day, 1) == (day.copepoda, "D", "bob"), "what he had said before"
    assert now(day, 2) == (day.copepoda, "P", None), "through all that he said"
    assert now(day, 3) == (day.appendicularia, "D", "carla"), "not through what Carla said"
    assert now(day, 7) == (day.copepoda, "V", "carla"), "changed since by Carla"


def test_a_roll_back_is_undone_as_any_batch(day, bob, carla):
    before = [now(day, n) for n in range(10)]
    batch = roll_back(day, bob)
    undone = undo(batch, carla)
    assert undone.changed == 3
    assert [now(day, n) for n in range(10)] == before
    assert undo(undone, carla).changed == 3
    assert now(day, 2) == (day.copepoda, "P", None)


def test_until_a_moment_too(day, bob):
    start = datetime(2025, 12, 31, tzinfo=UTC)
    assert roll_back(day, bob, start, start + timedelta(days=7)).changed == 1, "object 1 was labelled since"
    assert now(day, 0) == (day.copepoda, "P", None)
    assert now(day, 1) == (day.appendicularia, "V", "bob")


def test_rolled_back_twice_is_rolled_back_once(day, bob):
    roll_back(day, bob)
    assert roll_back(day, bob).changed == 0
