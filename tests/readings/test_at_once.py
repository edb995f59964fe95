"""What two people do with a reading at the same moment, each by a connection of their own."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.readings.actions import choose, start_reading, submit
from annotations.readings.models import Choice, Reading
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]
pytestmark = pytest.mark.django_db(transaction=True)

WAITED_FOR = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
)


@shared_rows
def reading(tow, alice, bob, carla) -> Reading:
    return start_reading(project=tow.project, user=alice, name="First", size=10, readers=[bob, carla])


def name_all(reading: Reading, *readers: User) -> None:
    objects = list(reading.reading_objects.values_list("object_id", flat=True))
    for reader in readers:
        choose(reading=reading, user=reader, objects=objects, taxon=None)


def on_a_connection_of_its_own(action, **params) -> None:
    try:
        action(**params)
    finally:
        connection.close()


def done_or_waiting(action: Future) -> None:
    """Returns when the other connection has finished, or waits for this one."""
    with connection.cursor() as cursor:
        waits = 0
        while not waits and not action.done():
            cursor.execute(WAITED_FOR)
            (waits,) = cursor.fetchone()


def test_the_last_two_submit_at_the_same_moment(reading, bob, carla):
    name_all(reading, bob, carla)
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            submit(reading=reading, user=bob)
            second = other.submit(on_a_connection_of_its_own, submit, reading=reading, user=carla)
            done_or_waiting(second)
        second.result()
    reading.refresh_from_db()
    assert reading.closed is not None


def test_no_name_is_taken_back_while_its_reader_submits(tow, reading, bob):
    name_all(reading, bob)
    withdrawal = {"user": bob, "objects": [tow.objects[0].pk], "taxon": None, "is_cleared": True}
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            submit(reading=reading, user=bob)
            late = other.submit(on_a_connection_of_its_own, choose, reading=reading, **withdrawal)
            done_or_waiting(late)
        with pytest.raises(ValidationError, match="over"):
            late.result()
    assert Choice.objects.count() == 10
