"""Those who write at the same moment as a move wait for it, or it for them; nobody loses a row."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from annotations.samples.actions import add_objects, take_turns
from annotations.samples.carrying import carry
from annotations.samples.emptying import remove_emptied
from annotations.samples.following import Transfer
from annotations.samples.models import Acquisition, Sample
from annotations.samples.queries import objects_named
from annotations.samples.rows import NewObject

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
