"""Drawing on an image: by hand and by key, measured right, undone, and beside what others have drawn."""

import re
from collections.abc import Iterator
from math import dist

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import FEW, FITTED, Site, browser_of, intercept, open_bench, ready
from tests.browser.test_accessible import faults

TITLE = "Marked"
OBJECTS = FEW


@pytest.fixture
def person() -> str:
    """Who manages: marks need labels, which managers adopt."""
    return "alice"


@pytest.fixture(scope="module")
def project(site: Site, package) -> None:
    site.project(TITLE, package)


class DetailView:
    """One object closely, when its marks are there."""

    def __init__(self, page: Page, number: int) -> None:
        self.page = page
        self.vignette = page.locator(".vignette").nth(number)
        self.dialog = page.get_by_role("dialog", name="One object, closely")
        self.rows = self.dialog.get_by_role("table", name="Marks on this image").locator("tbody tr")
        self.open()

    def open(self) -> None:
        with self.page.expect_response("**/marks/"):
            self.vignette.dblclick()
        self.page.locator("#detail-view[data-marks=ready]").wait_for()
        self.page.wait_for_function(FITTED)

    def take(self, tool: str, label: str = "Antenna") -> None:
        adopt = self.dialog.get_by_role("button", name="Adopt the starter set")
        if adopt.is_visible():
            adopt.click()
        self.dialog.get_by_label("Mark", exact=True).select_option(label)
        self.dialog.get_by_role("button", name=tool, exact=True).click()

    def screen(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the image is on the screen."""
        image = self.dialog.locator(".stage > img")
        box = image.bounding_box()
        scale = box["width"] / image.evaluate("image => image.naturalWidth")
        return box["x"] + x * scale, box["y"] + y * scale

    def click(self, *points: tuple[float, float]) -> None:
        for x, y in points:
            self.page.mouse.click(*self.screen(x, y))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*self.screen(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.screen(*end), steps=4)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def size(self) -> tuple[int, int]:
        image = self.dialog.locator(".stage > img")
        return tuple(image.evaluate("image => [image.naturalWidth, image.naturalHeight]"))

    def marks(self) -> list[dict]:
        """As the server has them."""
        number = self.vignette.get_attribute("data-id")
        return self.page.evaluate(f"fetch('/api/v1/objects/{number}/marks/').then((answer) => answer.json())")

    def saved(self, count: int) -> Locator:
        """The rows, once all of them are saved: only then have they measures."""
        expect(self.rows.filter(has_text="µm")).to_have_count(count)
        return self.rows


@pytest.fixture
def detail_view(project, page: Page, site: Site, request):
    """Each test has an object of its own."""

    def look(number: int) -> DetailView:
        return DetailView(open_bench(page, site, TITLE), number)

    return look


@pytest.fixture
def carla(site: Site, browser: Browser) -> Iterator[Page]:
    """Of somebody else in the project."""
    with browser_of("carla", site, browser) as page:
        yield page


def test_a_polyline_by_hand_is_as_long_as_it_is(detail_view) -> None:
    look = detail_view(0)
    width, height = look.size()
    points = [(4, 4), (width / 2, height / 2), (width - 4, 5)]
    look.take("Polyline")
    look.click(*points, points[-1])
    expect(look.saved(1)).to_contain_text("Antenna")
    (mark,) = look.marks()
    length = dist(points[0], points[1]) + dist(points[1], points[2])
    assert mark["measures"]["length_px"] == pytest.approx(length, abs=1)
    assert mark["measures"]["length_um"] == pytest.approx(length * 22, abs=22)
    length_text = look.dialog.locator("svg.marks text")
    expect(length_text).to_contain_text(f"{mark['measures']['length_px']:.1f}".removesuffix(".0"))


def test_a_prosome_drawn_by_hand_is_as_long_as_the_drawing_says(project, page: Page, site: Site) -> None:
    bench = open_bench(page, site, TITLE)
    result = bench.evaluate(
        """fetch(`/api/v1/projects/${document.querySelector("#bench").dataset.project}/objects/?limit=200`)
           .then((answer) => answer.json())"""
    )
    # the last one: the other tests draw on the first objects
    copepod = [each for each in result["results"] if each["fields"]["trait_prosome_um"]][-1]
    truth = {name.removeprefix("trait_prosome_"): value for name, value in copepod["fields"].items()}
    bench.goto(f"{bench.url.split('?')[0]}?original_id={copepod['original_id']}")
    ready(bench)
    look = DetailView(bench, 0)
    look.take("Line", "Prosome")
    look.click((truth["x1"], truth["y1"]), (truth["x2"], truth["y2"]))
    look.saved(1)
    (mark,) = look.marks()
    assert mark["measures"]["length_px"] == pytest.approx(truth["um"] / 22, abs=1)
    assert mark["measures"]["length_um"] == pytest.approx(truth["um"], abs=22)


def test_a_polyline_by_key_undone_and_there_after_a_reload(detail_view, page: Page) -> None:
    look = detail_view(1)
    look.take("Polyline", "Tail")
    middle = look.dialog.locator("[data-part=marks-status]")
    look.press("Enter", "Shift+ArrowLeft", "ArrowUp", "ArrowUp", "ArrowUp", "Enter")
    look.press("ArrowLeft", "Enter", "Backspace", "ArrowRight", "ArrowUp")
    expect(middle).to_contain_text("11.4 px")
    look.press("Enter", "Enter")
    expect(look.saved(1)).to_contain_text("Tail")
    (mark,) = look.marks()
    assert mark["measures"]["length_px"] == pytest.approx(109**0.5 + 1, abs=0.01)
    look.press("Control+z")
    expect(look.rows).to_have_count(0)
    look.press("Control+y")
    look.saved(1)
    page.reload()
    ready(page)
    look.open()
    expect(look.saved(1)).to_contain_text("11.4 px · 252 µm")
    assert [mark["geometry"] for mark in look.marks()] == [mark["geometry"]]


def test_every_figure_is_drawn_by_hand(detail_view) -> None:
    look = detail_view(2)
    width, height = look.size()
    look.take("Box", "Gut")
    look.drag((2, 2), (12, 8))
    look.take("Line", "Prosome")
    look.drag((3, height - 3), (13, height - 3))
    look.take("Ellipse", "Lipid sac")
    look.click((width / 2 - 6, height / 2), (width / 2 + 6, height / 2), (width / 2, height / 2 - 4))
    look.take("Polygon", "Appendicularian house")
    look.click((15, 2), (width - 2, 2), (width - 2, height - 2), (15, 2))
    look.saved(4)
    look.take("Point", "Egg")
    look.click((14, 12))
    expect(look.rows.filter(has_text="count 1")).to_have_count(1)
    result = {mark["kind"]: mark["measures"] for mark in look.marks()}
    assert result["box"]["area_px"] == pytest.approx(60, abs=8)
    assert result["line"]["length_px"] == pytest.approx(10, abs=1)
    assert result["ellipse"]["area_px"] == pytest.approx(3.1416 * 24, abs=8)
    assert result["polygon"]["area_px"] == pytest.approx((width - 17) * (height - 4) / 2, rel=0.1)


def test_a_vertex_is_dragged_and_a_mark_deleted(detail_view) -> None:
    look = detail_view(3)
    look.take("Line", "Prosome")
    look.click((5, 5), (15, 5))
    look.saved(1)
    look.take("Select")
    look.click((15, 5))
    look.drag((15, 5), (15, 15))
    expect(look.rows).to_contain_text("14.1 px")
    look.press("Control+z")
    expect(look.rows).to_contain_text("10 px")
    look.press("Delete")
    expect(look.rows).to_have_count(0)
    assert look.marks() == []


def test_a_mask_is_painted_erased_and_taken_back(detail_view) -> None:
    look = detail_view(4)
    look.take("Brush", "Gut")
    look.drag((10, 10), (14, 10))
    look.drag((16, 16), (18, 16))
    look.press("Control+z")
    look.press("Control+Enter")
    look.saved(1)
    before = look.marks()[0]["measures"]["area_px"]
    assert before == pytest.approx(3.1416 * 25 + 4 * 10, rel=0.15), "a disc of radius 5, four pixels on"
    look.take("Select")
    look.rows.get_by_role("button", name="Select").click()
    look.take("Brush", "Gut")
    look.dialog.get_by_label("Eraser").check()
    look.click((10, 10))
    with look.page.expect_response("**/api/v1/marks/*/"):
        look.dialog.get_by_role("button", name="Done").click()
    (after,) = look.marks()
    assert after["version"] == 2
    assert 0 < after["measures"]["area_px"] < before


def test_anothers_marks_stand_side_by_side(detail_view, carla: Page, site: Site, page: Page) -> None:
    look = detail_view(5)
    look.take("Line", "Prosome")
    look.click((4, 4), (12, 4))
    look.saved(1)
    beside = DetailView(open_bench(carla, site, TITLE), 5)
    expect(beside.saved(1)).to_contain_text("Alice")
    beside.take("Line", "Prosome")
    beside.click((4, 9), (13, 9))
    beside.saved(2)
    page.reload()
    ready(page)
    look.open()
    expect(look.saved(2).nth(1)).to_contain_text("Carla")
    look.dialog.get_by_label("Carla (1)").uncheck()
    expect(look.rows).to_have_count(1)
    expect(look.dialog.locator("svg.marks text")).to_have_count(1)
    look.dialog.get_by_label("Carla (1)").check()
    expect(look.rows).to_have_count(2)
    assert faults(page) == []


def test_marks_of_others_appear_while_one_draws(detail_view, carla: Page, site: Site) -> None:
    look = detail_view(7)
    look.take("Line", "Prosome")
    look.click((4, 4), (12, 4))
    look.saved(1)
    beside = DetailView(open_bench(carla, site, TITLE), 7)
    beside.saved(1)

    look.take("Polyline", "Antenna")  # Alice is about to draw
    look.click((3, 12), (8, 14))
    status = look.dialog.locator("[data-part=marks-status]")
    begun = status.inner_text()
    beside.take("Line", "Prosome")
    beside.click((4, 9), (13, 9))
    expect(look.rows.filter(has_text="Carla")).to_have_count(1)
    expect(look.dialog.locator("svg.marks text", has_text="Carla")).to_have_count(1)
    assert status.inner_text() == begun, "what one reads while drawing stays"
    look.click((15, 12), (15, 12))  # and goes on where it was
    look.saved(3)
    kinds = sorted((mark["kind"], len(mark["geometry"]["points"])) for mark in look.marks())
    assert kinds == [("line", 2), ("line", 2), ("polyline", 3)]

    expect(beside.saved(3).filter(has_text="Antenna")).to_have_count(1)
    look.press("Control+z")
    expect(beside.rows).to_have_count(2)
    expect(beside.dialog.locator("[data-part=marks-status]")).to_have_text("A mark was taken away.")

    # what one holds in the hand stays there; and what the other did to it meanwhile is not overwritten
    look.take("Select")
    look.click((4, 4))
    look.page.mouse.move(*look.screen(4, 4))
    look.page.mouse.down()
    look.page.mouse.move(*look.screen(4, 14), steps=4)
    beside.take("Select")
    beside.click((12, 4))
    beside.drag((12, 4), (14, 4))
    beside.saved(2)
    expect(look.rows.filter(has_text="Alice")).to_contain_text("8 px")
    look.page.mouse.up()
    expect(look.rows.filter(has_text="Alice")).to_contain_text("10 px")
    expect(look.dialog.get_by_role("alert")).to_contain_text("Somebody changed this mark")


def test_nothing_is_drawn_on_the_former_object_while_the_next_is_on_its_way(detail_view) -> None:
    look = detail_view(9)
    look.take("Point", "Egg")
    number = look.page.locator(".vignette").nth(10).get_attribute("data-id")
    address = re.compile(rf"/vignettes/{number}/$")
    routes: list[Route] = []
    intercept(look.page, address, lambda route: routes.append(route))
    with look.page.expect_request(address):
        look.dialog.locator("[data-step='1']").click()
    expect(look.dialog.get_by_role("button", name="Look", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    look.page.wait_for_function(FITTED)
    look.click((5, 5))
    for route in routes:
        route.continue_()
    look.page.unroute(address)
    look.take("Point", "Egg")
    look.click((5, 5))
    expect(look.rows.filter(has_text="count 1")).to_have_count(1)
    assert look.marks() == []


def test_keys_go_on_working_after_a_tool_that_waits_for_the_next_object(detail_view) -> None:
    look = detail_view(10)
    look.take("Point", "Egg")
    look.take("Look")
    look.dialog.get_by_role("button", name="Point", exact=True).focus()
    with look.page.expect_response("**/marks/"):
        look.press("ArrowRight")
    look.page.wait_for_function(FITTED)
    before = look.dialog.locator(".stage > img").bounding_box()["width"]
    look.press("+")
    assert look.dialog.locator(".stage > img").bounding_box()["width"] == pytest.approx(
        before * 1.25, rel=0.01
    )


SLOPES = """(image, places) => {
    const context = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
    context.drawImage(image, 0, 0);
    return places.map(([x, y]) => {
        const grey = (dx, dy) => context.getImageData(Math.floor(x) + dx, Math.floor(y) + dy, 1, 1).data[0];
        return Math.hypot(grey(1, 0) - grey(-1, 0), grey(0, 1) - grey(0, -1));
    });
}"""


def test_points_go_along_edges_where_that_is_wished(detail_view) -> None:
    look = detail_view(8)
    image = look.dialog.locator(".stage > img")
    width, height = look.size()
    places = [(x + 0.5, y + 0.5) for y in range(3, height - 3) for x in range(3, width - 3)]
    slopes = image.evaluate(SLOPES, places)
    edge = places[slopes.index(max(slopes))]
    look.take("Polyline")
    along = look.dialog.get_by_label("Along edges")
    assert not along.is_checked()
    along.check()
    aside = (edge[0] + 0.6, edge[1] + 0.4)
    far = (1, 1) if edge[0] > width / 2 else (width - 1, 1)
    look.click(aside, far, far)
    look.saved(1)
    (drawn,) = look.marks()
    first, second = drawn["geometry"]["points"]
    assert dist(first, aside) <= 1.8
    assert dist(second, far) < 0.5, "where there is no edge the point stays"
    slope_drawn, slope_aside = image.evaluate(SLOPES, [first, aside])
    assert slope_drawn >= slope_aside
    look.page.keyboard.down("Shift")  # for once not
    look.click(aside, far, far)
    look.page.keyboard.up("Shift")
    look.saved(2)
    free = look.marks()[1]["geometry"]["points"][0]
    assert dist(free, aside) < 0.3 or dist(free, first) < 0.05, "or on the first mark's vertex"


def test_without_a_tool_keys_are_those_of_the_bench(detail_view, page: Page) -> None:
    look = detail_view(6)
    look.take("Line")
    look.press("Enter", "Escape", "Escape")
    expect(look.dialog.get_by_role("button", name="Look", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    look.press("Escape")
    expect(look.dialog).to_be_hidden()
    assert look.marks() == []
