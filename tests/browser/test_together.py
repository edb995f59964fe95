"""Two people in one project see what the other does, and that the other is there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from tests.browser.conftest import FEW, Site, browser_of, intercept, open_bench

TITLE = "Together"
OBJECTS = FEW
PANEL = "**/panel/**"  # is counted anew when the page has looked at what it heard


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture
def other(project, site: Site, browser: Browser) -> Iterator[Page]:
    """The bench of Carla, an expert."""
    with browser_of("carla", site, browser) as page:
        yield open_bench(page, site, TITLE)


def test_labels_of_others_appear_by_themselves(bench: Page, other: Page) -> None:
    expect(bench.locator("#people")).to_contain_text("Carla")
    expect(other.locator("#people")).to_contain_text("Bob")

    second = bench.locator(".vignette").nth(1)
    other.locator(".vignette").nth(1).click()
    other.keyboard.type("Noctiluca")
    expect(other.locator("#taxon-options li").first).to_contain_text("Noctiluca")
    other.keyboard.press("Enter")
    expect(second.locator(".label")).to_have_text("Noctiluca")
    expect(second).to_have_attribute("data-state", "validated")

    second.click()  # and knows its new version: this is no conflict
    bench.keyboard.press("-")
    expect(other.locator(".vignette").nth(1)).to_have_attribute("data-state", "dubious")
    expect(bench.get_by_role("dialog")).to_have_count(0)
    other.close()
    expect(bench.locator("#people li")).to_have_count(0)


def test_what_somebody_gives_while_ones_own_label_is_being_saved_appears_when_it_is(
    bench: Page, other: Page
) -> None:
    third, theirs = bench.locator(".vignette").nth(2), other.locator(".vignette").nth(2)
    answers: list[tuple[Route, APIResponse]] = []
    intercept(bench, "**/annotations/", lambda route: answers.append((route, route.fetch())))
    with bench.expect_request(PANEL):
        third.click()
        bench.keyboard.press("-")
        expect(theirs).to_have_attribute("data-state", "dubious")
    with bench.expect_request(PANEL):
        theirs.click()
        other.keyboard.press("Enter")
    expect(third).to_have_attribute("data-state", "dubious")  # its own, until that is saved
    route, answer = answers.pop()
    route.fulfill(response=answer)
    expect(third).to_have_attribute("data-state", "validated")
    expect(bench.get_by_role("dialog")).to_have_count(0)
