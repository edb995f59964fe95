"""A scan is looked at: its objects lead to the bench and back, and their outlines are corrected by hand and by keys."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Site, ready
from tests.browser.test_accessible import faults_by_look

FURNISH = """
from pathlib import Path
from django.core.management import call_command
from annotations.accounts.models import User
from annotations.projects.actions import create_project
from annotations.scans.models import Scan
from annotations.scans.segmentation.recipes import save_recipe
from tests.scans.drawing import png
from tests.scans.drawn import drawn
from annotations.taxonomy.actions import TaxonName, ensure_taxa
ensure_taxa([TaxonName("Copepoda")])
title = "A tray to look at"
alice = User.objects.get(username="alice")
project = create_project(title=title, owner=alice)
path = Path("{path}")
path.write_bytes(png(drawn()))
plain = dict(background="none", threshold="fixed", level=50.0, least_area_px=20)
save_recipe(project=project, user=alice, name="Discs", settings=plain)
call_command("import_scans", title, str(path), user="alice", pixel_um="10", verbosity=0)
call_command("segment", project=title, recipe="Discs", verbosity=0)
scan = Scan.objects.get(parent__acquisition__sample__project=project)
print("address", f"/projects/{{project.pk}}/scans/{{scan.pk}}/")
"""


@pytest.fixture
def person() -> str:
    return "alice"


@pytest.fixture(scope="module")
def address(site: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("scans") / "tray.png"
    return site.shell(FURNISH.format(path=path)).split()[-1]


@pytest.fixture
def links(page: Page, address: str) -> Locator:
    """The list of the objects in view, beside the scan that is open."""
    page.goto(address)
    links = page.get_by_role("list", name="Objects in view").get_by_role("link")
    expect(links).to_have_count(5)
    return links


def test_from_the_scan_to_an_object_on_the_bench(page: Page, links: Locator) -> None:
    expect(page.get_by_role("status").filter(has_text="5 objects.")).to_be_visible()
    assert faults_by_look(page) == []
    page.get_by_text("Mark the objects").focus()
    press(page, "+", "+", "+")  # wherever the focus is
    expect(links).not_to_have_count(5)
    press(page, "0")
    expect(links).to_have_count(5)
    press(page, "+", "+", "+")
    expect(links).not_to_have_count(5)
    press(page, "Home")
    expect(links).to_have_count(5)
    links.nth(2).focus()
    expect(links.nth(2)).to_have_class("is-selected")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_role("region", name="Selected")).to_contain_text("2 objects selected")
    page.keyboard.press("Enter")
    ready(page)
    expect(page.get_by_role("option", name="unclassified")).to_have_count(1)
    page.locator("#find-taxon").fill("a")  # beside a line that is no taxon: there is none yet
    expect(page.get_by_text("Click a vignette, type the name of its taxon")).to_be_visible()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_on_a_phone_what_is_selected_is_seen_with_the_scan(page: Page, links: Locator) -> None:
    page.set_viewport_size(PHONE)
    links.first.click()
    page.evaluate("scrollTo(0, 0)")
    expect(page.get_by_role("group", name="The scan", exact=True)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("region", name="Selected")).to_be_in_viewport(ratio=1)
    assert faults_by_look(page) == []


Place = tuple[float, float]
RING: list[Place] = [(0.42, 0.05), (0.5, 0.05), (0.5, 0.15), (0.42, 0.15)]  # shares of the stage


def places_in(surface: Locator, ring: list[Place]) -> list[Place]:
    box = surface.bounding_box()
    assert box
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in ring]


def stroke_by_mouse(page: Page, places: list[Place]) -> None:
    page.mouse.move(*places[0])
    page.mouse.down()
    for x, y in places[1:]:
        page.mouse.move(x, y, steps=3)
    page.mouse.up()


class Fingers:
    def __init__(self, page: Page):
        self.session = page.context.new_cdp_session(page)

    def touch(self, kind: str, *places: Place) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})


@pytest.mark.own_browser
def test_a_stroke_reshapes_and_fingers_draw_and_come_nearer(page: Page, links: Locator) -> None:
    surface, answers = page.get_by_role("application", name="Drawing on the scan"), page.locator("#toasts")
    links.first.click()
    press(page, "e")
    stroke_by_mouse(page, places_in(surface, RING))
    expect(answers).to_contain_text("1 object drawn anew")
    press(page, "d", "t")
    page.keyboard.type("Copepoda")
    page.get_by_role("option", name="Copepoda").click()
    fingers = Fingers(page)
    first, *others = places_in(surface, [(x, y + 0.3) for x, y in RING])
    fingers.touch("Start", first)
    for place in others:
        fingers.touch("Move", place)
    fingers.touch("End")
    expect(answers).to_contain_text("1 object drawn")
    expect(links.filter(has_text="Copepoda")).to_have_count(1)
    length = page.locator("[data-part=scale] .length")
    before = length.inner_text()
    left, right, farther = places_in(surface, [(0.45, 0.5), (0.5, 0.5), (0.9, 0.5)])
    fingers.touch("Start", left, right)
    fingers.touch("Move", left, farther)
    fingers.touch("End")
    expect(length).not_to_have_text(before)
    press(page, "Home", "Control+z", "Escape")
    expect(links).to_have_count(5)
    press(page, "Control+z")
    expect(answers).to_contain_text("Undone: 1 object drawn anew")
    page.get_by_role("button", name="Details").click()
    expect(page.get_by_role("dialog", name="Details of the object")).to_contain_text(
        "Outline drawn anew, undone"
    )


PRESS_AT_PROMPT = """
const { fetch } = window;
window.fetch = (address, ...rest) => {
  const key = new KeyboardEvent("keydown", { key: "d", bubbles: true });
  if (String(address).includes("box=")) document.body.dispatchEvent(key);
  return fetch(address, ...rest);
};
"""


@pytest.mark.own_browser
def test_a_tool_is_taken_by_its_key_before_the_objects_have_come(page: Page, address: str) -> None:
    page.add_init_script(PRESS_AT_PROMPT)
    page.goto(address)
    expect(page.get_by_role("button", name="Draw")).to_have_attribute("aria-pressed", "true")


DELETE_BY_ANOTHER = """
from django.test import Client
from annotations.accounts.models import User
client = Client(HTTP_HOST="127.0.0.1")
client.force_login(User.objects.get(username="root"))
body = dict(kind="delete", objects=[dict(id={object}, revision=1)])
answer = client.post("/api/v1{address}corrections/", body, content_type="application/json")
assert answer.status_code == 201, answer.content
"""


def test_outlines_are_corrected_by_keys_and_undone(
    page: Page, site: Site, address: str, links: Locator
) -> None:
    answers = page.locator("#toasts")
    right, down, left = "Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowLeft"
    press(page, "d", "Space", right, "Space", down, "Space", left, "Space", "Enter")
    expect(answers).to_contain_text("1 object drawn")
    expect(links).to_have_count(6)
    press(page, "Escape", "c", "Shift+ArrowUp", "Space", down, down, "Space", "Enter")
    expect(answers).to_contain_text("1 object cut into 2")
    expect(links).to_have_count(7)
    press(page, "Escape")
    links.nth(5).click()
    links.nth(6).click(modifiers=["Shift"])
    press(page, "m")
    expect(answers).to_contain_text("2 objects merged into 1")
    expect(links).to_have_count(6)
    press(page, "Delete")
    expect(answers).to_contain_text("1 object deleted")
    expect(links).to_have_count(5)
    press(page, "Control+z")
    expect(links).to_have_count(6)
    press(page, "Control+z")
    expect(links).to_have_count(7)
    page.get_by_text("Corrections", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="2 objects merged into 1")).to_contain_text(
        "undone by Alice"
    )
    assert faults_by_look(page) == []
    links.nth(3).click()
    one = links.nth(3).get_attribute("data-id")
    site.shell(DELETE_BY_ANOTHER.format(object=one, address=address))
    expect(links).to_have_count(6)
    press(page, "Delete")
    expect(answers.get_by_role("alert")).to_contain_text("gone")
