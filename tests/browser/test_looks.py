"""What the vignettes look like, and how long sessions stay light."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, Route, expect

from annotations.demo.package import write_package
from tests.browser.conftest import FITTED, Site, intercept, open_bench, ready

TITLE = "Looks"


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packages") / "long.zip"
    write_package(path, objects=700, seed=8, samples=2, settled=0.2)
    return path


def choose(page: Page, *labels: str) -> None:
    page.get_by_role("button", name="Look…").click()
    for label in labels:
        page.get_by_label(label).check()
    page.keyboard.press("Escape")


def saves(words: str) -> Callable[[Response], bool]:
    """Whether it answers the request that had the words, by which the choice is kept."""
    return lambda answer: (
        answer.url.endswith("/me/preferences/") and words in (answer.request.post_data or "")
    )


COUNT = """() => {
    const gallery = document.getElementById("gallery").getBoundingClientRect();
    let whole = 0, pixels = 0;
    for (const vignette of document.querySelectorAll(".vignette")) {
        const card = vignette.getBoundingClientRect(), picture = vignette.querySelector("img").getBoundingClientRect();
        if (card.top >= gallery.top && card.bottom <= gallery.bottom + 0.5) whole += 1;
        const height = Math.min(picture.bottom, gallery.bottom) - Math.max(picture.top, gallery.top);
        if (height > 0) pixels += height * picture.width;
    }
    return [whole, pixels / innerWidth / innerHeight];
}"""
ROWS = """() => {
    const page = document.querySelector(".page");
    const edge = page.getBoundingClientRect().right - parseFloat(getComputedStyle(page).paddingRight);
    const rows = new Map();
    for (const vignette of document.querySelectorAll(".page:first-child .vignette")) {
        const box = vignette.getBoundingClientRect();
        const row = rows.get(Math.round(box.top)) ?? { right: 0, heights: [] };
        rows.set(Math.round(box.top), { right: box.right, heights: [...row.heights, box.height] });
    }
    const spread = (heights) => Math.max(...heights) - Math.min(...heights);
    return [...rows.values()].map(({ right, heights }) => [edge - right, spread(heights)]);
}"""


@pytest.mark.parametrize(("width", "height", "least"), [(1280, 800, 30), (1920, 1080, 70)])
def test_the_screen_is_full_of_organisms(bench: Page, width: int, height: int, least: int) -> None:
    bench.set_viewport_size({"width": width, "height": height})
    bench.reload()
    ready(bench)
    whole, share = bench.evaluate(COUNT)
    assert whole >= least
    assert share >= 0.35


def test_rows_have_no_holes(bench: Page) -> None:
    """Not where one page of vignettes ends and the next begins, either."""
    bench.goto(bench.url + "?size=50")
    ready(bench)
    bench.locator(".page[data-whole] + .page").first.wait_for()
    for gap, spread in bench.evaluate(ROWS):
        assert gap < 2
        assert spread < 1


DRAWN_OUT = """() => [...document.querySelectorAll(".page:first-child .vignette")]
    .map((vignette) => vignette.querySelector("img").offsetWidth / parseFloat(getComputedStyle(vignette).flexBasis))"""


def test_on_a_phone_one_that_stands_alone_is_not_drawn_out_to_the_whole_width(bench: Page) -> None:
    bench.set_viewport_size({"width": 390, "height": 844})
    bench.reload()
    ready(bench)
    for width in range(
        340, 391, 10
    ):  # where a row ends is chance: one of these has a vignette that stands alone
        bench.set_viewport_size({"width": width, "height": 844})
        assert max(bench.evaluate(DRAWN_OUT)) < 2.05


LAST_ROW = """() => {
    const shown = [...document.querySelectorAll(".page:first-child .vignette:not([hidden])")];
    return shown.filter(({ offsetTop }) => offsetTop === shown.at(-1).offsetTop).map(({ id }) => id);
}"""
HEIGHTS = """() => [...document.querySelectorAll(".page:first-child .vignette:not([hidden])")]
    .map(({ offsetHeight }) => offsetHeight)"""


def test_what_is_left_of_a_row_is_not_drawn_out_when_the_others_were_reviewed(bench: Page) -> None:
    bench.set_viewport_size({"width": 1000, "height": 800})
    bench.goto(bench.url + "?review=1&state=predicted&size=50")
    ready(bench)
    bench.locator(".page[data-whole] + .page").first.wait_for()
    _, *others = bench.evaluate(LAST_ROW)
    for number in others:
        bench.locator(f"#{number}").click(modifiers=["Control"])
    bench.keyboard.press("Control+l")
    for number in others:
        expect(bench.locator(f"#{number}")).to_be_hidden()
    heights = bench.evaluate(HEIGHTS)
    assert max(heights) < 2 * min(heights)
    bench.set_viewport_size({"width": 1001, "height": 800})  # laid out anew: the hole is filled
    bench.locator(".page[data-whole] + .page").first.wait_for()
    heights = bench.evaluate(HEIGHTS)
    assert max(heights) < 2 * min(heights)


def test_the_actions_and_the_panel_come_with_what_is_in_hand(bench: Page) -> None:
    actions = bench.get_by_role("toolbar", name="Actions")
    panel = bench.get_by_role("complementary", name="The chosen object")
    expect(actions).to_be_hidden()
    expect(panel).to_be_hidden()
    bench.locator(".vignette").nth(2).click()
    expect(actions).to_contain_text("1 selected")
    expect(panel.get_by_role("table").first).to_be_visible()
    bench.keyboard.press("Control+b")
    expect(panel).to_be_hidden()
    bench.reload()
    ready(bench)
    bench.locator(".vignette").nth(3).click()
    expect(actions).to_be_visible()
    expect(panel).to_be_hidden()  # it was folded away


def test_layouts_are_kept_for_the_person_and_the_project(bench: Page) -> None:
    gallery = bench.locator("#gallery")
    expect(gallery).to_have_attribute("data-layout", "rows")
    with bench.expect_response(saves('"inverted":true')):
        choose(bench, "as many pixels", "dark", "invert")
    bench.reload()
    ready(bench)
    expect(gallery).to_have_attribute("data-layout", "pixels")
    expect(gallery).to_have_attribute("data-ground", "dark")
    expect(gallery).to_have_attribute("data-inverted", "")
    with bench.expect_response(saves('"layout":"true"')):
        choose(bench, "true size")
    expect(bench.locator("#scale")).to_contain_text("mm")
    bench.locator(".vignette").first.focus()
    with bench.expect_response(saves('"layout":"rows"')):
        bench.keyboard.press(",")
    expect(gallery).to_have_attribute("data-layout", "rows")
    expect(bench.locator("#scale")).to_be_hidden()


def test_a_scale_bar_is_as_long_as_it_says(bench: Page) -> None:
    choose(bench, "true size")
    expect(bench.locator("#scale .length")).to_have_text(re.compile("m$"))  # drawn when its script has come
    length = bench.locator("#scale .length").inner_text()
    micrometres = float(length.split()[0]) * (1000 if "mm" in length else 1)
    first = bench.locator(".vignette").first
    width = float(first.evaluate("v => v.style.getPropertyValue('--w')"))
    zoom = first.locator("img").bounding_box()["width"] / width
    pixel = float(first.evaluate("v => v.style.getPropertyValue('--um')"))
    ruler = bench.locator("#scale .ruler").bounding_box()["width"]
    assert ruler * pixel / zoom == pytest.approx(micrometres, rel=0.03)


def test_one_object_closely_with_its_neighbours_by_key(bench: Page) -> None:
    vignettes = bench.locator(".vignette")
    names = [image.get_attribute("alt") for image in bench.locator(".vignette img").all()[:2]]
    vignettes.first.dblclick()
    detail_view = bench.get_by_role("dialog", name="One object, closely")
    expect(detail_view.locator(".stage")).to_have_attribute("aria-label", names[0])
    bench.keyboard.press("ArrowRight")
    expect(detail_view.locator(".stage")).to_have_attribute("aria-label", names[1])
    expect(detail_view).to_contain_text(names[1].split(", ")[1])
    bench.wait_for_function(FITTED)
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


def test_shift_also_selects_what_was_forgotten_between(bench: Page) -> None:
    bench.goto(bench.url + "?size=50")
    ready(bench)
    bench.locator(".vignette").first.click()
    pages = bench.locator(".page")
    while (before := pages.count()) < 14:
        bench.locator("#gallery").evaluate("gallery => gallery.scrollTo(0, gallery.scrollHeight)")
        bench.wait_for_function(f"document.querySelectorAll('.page').length > {before}")
    bench.wait_for_function("document.querySelectorAll('.vignette').length < 700")
    bench.locator(".vignette").last.click(modifiers=["Shift"])
    expect(bench.locator("#selected")).to_have_text("700 selected")


def test_where_all_have_one_name_captions_say_the_state(bench: Page) -> None:
    bench.locator("aside.taxa a", has_text="Chaetognatha").click()
    ready(bench)
    caption = bench.locator(".vignette[data-state=validated] .caption").first
    expect(caption.locator(".label")).to_be_hidden()
    words = "mark => ['display', 'content'].map((name) => getComputedStyle(mark, '::after')[name])"
    assert caption.locator(".mark").evaluate(words) == ["block", '"validated"']


def test_ctrl_a_also_selects_what_was_forgotten(bench: Page) -> None:
    _scroll_until_some_are_forgotten(bench)
    expect(bench.locator(".vignette").last).to_have_attribute("aria-posinset", "700")
    bench.locator(".vignette").last.click()  # so that it was looked at, however short a moment the others had
    bench.keyboard.press("Control+a")
    toast = bench.locator(".toast", has_text="that have been on the screen")
    chosen, others = (int(number) for number in re.findall(r"\d+", toast.inner_text())[:2])
    assert chosen + others == 700
    expect(bench.locator("#selected")).to_have_text(f"{chosen} selected")
    bench.keyboard.press("Control+a")
    expect(bench.locator("#selected")).to_have_text("700 selected")


def test_ctrl_p_prints_what_was_forgotten_and_the_menu_says_what_is_missing(bench: Page) -> None:
    _scroll_until_some_are_forgotten(bench)
    bench.route("**/vignettes/?*ids=*", lambda route: route.abort())  # nobody waits for it
    bench.emulate_media(media="print")
    forgotten = bench.locator(".page[data-forgotten]").last
    count = forgotten.get_attribute("data-forgotten")
    words = forgotten.evaluate("page => getComputedStyle(page, '::before').content")
    assert words.startswith(f'"{count} vignettes that are far from the screen are missing here.')
    expect(bench.locator("header.top")).to_be_hidden()
    bench.emulate_media(media="screen")
    bench.unroute("**/vignettes/?*ids=*")
    with bench.expect_event("console", lambda message: message.text == "700 printed"):
        bench.evaluate(
            "() => { print = () => console.log(document.querySelectorAll('.vignette').length, 'printed') }"
        )
        bench.keyboard.press("Control+p")


def _scroll_until_some_are_forgotten(bench: Page) -> None:
    """Of 700 that are loaded, whatever layout another test has chosen."""
    bench.goto(bench.url + "?size=50")
    ready(bench)
    choose(bench, "rows: all of one height")
    pages = bench.locator(".page")
    while (before := pages.count()) < 14:
        bench.locator("#gallery").evaluate("gallery => gallery.scrollTo(0, gallery.scrollHeight)")
        bench.wait_for_function(f"document.querySelectorAll('.page').length > {before}")
    bench.wait_for_function("document.querySelectorAll('.vignette').length < 700")


def test_keys_behind_home_wait_for_it(bench: Page) -> None:
    """They are about the first vignette, also while that is fetched again."""
    second = bench.locator(".vignette").nth(1).get_attribute("id")
    _scroll_until_some_are_forgotten(bench)
    bench.locator(".vignette").last.focus()
    routes: list[Route] = []
    intercept(bench, "**/vignettes/?*ids=*", lambda route: routes.append(route))
    with bench.expect_request("**/vignettes/?*ids=*"):
        bench.keyboard.press("Home")
    bench.keyboard.press("ArrowRight")
    bench.unroute("**/vignettes/?*ids=*")
    for route in routes:
        route.continue_()
    expect(bench.locator(f"#{second}")).to_be_focused()


def test_home_and_end_go_to_the_ends_though_these_were_forgotten(bench: Page) -> None:
    bench.goto(bench.url + "?size=50")
    ready(bench)
    first, pages = bench.locator(".vignette").first.get_attribute("id"), bench.locator(".page")
    bench.locator(".vignette").first.focus()
    bench.keyboard.press("ArrowRight")
    while (before := pages.count()) < 14:
        bench.keyboard.press("End")
        bench.wait_for_function(f"document.querySelectorAll('.page').length > {before}")
    bench.keyboard.press("End")
    expect(bench.locator(".vignette").last).to_be_focused()
    bench.wait_for_function("document.querySelectorAll('.vignette').length < 700")
    expect(bench.locator(f"#{first}")).to_have_count(0)
    bench.keyboard.press("Home")
    expect(bench.locator(f"#{first}")).to_be_focused()
    expect(bench.locator(f"#{first}")).to_be_in_viewport()


@pytest.mark.own_browser
def test_a_first_page_is_light(project, page: Page, site: Site) -> None:
    """However slow the machine is: what is fetched when it has nothing else to do is not of it."""
    page.add_init_script("window.requestIdleCallback = () => {}")
    weight = open_bench(page, site, project).evaluate(
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


def test_a_long_title_widens_no_page(bench: Page) -> None:
    bench.set_viewport_size({"width": 1000, "height": 800})
    bench.locator(".switcher strong").evaluate("title => { title.textContent = 'Zooplankton '.repeat(12) }")
    assert not bench.evaluate("document.documentElement.scrollWidth > innerWidth")


NAME_IS_CUT = """() => {
    const name = document.querySelector(".person .name");
    const text = document.createRange();
    text.selectNodeContents(name);
    return text.getBoundingClientRect().width > name.getBoundingClientRect().width;
}"""


def test_on_a_phone_a_long_title_gives_way_before_a_short_name_is_cut(bench: Page) -> None:
    bench.set_viewport_size({"width": 375, "height": 844})
    bench.locator(".person .name").evaluate("name => { name.textContent = 'Admin' }")
    bench.locator(".switcher strong").evaluate("title => { title.textContent = 'Bay of Biscay trays' }")
    assert not bench.evaluate(NAME_IS_CUT)
