"""Packages that the site fetches itself: a folder or bucket is asked for by its kind."""

import json

import pytest

from seston_client import SestonError
from seston_client.projects import Project
from seston_client.taxa import Taxa
from tests.client.conftest import send

PLACES = [{"name": "cruises", "kind": "folder"}, {"name": "archive", "kind": "bucket"}]


@pytest.fixture
def bodies():
    return []


@pytest.fixture
def tow(pretend, bodies) -> Project:
    def answer(handler):
        bodies.append(handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode())
        shape = PLACES if handler.path.endswith("/places/") else {"id": 7, "state": "queued"}
        send(handler, json.dumps(shape).encode(), Content_Type="application/json")

    connection = pretend(answer).connection
    return Project(connection, Taxa(connection), {"id": 3, "title": "Tow"})


def test_a_bucket_is_asked_for_as_one(tow, bodies):
    job = tow.import_from("archive", "2024/tow.zip", wait=False, dry_run=True)
    assert job.id == 7
    assert 'name="bucket"' in bodies[-1] and "2024/tow.zip" in bodies[-1] and "true" in bodies[-1]


def test_an_address_needs_no_place(tow, bodies):
    tow.import_url("https://example.org/tow.zip", wait=False)
    assert len(bodies) == 1 and "https://example.org/tow.zip" in bodies[0]


def test_places_that_are_open_are_named(tow):
    with pytest.raises(SestonError, match="cruises, archive"):
        tow.import_from("cruise", wait=False)
