"""What a hand points at in a review takes the key: no click, no arrow keys."""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Site, browser_of, open_bench, ready

TITLE = "Pointing"
OBJECT = re.compile(r"/vignettes/\d+/$")  # all about one


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture
def review(bench: Page) -> Page:
    return opened(bench)


def opened(bench: Page, order: str = "progress") -> Page:
    """Of so few objects the usual order has all on one page."""
    bench.goto(urljoin(bench.url, f"review/?by={order}"))
    ready(bench)
    return bench


def vignette(review: Page, place: int) -> Locator:
    """By its number, so that it stays the same one when others leave."""
    return review.locator(f"#{review.locator('.vignette').nth(place).get_attribute('id')}")


def point_at(target: Locator) -> None:
    """As a hand comes: over what lies on the way."""
    box = target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = target.page.mouse
    mouse.move(x - 30, y - 30)
    mouse.move(x, y, steps=5)


def name_by_letters(review: Page, name: str) -> None:
    review.keyboard.type(name)
    expect(review.locator("#taxon-options li").first).to_contain_text(name)
    review.keyboard.press("Enter")


def labels(review: Page) -> list[str]:
    return review.locator(".vignette:not(.leaving) .label").all_text_contents()


def test_what_is_pointed_at_gets_the_name_and_nothing_else(review: Page) -> None:
    third, fifth = vignette(review, 2), vignette(review, 4)
    before, place = labels(review), fifth.bounding_box()
    point_at(third)
    expect(third).to_have_class("vignette pointed")
    expect(third).not_to_be_focused()  # nobody hears of what a hand passes
    name_by_letters(review, "Noctiluca")
    expect(third).to_have_attribute("data-state", "validated")
    expect(third).to_be_focused()
    point_at(fifth)
    review.keyboard.press("1")
    expect(fifth.locator(".label")).to_have_text("Noctiluca")
    expect(review.locator(".saving")).to_have_count(0)
    after = [name if at not in (2, 4) else "Noctiluca" for at, name in enumerate(before)]
    assert labels(review) == after
    assert fifth.bounding_box() == place  # nothing has moved below the hand
    expect(review.locator("#offer-sum")).to_have_text("2 settled with 2 decisions")
    review.keyboard.press("Control+z")
    expect(fifth).to_have_attribute("data-state", "predicted")
    assert labels(review)[4] == before[4]
    expect(third).to_have_attribute("data-state", "validated")


def test_arrow_keys_go_on_from_where_a_hand_points(review: Page) -> None:
    third, fourth = vignette(review, 2), vignette(review, 3)
    point_at(third)
    review.keyboard.press("ArrowRight")
    expect(fourth).to_be_focused()
    expect(review.locator(".pointed")).to_have_count(0)


def test_what_is_taken_out_takes_the_key_wherever_a_hand_points(review: Page) -> None:
    second, fourth = vignette(review, 1), vignette(review, 3)
    second.click()
    point_at(fourth)
    expect(review.locator("#selected")).to_have_text("1 taken out")
    name_by_letters(review, "Noctiluca")
    expect(second).to_have_attribute("data-state", "validated")
    expect(fourth).to_have_attribute("data-state", "predicted")


def test_what_slides_below_a_resting_hand_is_not_pointed_at(review: Page) -> None:
    first, third = vignette(review, 0), vignette(review, 2)
    review.set_viewport_size({"width": 1280, "height": 420})  # there is more than it shows
    first.focus()
    point_at(third)
    review.mouse.wheel(0, 90)
    expect(review.locator(".pointed")).to_have_count(0)
    expect(first).to_be_focused()


def test_what_comes_with_another_page_is_not_pointed_at(page: Page, site: Site, package: Path) -> None:
    """In a project of its own: in the module's, one page holds all for who has opened it before."""
    site.project("Another page", package, create_taxa=True)
    review = opened(open_bench(page, site, "Another page"), "taxon")
    first = vignette(review, 0)
    point_at(first)
    review.keyboard.press("Shift+Enter")
    expect(first).to_have_count(0)
    expect(review.locator(".vignette").first).to_be_focused()
    expect(review.locator(".pointed")).to_have_count(0)


@pytest.mark.own_browser
def test_pointing_asks_the_server_for_nothing(review: Page) -> None:
    vignette(review, 0).click()
    review.get_by_role("button", name="Object").click()
    expect(review.locator("#about .pictures")).to_be_visible()
    with review.expect_response(OBJECT):
        vignette(review, 0).click()  # back in
    requests: list[str] = []
    review.on("request", lambda request: requests.append(request.url))
    for place in range(1, 5):
        point_at(vignette(review, place))
    expect(vignette(review, 4)).to_have_class("vignette pointed")
    expect(vignette(review, 0)).to_be_focused()
    assert [url for url in requests if OBJECT.search(url)] == []


def test_a_finger_points_at_nothing(project: str, site: Site, browser: Browser) -> None:
    with browser_of("bob", site, browser, has_touch=True) as page:
        review = opened(open_bench(page, site, project))
        third = vignette(review, 2)
        third.tap()
        expect(third).to_have_attribute("aria-selected", "true")
        expect(review.locator(".pointed")).to_have_count(0)


def test_what_was_named_goes_with_the_others(page: Page, site: Site, package: Path) -> None:
    site.project("Closing gaps", package, create_taxa=True)
    review = opened(open_bench(page, site, "Closing gaps"))
    third = vignette(review, 2)
    point_at(third)
    name_by_letters(review, "Noctiluca")
    expect(third).to_have_attribute("data-state", "validated")
    expect(review.locator(".saving")).to_have_count(0)
    expect(third).to_be_visible()
    expect(review.get_by_role("button", name="each as named")).to_be_enabled()
    review.keyboard.press("Enter")
    expect(third).to_be_hidden()
