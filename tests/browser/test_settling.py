"""Settling by key: what each key does with the object, and what it leaves alone."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

# Three objects that their two readers called by different names; prints where they are settled, and their names
DISPUTE = """
import json
from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.readings.actions import choose, close_reading, start_reading
from annotations.samples.models import Object
project = Project.objects.get(title="Disputed")
one, other = User.objects.get(username="alice"), User.objects.get(username="bob")
taxa = Object.objects.filter(project=project, state="V").distinct("taxon_id").order_by("taxon_id")
first, second = (found.taxon for found in taxa[:2])
reading = start_reading(project=project, user=one, name="Keys", size=3, readers=[one, other])
objects = [drawn.object_id for drawn in reading.reading_objects.order_by("object_id")]
choose(reading=reading, user=one, objects=objects, taxon=first)
choose(reading=reading, user=other, objects=objects, taxon=second)
close_reading(reading=reading)
print(json.dumps([f"/projects/{project.pk}/readings/{reading.pk}/settle/", objects]))
"""
LABELS = """
import json
from annotations.samples.models import Object
print(json.dumps(list(Object.objects.filter(pk__in=OBJECTS).order_by("pk").values_list("version", flat=True))))
"""


@pytest.fixture
def person() -> str:
    """Who reviews."""
    return "carla"


@pytest.fixture
def disputed(site: Site, package, page: Page) -> list[int]:
    """The ids of three disputed objects, the first of them on the page."""
    site.project("Disputed", package)
    path, objects = run_json(site, DISPUTE)
    page.goto(site.url + path)
    shows(page, objects[0], waiting=3)
    return objects


def run_json(site: Site, script: str):
    return json.loads(site.shell(script))


def shows(page: Page, object_id: int, waiting: int) -> None:
    """Waits until the page of this object is there, with its scripts."""
    expect(page.locator(f'.settle[data-ready] input[name="object"][value="{object_id}"]')).to_be_attached()
    expect(page.get_by_role("status").first.locator(".number")).to_have_text(str(waiting))


def test_the_keys_of_the_settling_page(page: Page, site: Site, disputed: list[int]) -> None:
    first, second, third = disputed
    before = run_json(site, LABELS.replace("OBJECTS", str(disputed)))
    page.keyboard.press("ArrowRight")
    shows(page, second, waiting=3)
    page.keyboard.press("ArrowRight")
    shows(page, third, waiting=3)
    page.keyboard.press("ArrowRight")
    shows(page, first, waiting=3)

    page.keyboard.press("0")
    shows(page, second, waiting=2)
    assert run_json(site, LABELS.replace("OBJECTS", str(disputed))) == before, "0 leaves the label as it is"

    for letter in "ks":
        page.keyboard.press(letter)
        expect(page.get_by_role("combobox")).to_have_value(letter)
        page.keyboard.press("Escape")
        expect(page.locator("#picker")).not_to_be_visible()
    shows(page, second, waiting=2)

    page.keyboard.press("1")
    shows(page, third, waiting=1)
    after = run_json(site, LABELS.replace("OBJECTS", str(disputed)))
    assert [now - then for now, then in zip(after, before, strict=True)] == [0, 1, 0]
    page.keyboard.press("0")
    expect(page.get_by_text("Every difference is settled.")).to_be_visible()
