"""A box of the filters on the map of the samples: what is drawn stands in its numbers, what is typed is drawn."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from annotations.demo.package import write_package
from tests.browser.conftest import FEW, Site, hold, intercept, open_bench, ready
from tests.browser.test_accessible import RULES

TITLE = "Across the date line"
OBJECTS = FEW
# Two samples to either side of the 180th meridian, two elsewhere; prints the objects of each.
MOVE = """
import json
from annotations.projects.models import Project
from annotations.samples.models import Object, Sample
project = Project.objects.get(title="Across the date line")
objects = []
places = [(-17, 177), (-16, -178), (-18, -168), (-40, 170)]
for sample, (latitude, longitude) in zip(project.samples.order_by("original_id"), places, strict=True):
    place = {"latitude": latitude, "longitude": longitude}
    Sample.objects.filter(pk=sample.pk).update(**place)
    Object.objects.filter(sample=sample).update(**place)
    objects.append(sorted(Object.objects.filter(sample=sample).values_list("pk", flat=True)))
print(json.dumps(objects))
"""


@pytest.fixture
def person() -> str:
    """Filters are for everybody."""
    return "vera"


@pytest.fixture(scope="module")
def objects(site: Site, tmp_path_factory: pytest.TempPathFactory) -> list[list[int]]:
    """Those of the four samples."""
    path = tmp_path_factory.mktemp("packages") / "tow.zip"
    write_package(path, objects=48, seed=3, samples=4, settled=0.0)
    site.project(TITLE, path, create_taxa=True)
    return json.loads(site.shell(MOVE))


@pytest.fixture
def bench(objects: list, page: Page, site: Site) -> Page:
    """With the filters open at the map, which does not move by itself."""
    page.emulate_media(reduced_motion="reduce")
    open_bench(page, site, TITLE)
    open_filters(page)
    return page


def open_filters(page: Page) -> None:
    page.get_by_role("button", name="Filters…").click()
    page.locator(".box-map").scroll_into_view_if_needed()
    page.locator(".map-buttons").wait_for()


def drag_around(page: Page, points: list[int]) -> None:
    """From above on the left of the points to below on their right."""
    boxes = [page.locator(".map .samples").nth(n).bounding_box() for n in points]
    page.mouse.move(min(box["x"] for box in boxes) - 4, min(box["y"] for box in boxes) - 4)
    page.mouse.down()
    page.mouse.move(400, 400)
    page.mouse.move(
        max(box["x"] + box["width"] for box in boxes) + 4, max(box["y"] + box["height"] for box in boxes) + 4
    )
    page.mouse.up()


def edges(page: Page) -> list[float]:
    return [
        float(page.get_by_role("spinbutton", name=f"{edge}, °").input_value())
        for edge in ("West", "South", "East", "North")
    ]


def test_a_box_that_is_drawn_across_the_date_line_shows_the_objects_in_it(
    bench: Page, objects: list[list[int]]
) -> None:
    expect(bench.locator(".map .land")).to_be_visible()
    expect(bench.locator(".map .samples")).to_have_count(4)
    bench.get_by_role("button", name="Draw a box").click()
    drag_around(bench, [0, 1])
    west, south, east, north = edges(bench)
    assert 170 < west < 177 and -178 < east < -170 and south < -17 and north > -16
    expect(bench.locator(".box-map output")).to_contain_text("2 of 4 samples in the box")
    bench.locator("#filter-dialog").get_by_role("button", name="Show").click()
    bench.wait_for_url("**box=**")
    ready(bench)
    assert parse_qs(urlsplit(bench.url).query)["box"] == [f"{west:g},{south:g},{east:g},{north:g}"]
    visible = {int(v.get_attribute("data-id")) for v in bench.locator(".vignette").all()}
    assert visible == {*objects[0], *objects[1]}
    open_filters(bench)
    assert edges(bench) == [west, south, east, north]
    expect(bench.locator(".map .corner")).to_have_count(2)


def test_numbers_that_are_typed_are_the_box_and_half_of_one_is_refused(bench: Page) -> None:
    status = bench.locator(".box-map output")
    expect(status).to_have_text("4 samples on the map.")
    for edge, value in (("West", "165"), ("South", "-45"), ("East", "178")):
        bench.get_by_role("spinbutton", name=f"{edge}, °").fill(value)
    bench.locator("#filter-dialog").get_by_role("button", name="Show").click()
    north = bench.get_by_role("spinbutton", name="North, °")
    expect(north).to_be_focused()
    assert "Fill all four numbers, or none." in north.evaluate("field => field.validationMessage")
    assert "box=" not in bench.url
    north.fill("-10")
    expect(status).to_contain_text("2 of 4 samples in the box")
    bench.get_by_role("button", name="Clear box").click()
    expect(north).to_have_value("")
    expect(bench.locator(".map .corner")).to_have_count(0)
    expect(status).to_have_text("4 samples on the map.")


def test_the_map_without_a_mouse(bench: Page) -> None:
    take_view = bench.get_by_role("button", name="Use the view")
    take_view.press("Enter")
    wide = edges(bench)
    bench.get_by_role("group", name="Map of the samples").focus()
    bench.keyboard.press("+")
    take_view.press("Enter")
    west, south, east, north = edges(bench)
    assert wide[0] < west < 180 and -180 < east < wide[2] and wide[1] < south < north < wide[3]


def test_one_finger_scrolls_the_page_until_it_is_to_draw(bench: Page) -> None:
    area = bench.get_by_role("group", name="Map of the samples")
    expect(area).to_have_css("touch-action", "pan-x pan-y")
    draw = bench.get_by_role("button", name="Draw a box")
    draw.click()
    expect(area).to_have_css("touch-action", "none")
    area.press("Escape")
    expect(draw).to_have_attribute("aria-pressed", "false")
    expect(area).to_have_css("touch-action", "pan-x pan-y")
    violations = Axe().run(bench, options=RULES).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []


def test_the_numbers_work_where_the_map_cannot_be_fetched(
    objects: list[list[int]], page: Page, site: Site
) -> None:
    intercept(page, "**/vendor/leaflet.js", lambda route: route.abort())
    open_bench(page, site, TITLE)
    page.get_by_role("button", name="Filters…").click()
    page.locator(".box-map").scroll_into_view_if_needed()
    expect(page.locator(".box-map output")).to_contain_text("The four numbers work without it")
    for edge, value in (("West", "165"), ("South", "-45"), ("East", "175"), ("North", "-35")):
        page.get_by_role("spinbutton", name=f"{edge}, °").fill(value)
    page.locator("#filter-dialog").get_by_role("button", name="Show").click()
    page.wait_for_url("**box=**")
    ready(page)
    expect(page.locator(".vignette")).to_have_count(len(objects[3]))


def test_numbers_of_a_box_that_are_typed_before_the_scripts_come_stay(page: Page, site: Site) -> None:
    let_go = hold(page, "boxfield")
    page.goto(f"{site.url}/explore/", wait_until="commit")
    page.get_by_text("Place: a box on the map").click()
    fields = [
        page.get_by_role("spinbutton", name=f"{edge}, °") for edge in ("West", "South", "East", "North")
    ]
    for field, value in zip(fields, ("165", "-45", "175", "-35"), strict=True):
        field.fill(value)
    with page.expect_event("load"):
        let_go()
    assert edges(page) == [165, -45, 175, -35]
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**box=165**")
    assert "west=" not in page.url, "they travel as one"


def test_numbers_of_a_box_that_are_sent_before_the_scripts_come_are_read(page: Page, site: Site) -> None:
    hold(page, "boxfield")
    page.goto(f"{site.url}/explore/", wait_until="commit")
    page.get_by_text("Place: a box on the map").click()
    for edge, value in (("West", "165"), ("South", "-45"), ("East", "175"), ("North", "-35")):
        page.get_by_role("spinbutton", name=f"{edge}, °").fill(value)
    page.get_by_role("button", name="Show", exact=True).click(no_wait_after=True)
    page.wait_for_url("**west=165**", wait_until="commit")
    expect(page.get_by_role("spinbutton", name="West, °")).to_have_value("165")
