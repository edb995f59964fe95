"""What the vignettes look like, and how long sessions stay light."""

import pytest
from playwright.sync_api import Page, expect

from annotations.demo.package import write_package
from tests.browser.conftest import Site, open_bench, ready


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture(scope="module")
def project(site: Site, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("packages") / "long.zip"
    write_package(path, objects=700, seed=8, samples=2, settled=0.2)
    site.project("Looks", path, create_taxa=True)


@pytest.fixture
def bench(project, page: Page, site: Site) -> Page:
    return open_bench(page, site, "Looks")


def choose(page: Page, *labels: str) -> None:
    page.get_by_role("button", name="Look…").click()
    for label in labels:
        page.get_by_label(label).check()
    page.keyboard.press("Escape")


def test_layouts_are_kept_for_the_person(bench: Page) -> None:
    gallery = bench.locator("#gallery")
    with bench.expect_response("**/me/preferences/"):
        choose(bench, "fitted", "dark", "invert")
    heights = {
        round(box["height"])
        for box in [image.bounding_box() for image in bench.locator(".vignette img").all()[:6]]
    }
    assert heights == {110}
    bench.reload()
    ready(bench)
    expect(gallery).to_have_attribute("data-ground", "dark")
    expect(gallery).to_have_attribute("data-inverted", "")
    expect(bench.locator("#scale")).to_be_hidden()
    with bench.expect_response("**/me/preferences/"):
        choose(bench, "true size")
    expect(bench.locator("#scale")).to_contain_text("mm")


def test_a_scale_bar_is_as_long_as_it_says(bench: Page) -> None:
    choose(bench, "true size")
    length = bench.locator("#scale .length").inner_text()
    micrometres = float(length.split()[0]) * (1000 if "mm" in length else 1)
    first = bench.locator(".vignette").first
    shown = first.locator("img").bounding_box()["width"] / int(first.locator("img").get_attribute("width"))
    pixel = float(first.evaluate("v => v.style.getPropertyValue('--um')"))
    ruler = bench.locator("#scale .ruler").bounding_box()["width"]
    assert ruler * pixel / shown == pytest.approx(micrometres, rel=0.03)


def test_one_object_closely_with_its_neighbours_by_key(bench: Page) -> None:
    vignettes = bench.locator(".vignette")
    names = [image.get_attribute("alt") for image in bench.locator(".vignette img").all()[:2]]
    vignettes.first.dblclick()
    detail_view = bench.get_by_role("dialog", name="One object, closely")
    expect(detail_view.locator(".stage")).to_have_attribute("aria-label", names[0])
    bench.keyboard.press("ArrowRight")
    expect(detail_view.locator(".stage")).to_have_attribute("aria-label", names[1])
    expect(detail_view).to_contain_text(names[1].split(", ")[1])
    before = detail_view.locator(".stage > img").bounding_box()["width"]
    bench.keyboard.press("+")
    assert detail_view.locator(".stage > img").bounding_box()["width"] == pytest.approx(
        before * 1.25, rel=0.01
    )
    bench.keyboard.press("Escape")
    expect(vignettes.nth(1)).to_be_focused()


def test_far_pages_are_forgotten_and_come_back(bench: Page) -> None:
    bench.goto(bench.url + "?size=50")
    ready(bench)
    first = bench.locator(".vignette").first.get_attribute("id")
    pages = bench.locator(".page")
    while (before := pages.count()) < 14:
        bench.locator("#gallery").evaluate("gallery => gallery.scrollTo(0, gallery.scrollHeight)")
        bench.wait_for_function(f"document.querySelectorAll('.page').length > {before}")
    expect(bench.locator(f"#{first}")).to_have_count(0)
    assert bench.locator(".vignette").count() < 700
    bench.locator("#gallery").evaluate("gallery => gallery.scrollTo(0, 0)")
    expect(bench.locator(f"#{first}")).to_be_visible()


def test_a_first_page_is_light(bench: Page) -> None:
    weight = bench.evaluate(
        """() => ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
             .filter((entry) => !entry.name.includes('/vignettes/'))
             .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
    )
    assert 20_000 < weight < 100_000


def test_nothing_jumps_while_pages_come(bench: Page) -> None:
    """Cumulative layout shift, as browsers measure it: https://web.dev/articles/cls"""
    for _ in range(6):
        bench.locator("#gallery").evaluate("gallery => gallery.scrollBy(0, 1500)")
        bench.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
    shift = bench.evaluate(
        """() => new Promise((done) => new PerformanceObserver((list) => done(
               list.getEntries().filter((entry) => !entry.hadRecentInput).reduce((sum, entry) => sum + entry.value, 0)
           )).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 300))"""
    )
    assert shift < 0.05
