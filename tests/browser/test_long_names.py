"""Names as long as people make them: no page is wider than the screen, nor does anything stand out of its card."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FEW, PHONE, Site, browser_of, ready
from tests.browser.keeping import DESK

OBJECTS = FEW
TITLE = "Long names"
ZOOMED = {"width": 640, "height": 400}  # a window of 1280 × 800 at 200 %
NAMES = """
import json
from annotations.samples.models import Object, Sample
from annotations.taxonomy.models import Taxon
of_project = {"project__title": "Long names"}
taxa = Taxon.objects.filter(pk__in=Object.objects.filter(**of_project).values("taxon"))
names = [*taxa.values_list("display_name", flat=True), "Long names", "Root"]
print(json.dumps([*names, *Sample.objects.filter(**of_project).values_list("original_id", flat=True)]))
"""
# Makes these names long where the page shows them: other modules share the site, and its taxa.
LENGTHEN = """(names) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const place = names.indexOf(node.data.trim());
        const words = place % 2 ? "Part of something with antennae ".repeat(4) : "Pseudocalanoides".repeat(8);
        if (place >= 0) node.data = words;
    }
}"""
PAGES = [
    "", "review/", "review/taxa/", "clusters/", "thresholds/", "readings/", "readings/new/", "checks/", "duplicates/",
    "similarity/", "actions/", "progress/", "taxa/", "taxa/new/", "taxa/presets/", "names/", "traits/", "map/",
    "results/", "results/sections/?quantity=count", "results/compare/", "results/map/", "regroupings/", "abundance/",
    "export/", "import/", "scans/", "predict/", "effort/", "settings/", "samples/", "samples/delete/?all=on",
    "tables/acquisitions/", "tables/objects/", "bin/", "move/", "moves/",
]  # fmt: skip
# What stands out of the screen, but for what is scrolled by itself.
OUTSIDE = """() => document.documentElement.scrollWidth > innerWidth + 1
    ? [...document.querySelectorAll("body *")]
        .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .tabs, [popover]"))
        .map((e) => e.outerHTML.slice(0, 80)).slice(0, 3)
    : []"""


@pytest.fixture
def person() -> str:
    return "carla"


@pytest.mark.parametrize("screen", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_no_page_of_a_project_is_wider_than_the_screen(
    site: Site, browser: Browser, project: str, screen: dict
) -> None:
    names, wide = json.loads(site.shell(NAMES)), {}
    with browser_of("root", site, browser, viewport=screen) as page:
        for path in PAGES:
            page.goto(site.addresses[project] + path)
            page.wait_for_function("!document.querySelector('[aria-busy=true]')")
            page.evaluate(LENGTHEN, names)
            wide[path] = page.evaluate(OUTSIDE)
    assert {path: elements for path, elements in wide.items() if elements} == {}


SCROLLED = "frames => frames.filter((frame) => frame.scrollWidth > frame.clientWidth + 1).length"


def test_a_long_table_and_its_plot_fit_a_phone(site: Site, browser: Browser, project: str) -> None:
    with browser_of("carla", site, browser, viewport=PHONE) as page:
        page.goto(f"{site.addresses[project]}results/")
        expect(page.locator(".plot.rows.narrowed")).to_be_visible()
        assert page.locator(".scroll").evaluate_all(SCROLLED) == 0
        rows = page.locator("table[data-sortable] tbody tr")
        expect(rows.filter(visible=True)).to_have_count(20)
        page.get_by_label(f"All {rows.count()} rows").check()
        expect(rows.filter(visible=True)).to_have_count(rows.count())
        page.set_viewport_size(DESK)
        expect(page.locator(".plot.rows:not(.narrowed)")).to_be_visible()
        expect(page.get_by_label(f"All {rows.count()} rows")).to_be_hidden()


# How many names of the panel can't be read to the end, were all of them long.
CUT = """(names) => {
    for (const name of names) name.innerHTML = "copepod_<wbr>calanoid_<wbr>flatheads";
    const isCut = (name) => name.scrollHeight > name.clientHeight || name.scrollWidth > name.clientWidth;
    return names.filter(isCut).length;
}"""


def test_names_that_differ_at_the_end_are_told_apart_in_the_panel(bench: Page) -> None:
    ready(bench)
    names = bench.locator(".tree > li:not([hidden]) .name")
    expect(names.first).to_be_visible()
    assert names.evaluate_all(CUT) == 0


def test_what_was_done_is_said_in_three_lines(bench: Page) -> None:
    page = bench
    ready(page)
    page.locator(".vignette").first.click()
    page.keyboard.press("-")
    page.keyboard.press("Control+z")
    toast = page.locator("#toasts .toast p")
    expect(toast).to_be_visible()
    toast.evaluate("(words) => { words.textContent = 'Pseudocalanoides'.repeat(40); }")
    lines = toast.evaluate("(words) => words.clientHeight / parseFloat(getComputedStyle(words).lineHeight)")
    assert round(lines) <= 3
    assert page.evaluate(OUTSIDE) == []
