"""The same vignettes into 10 taxa: once without a mouse, once without a keyboard. Prints what it cost."""

import re
import time
from collections import Counter
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from annotations.demo.package import write_package
from tests.browser.conftest import Site, open_bench, ready

KEYS = "1234567890"
COUNT = 80  # vignettes: enough to scroll


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@dataclass
class Task:
    """What each object is, and the key of each of the ten taxa: the rare ones are sorted into the last."""

    project: str
    truth: dict[int, dict]
    taxa: list[dict]
    seeds: set[int]

    def taxon(self, object_id: int) -> dict:
        result = self.truth[object_id]
        return result if result in self.taxa else self.taxa[-1]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("packages") / "sorted.zip"
    write_package(path, objects=COUNT + 10, seed=3, samples=2, settled=1.0)
    return path


def prepare(page: Page, site: Site, package, title: str) -> Task:
    """Imports it with its labels, remembers them, and takes them away: all but one of each taxon."""
    site.project(title, package, create_taxa=True)
    open_bench(page, site, title)
    project = page.url.rstrip("/").rsplit("/", 1)[1]
    api = f"{site.url}/api/v1/projects/{project}"
    objects = page.request.get(f"{api}/objects/?limit=1000&state=validated&state=dubious").json()["results"]
    truth = {result["id"]: result["taxon"] for result in objects}
    counted = Counter(taxon["id"] for taxon in truth.values()).most_common(10)
    names = {taxon["id"]: taxon for taxon in truth.values()}
    taxa = [names[taxon] for taxon, _ in counted]
    seeds = {next(pk for pk, taxon in truth.items() if taxon == common) for common in taxa}
    cleared = [each for each in objects if each["id"] not in seeds][:COUNT]
    page.evaluate(
        """async ([url, objects]) => fetch(url, {
            method: "POST",
            headers: { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) },
            body: JSON.stringify({ objects, state: "unclassified" }),
        })""",
        [f"{api}/annotations/", [{"id": result["id"], "version": result["version"]} for result in cleared]],
    )
    page.goto(f"{site.url}/projects/{project}/?state=unclassified&size=500")
    ready(page)
    expect(page.locator(".vignette")).to_have_count(COUNT)
    expect(page.locator(".vignette").last).not_to_be_in_viewport()
    return Task(project, {result["id"]: truth[result["id"]] for result in cleared}, taxa, seeds)


def check(page: Page, site: Site, task: Task) -> None:
    """All are what they are, on the server."""
    expect(page.locator("[data-count=U]")).to_have_text("0")
    answer = page.request.get(f"{site.url}/api/v1/projects/{task.project}/objects/?limit=1000")
    labels = {each["id"]: each["taxon"] for each in answer.json()["results"]}
    assert all(labels[pk] == task.taxon(pk) for pk in task.truth)


def test_without_a_mouse(page: Page, site: Site, package, capsys) -> None:
    task = prepare(page, site, package, "By keyboard")
    quick = dict(zip(KEYS, task.taxa, strict=True))
    page.evaluate(
        """async (quick) => fetch("/api/v1/me/preferences/", {
            method: "POST",
            headers: { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) },
            body: JSON.stringify({ quick }),
        })""",
        quick,
    )
    page.reload()
    ready(page)
    key_of = {taxon["id"]: key for key, taxon in quick.items()}
    order = page.evaluate("[...document.querySelectorAll('.vignette')].map((v) => Number(v.dataset.id))")
    started = time.perf_counter()
    page.locator("#gallery").focus()
    strokes = 0
    for pk in order:  # the focus goes on by itself
        page.keyboard.press(key_of[task.taxon(pk)["id"]])
        strokes += 1
    check(page, site, task)
    report_effort(capsys, "keyboard alone", strokes, 0, time.perf_counter() - started)
    page.evaluate(
        """async () => fetch("/api/v1/me/preferences/", {
            method: "POST",
            headers: { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) },
            body: JSON.stringify({ quick: {} }),
        })"""
    )


def test_without_a_keyboard(page: Page, site: Site, package, capsys) -> None:
    """One taxon after the other: ticks those that belong to it, and drops them on it in the panel."""
    task = prepare(page, site, package, "By mouse")
    page.locator("#zoom").evaluate(
        "slider => { slider.value = 50; slider.dispatchEvent(new Event('input')); }"
    )
    page.get_by_role("button", name="Object", exact=True).click()  # the panel moves nothing later
    expect(page.locator("#detail")).to_be_visible()
    started = time.perf_counter()
    clicks = drags = 0
    for taxon in task.taxa:
        mine = [pk for pk in task.truth if task.taxon(pk) == taxon]
        for pk in mine:
            vignette = page.locator(f"#o{pk}")
            width = vignette.bounding_box()["width"]
            vignette.click(position={"x": width - 12, "y": 12})
            clicks += 1
        expect(page.locator("#selected")).to_have_text(f"{len(mine)} selected")
        target = page.locator(f'.taxon[data-taxon="{taxon["id"]}"]')
        target.hover()  # scrolls to it, also where the panel is just drawn anew
        vignette.hover(position={"x": 20, "y": 20})
        page.mouse.down()
        for x in (30, 31):  # the panel may be drawn anew meanwhile: it is waited for
            target.hover(position={"x": x, "y": 5})
        page.mouse.up()
        drags += 1
        expect(page.locator("#selected")).to_have_text(re.compile("The framed vignette|0 selected"))
    check(page, site, task)
    report_effort(capsys, "mouse alone", 0, clicks, time.perf_counter() - started, drags)


