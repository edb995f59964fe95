"""The map of objects: points are drawn, a line around them selects, and what is selected is labelled below it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import browser_of, choose_in
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
    number = page.locator("#map-legend tr", has=select).locator(".n").text_content()
    expect(select).to_have_accessible_name(re.compile(rf"\ball {number} of validated"))
    vignettes = page.locator("#gallery .vignette")
    expect(vignettes).to_have_count(int(number))
    expect(page.locator("#gallery .vignette[data-state=validated]")).to_have_count(int(number))


def test_a_rectangle_of_the_keys_selects_and_stays_through_colours_and_the_bench(
    page: Page, bench: str, count: int
):
    page.goto(f"{bench}map/")
    expect(page.locator("#object-map")).to_have_attribute("data-drawn", str(count))
    page.locator("#map-frame").press("r")
    for key in ("Shift+ArrowRight", "ArrowLeft", "ArrowUp", "Shift+ArrowDown"):
        page.keyboard.press(key)
    # said after a while: a word of before the last key has a height of 33 %
    grown = re.compile(r"^\d+ objects in the rectangle: middle .*, (?!33 )\d+ % high")
    announced = page.locator("#map-status:not([aria-busy])")
    expect(announced).to_contain_text(grown)
    lower_the_frame(page)
    expect(announced).to_contain_text(grown)
    number = announced.text_content().split()[0]
    page.keyboard.press("Enter")
    selected = page.locator("#selection [data-part=count]")
    expect(selected).to_have_text(f"{number} on the map")
    choose_in(page, "Colour", "colour", "state")
    expect(page.locator("#map-legend caption")).to_have_text("Coloured by state")
    expect(page).to_have_url(re.compile("colour=state"))
    expect(page.get_by_role("combobox", name="Colour")).to_be_focused()
    expect(selected).to_have_text(f"{number} on the map")
    page.get_by_role("link", name="Open on the bench").click()
    expect(page.locator("#bench[data-ready]")).to_be_visible()
    page.go_back()
    expect(selected).to_have_text(f"{number} on the map")
    expect(page.locator("#map-legend caption")).to_have_text("Coloured by state")


def test_what_others_label_changes_its_colour(
    page: Page, bench: str, count: int, site: Site, browser: Browser
):
    page.goto(f"{bench}map/?colour=state")
    expect(page.locator("#object-map")).to_have_attribute("data-drawn", str(count))
    dubious = page.locator("#map-legend tr", has_text="dubious").locator(".n")
    before = int(dubious.text_content())
    with browser_of("bob", site, browser) as other:
        other.goto(f"{bench}?state=validated")
        other.locator(".vignette").first.click()
        other.keyboard.press("-")
        expect(dubious).to_have_text(str(before + 1))


def test_the_form_of_umap_takes_the_focus_and_gives_it_back(page: Page, bench: str, count: int):
    page.goto(f"{bench}map/")
    button = page.get_by_role("button", name="UMAP…")
    button.press("Enter")
    expect(page.get_by_label("Neighbours of each object")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="On the map", exact=True)).to_be_visible()


def lower_the_frame(page: Page) -> None:
    """As a notice below the map does that comes at any time: the map's middle moves up."""
    frame = page.locator("#map-frame")
    height = frame.bounding_box()["height"]
    page.set_viewport_size({"width": 1280, "height": page.viewport_size["height"] - 120})
    expect(page.locator("#map-canvas")).to_have_attribute("height", str(round(height) - 120))


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
    expect(page.get_by_role("button", name="Lasso")).to_have_attribute("aria-pressed", "false")


def label_the_first(page: Page) -> None:
    first = page.locator("#gallery .vignette").first
    first.click()
    page.keyboard.press("-")
    expect(first).to_have_attribute("data-state", "dubious")
    expect(page.locator("#undo")).to_be_enabled()
