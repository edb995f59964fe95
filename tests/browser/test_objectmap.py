"""The map of objects: points are drawn, a line around them selects, and what is selected is labelled below it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site

TITLE = "On the map"
EMBED = f"""
import numpy as np
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.similarity.actions import keep_embeddings, space_of
project = Project.objects.get(title={TITLE!r})
ids = list(Object.objects.filter(project=project).order_by("id").values_list("pk", flat=True))
space = space_of(Model.objects.create(name="a compass"), 4)
vectors = np.random.default_rng(0).normal(size=(len(ids), 4))
keep_embeddings(space=space, project_id=project.pk, ids=ids, vectors=vectors)
print(len(ids))
"""


@pytest.fixture
def person() -> str:
    return "alice"


@pytest.fixture(scope="module")
def bench(site: Site, package) -> str:
    return site.project(TITLE, package, create_taxa=True)


@pytest.fixture(scope="module")
def count(site: Site, bench: str) -> int:
    return int(site.shell(EMBED))


def test_a_line_around_points_selects_them_and_labels_are_given_below(page: Page, bench: str, count: int):
    page.goto(f"{bench}map/")
    expect(page.locator("#object-map")).to_have_attribute("data-drawn", str(count))
    expect(page.locator("#map-count")).to_have_text(f"{count} objects")
    drag_a_box(page)
    selected = page.locator("#selection [data-part=count]")
    expect(selected).to_have_text(re.compile(r"^\d+ on the map"))
    number = int(selected.text_content().split()[0])
    assert count / 2 < number <= count
    expect(page.locator("#gallery .vignette")).to_have_count(number)
    label_the_first(page)
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("1 put back")
    page.get_by_role("link", name="Open on the bench").click()
    expect(page.locator(".chip", has_text="within a line drawn on the map")).to_be_visible()
    expect(page.locator("#panel .state").first).to_contain_text(str(number))


def test_without_a_mouse_a_group_is_selected_from_the_table(page: Page, bench: str, count: int):
    page.goto(f"{bench}map/?colour=state")
    expect(page.locator("#object-map")).to_have_attribute("data-drawn", str(count))
    select = page.get_by_role("button", name="of validated")
    select.focus()
    page.keyboard.press("Enter")
    states = page.locator("#gallery .vignette")
    expect(states.first).to_have_attribute("data-state", "validated")
    assert f"all {states.count()} of validated" in select.get_attribute("aria-label")


def drag_a_box(page: Page) -> None:
    """Around all of the map, a little within its frame."""
    frame = page.locator("#map-frame").bounding_box()
    left, right = frame["x"] + 4, frame["x"] + frame["width"] - 4
    top, bottom = frame["y"] + 60, frame["y"] + frame["height"] - 4
    page.get_by_role("button", name="Lasso").click()
    page.mouse.move(left, frame["y"] + 4)
    page.mouse.down()
    for x, y in (
        (left, bottom),
        (right, bottom),
        (right, top),
        (right - 500, top),
        (right - 500, frame["y"] + 2),
    ):
        page.mouse.move(x, y, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Lasso").click()


def label_the_first(page: Page) -> None:
    first = page.locator("#gallery .vignette").first
    first.click()
    page.keyboard.press("-")
    expect(first).to_have_attribute("data-state", "dubious")
    expect(page.locator("#undo")).to_be_enabled()