def test_a_band_begins_anywhere_and_one_vignette_is_carried(page: Page, site: Site, package) -> None:
    """Pictures lie close together: a band that begins on one selects, and one that runs into the panel carries it."""
    task = prepare(page, site, package, "By band")
    vignettes = page.locator(".vignette")
    first, other = (vignettes.nth(n).bounding_box() for n in (1, 2))
    page.mouse.move(first["x"] + 30, first["y"] + 30)
    page.mouse.down()
    expect_after_moves(page, other["x"] + 30, other["y"] + 35)
    page.evaluate("dispatchEvent(new PointerEvent('pointercancel'))")  # as a pen's that scrolls
    expect(page.locator(".rubber")).to_have_count(0)
    expect(page.locator('.vignette[aria-selected="true"]')).to_have_count(0)
    page.mouse.up()
    page.mouse.move(first["x"] + 30, first["y"] + 30)
    page.mouse.down()
    expect_after_moves(page, other["x"] + 30, other["y"] + 35)
    page.mouse.up()
    expect(page.locator("#selected")).to_have_text("2 selected")
    page.keyboard.press("Escape")
    vignette = vignettes.nth(1)
    vignette.hover(position={"x": 30, "y": 30})
    page.mouse.down()
    target = page.locator(f'.taxon[data-taxon="{task.taxa[0]["id"]}"]')
    target.hover(position={"x": 30, "y": 5})
    expect(page.locator(".ghost")).to_have_text(f"1 → {task.taxa[0]['name']}")
    page.mouse.up()
    expect(vignette).to_have_attribute("data-taxon", str(task.taxa[0]["id"]))
    expect(page.locator('.vignette[data-state="validated"]')).to_have_count(1)


def expect_after_moves(page: Page, x: float, y: float) -> None:
    """The pointer has arrived, and the band with it; it is fetched at the first press of a button."""
    for step in (2, 1, 0):
        page.mouse.move(x - step, y - step)
    page.locator(".rubber").wait_for()


def report_effort(capsys, how: str, strokes: int, clicks: int, seconds: float, drags: int = 0) -> None:
    with capsys.disabled():
        print(
            f"\n{COUNT} vignettes into 10 taxa, {how}: {strokes} keystrokes, {clicks} clicks, {drags} drags, "
            f"{seconds:.0f} s of the browser's time"
        )


def test_the_menu_of_a_vignette_does_what_the_keys_do(page: Page, site: Site, package) -> None:
    site.project("By menu", package, create_taxa=True)
    bench = open_bench(page, site, "By menu")
    first = bench.locator('.vignette[data-state="validated"]').first
    first_id = first.get_attribute("id")
    first.click(button="right")
    bench.get_by_role("menuitem", name="Dubious").click()
    expect(bench.locator(f"#{first_id}")).to_have_attribute("data-state", "dubious")
    bench.locator(f"#{first_id}").click(button="right")
    bench.keyboard.press("ArrowUp")
    expect(bench.get_by_role("menuitem", name="Not like these")).to_be_focused()
    bench.keyboard.press("Escape")
    bench.get_by_role("button", name="Undo").click()
    expect(bench.locator(f"#{first_id}")).to_have_attribute("data-state", "validated")


def test_a_tap_selects_on_a_tablet(site: Site, browser, package, page: Page) -> None:
    site.project("By touch", package, create_taxa=True)
    context = browser.new_context(
        viewport={"width": 820, "height": 1180}, has_touch=True, storage_state=page.context.storage_state()
    )
    tablet = context.new_page()
    open_bench(tablet, site, "By touch")
    for n in (0, 2, 3):
        tablet.locator(".vignette").nth(n).tap()
    expect(tablet.locator("#selected")).to_have_text("3 selected")
    tablet.locator(".vignette").nth(2).tap()
    expect(tablet.locator("#selected")).to_have_text("2 selected")
    tablet.get_by_role("button", name="Dubious").tap()
    expect(tablet.locator(".vignette").first).to_have_attribute("data-state", "dubious")
    context.close()
