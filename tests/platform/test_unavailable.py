"""A request that meets a database or a Redis that is restarting: what it answers, to whom."""

import pytest
import redis
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "The database is restarting. What was saved is safe: try again in a moment."


@pytest.fixture
def browser(alice) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    return client


@pytest.fixture
def database_away(browser):
    """The server ends the session, as it does when it shuts down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    yield
    connection.close()


def test_a_page_says_so_and_offers_to_try_again(browser, database_away):
    answer = browser.get("/projects/7/?state=predicted", headers={"Sec-Fetch-Mode": "navigate"})
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert SENTENCE in page
    assert 'href="/projects/7/?state=predicted">Try again' in page


def test_the_api_says_so_as_json(browser, database_away):
    answer = browser.post("/api/v1/projects/7/annotations/", {}, content_type="application/json")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json() == {"detail": SENTENCE}


@pytest.fixture
def standby(browser):
    """As a standby answers: what reads goes, what writes is refused."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    yield
    connection.close()


def test_a_standby_has_the_pages_and_refuses_what_writes(browser, standby):
    assert browser.get("/jobs/").status_code == 200
    answer = browser.post("/projects/new/", {"title": "Tow 12"}, headers={"Sec-Fetch-Mode": "navigate"})
    assert answer.status_code == 503
    assert "The database at hand takes no changes now." in answer.content.decode()


def test_htmx_and_scripts_get_the_sentence_alone(browser, database_away):
    answer = browser.get("/jobs/1/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content.decode()) == (503, SENTENCE)


def test_afterwards_all_is_as_before(browser, database_away):
    assert browser.get("/jobs/").status_code == 503
    connection.close()  # as the next request does, which asks first whether the connection stands
    assert browser.get("/jobs/").status_code == 200


def failing(error: Exception):
    def queryset(user):
        raise error

    return queryset


def test_redis_is_named(browser, monkeypatch):
    monkeypatch.setattr("annotations.jobs.views.jobs_seen_by", failing(redis.ConnectionError("refused")))
    answer = browser.get("/jobs/")
    assert (answer.status_code, "Redis is restarting." in answer.content.decode()) == (503, True)


def test_a_bug_is_no_restart_and_shows_no_traceback(browser, monkeypatch):
    monkeypatch.setattr("annotations.jobs.views.jobs_seen_by", failing(KeyError("secret")))
    answer = browser.get("/jobs/")
    page = answer.content.decode()
    assert (answer.status_code, "secret" in page) == (500, False)
    assert "The administrator finds the details" in page.replace("&#x27;", "'")
