"""Who makes room for people knows whether there are any."""

import pytest
import redis
from django.core.cache import cache
from django.test import Client

from annotations.common import site_activity
from annotations.common.site_activity import KEY, NOTED_EVERY, NoteAttendance, is_attended
from tests.plankton import tow

__all__ = ["tow"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    monkeypatch.setattr(NoteAttendance, "noted", -NOTED_EVERY)
    cache.delete(KEY)
    yield
    cache.delete(KEY)


def test_who_asks_for_a_page_is_here(client, tow, alice):
    assert not is_attended()
    client.force_login(alice)
    client.get("/")
    assert is_attended()


def test_so_is_who_asks_the_api(client, tow, alice):
    client.force_login(alice)
    client.get(f"/api/v1/projects/{tow.project.pk}/objects/")
    assert is_attended()


def test_neither_strangers_nor_who_watches_a_job_count(client, alice):
    client.get("/healthz")
    client.get("/accounts/sign-in/")
    client.force_login(alice)
    client.get("/jobs/")
    assert not is_attended()


def test_without_redis_nobody_is_made_room_for(client, tow, alice, monkeypatch):
    def away(*arguments):
        raise redis.ConnectionError

    client.force_login(alice)
    monkeypatch.setattr(site_activity.cache, "set", away)
    assert client.get("/").status_code == 200
    monkeypatch.setattr(site_activity.cache, "get", away)
    assert not is_attended()


def test_it_is_noted_once_every_few_seconds_by_each_process(tow, alice, monkeypatch):
    noted = []
    monkeypatch.setattr(site_activity.cache, "set", lambda key, *value: noted.append(key))
    for _ in range(2):
        browser = Client()  # whose requests go through middleware of their own
        browser.force_login(alice)
        browser.get("/")
    assert noted.count(KEY) == 1
