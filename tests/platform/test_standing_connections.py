"""Whether a connection still stands, without a round trip where one is not needed."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

LAST_STATEMENT = "SELECT query FROM pg_stat_activity WHERE pid = %s"

pytestmark = pytest.mark.django_db


@pytest.fixture
def other() -> Iterator[DatabaseWrapper]:
    """A second connection, whose last statement is known."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT 'as before'")
    yield other
    other.close()


def last_statement(of: DatabaseWrapper) -> str:
    with connection.cursor() as cursor:
        cursor.execute(LAST_STATEMENT, [of.connection.info.backend_pid])
        return cursor.fetchone()[0]


def end_session(of: DatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [of.connection.info.backend_pid])


def test_one_that_answered_a_moment_ago_is_not_asked(other):
    assert other.is_usable()
    assert last_statement(other) == "SELECT 'as before'"


def test_one_that_the_server_ended_is_known_to_be_gone(other):
    end_session(other)
    assert not other.is_usable()


def test_one_that_was_idle_is_asked(other, monkeypatch):
    monkeypatch.setattr(other, "_answered", float("-inf"))
    assert other.is_usable()
    assert last_statement(other) == "SELECT 1"


def test_one_that_was_asked_is_believed_again(other, monkeypatch):
    monkeypatch.setattr(other, "_answered", float("-inf"))
    assert other.is_usable()
    with other.cursor() as cursor:
        cursor.execute("SELECT 'afterwards'")
    assert other.is_usable()
    assert last_statement(other) == "SELECT 'afterwards'"


def test_after_an_error_it_is_asked(other):
    other.errors_occurred = True
    assert other.is_usable()
    assert last_statement(other) == "SELECT 1"


def test_a_request_goes_on_with_a_new_connection_where_the_server_ended_the_old(other):
    end_session(other)
    other.health_check_enabled, other.health_check_done = True, False
    other.close_if_unusable_or_obsolete()
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
