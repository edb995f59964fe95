"""A browser that has just changed something is sent to the primary, for a standby may not have it yet."""

import pytest
from django.test import Client

from seston.standby import COOKIE

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice, settings) -> Client:
    settings.STANDBY_SECONDS = 10
    client = Client()
    client.force_login(alice)
    return client


def test_whoever_changed_something_is_marked_for_some_seconds(browser):
    browser.post("/projects/new/", {"title": "Tow 12"})
    assert browser.cookies[COOKIE]["max-age"] == 10


def test_whoever_only_reads_is_not(browser):
    browser.get("/")
    assert COOKIE not in browser.cookies


def test_a_site_without_a_standby_marks_nobody(browser, settings):
    settings.STANDBY_SECONDS = 0
    browser.post("/projects/new/", {"title": "Tow 12"})
    assert COOKIE not in browser.cookies
