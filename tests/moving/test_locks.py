"""Those who write at the same moment as a move wait for it, or it for them; nobody loses a row."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from annotations.labels.models import Batch
from annotations.labels.undoing import begin_undo, undo_batch
from annotations.projects.models import Role
from annotations.samples import carrying
from annotations.samples.actions import add_objects, take_turns
from annotations.samples.carrying import carry
from annotations.samples.emptying import remove_emptied
from annotations.samples.following import Transfer
from annotations.samples.models import Acquisition, Sample
from annotations.samples.queries import objects_named
from annotations.samples.rows import NewObject
from annotations.traits.undoing import fill_undo

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


def begin(pool: ThreadPoolExecutor, work: Callable[[], object]) -> Future:
    """The work on another connection, as soon as it is done or waits for a lock."""

    def alone() -> object:
        try:
            return work()
        finally:
            connection.close()

    future = pool.submit(alone)
    with connection.cursor() as cursor:
        while not future.done():
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            if cursor.fetchone() == (True,):
                break
    return future


def test_an_emptied_sample_to_which_an_import_adds_just_now_stays(full, target, alice):
    transfer = Transfer(full.project, target, alice)
    sample, acquisition = Sample.objects.get(project=full.project), full.objects[0].acquisition_id
    carry(transfer=transfer, object_ids=[each.pk for each in full.objects])
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        take_turns(project=full.project)
        add_objects(project=full.project, objects=[NewObject("late", sample.pk, acquisition)])
        removal = begin(pool, lambda: remove_emptied(transfer=transfer, sample_ids=[sample.pk]))
    assert removal.result() == 0
    assert objects_named(full.project, ["late"]) and Acquisition.objects.filter(pk=acquisition).exists()


def all_of(full) -> list[int]:
    return [each.pk for each in full.objects]


def last_of_chain(batch: int) -> Batch:
    return Batch.objects.get(pk=Batch.objects.get(pk=batch).latest_id or batch)


@pytest.mark.parametrize(
    ("of", "restored"), [("batch", 4), ("trait_batch", 1)]
)  # one of five is dubious since
def test_a_move_waits_for_an_undo_that_has_begun(full, target, alice, of, restored):
    transfer = Transfer(full.project, target, alice)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        undo = begin_undo(batch=last_of_chain(getattr(full, of)), user=alice, is_new=True)
        move = begin(pool, lambda: carry(transfer=transfer, object_ids=all_of(full)))
        assert fill_undo(undo).batch == undo.pk
    assert move.result() == 10
    assert Batch.objects.get(project=target, origin_id=undo.pk).changed == restored


def test_an_undo_waits_for_a_move_that_has_begun(full, target, alice, monkeypatch):
    last, undos = last_of_chain(full.batch), []
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        undo = partial(undo_batch, batch=last, user=alice, role=Role.MANAGER)
        monkeypatch.setattr(carrying, "BEFORE", [lambda _: undos.append(begin(pool, undo)), *carrying.BEFORE])
        assert carry(transfer=Transfer(full.project, target, alice), object_ids=all_of(full)) == 10
        assert not undos[0].done()
    assert undos[0].result().changed == 0
