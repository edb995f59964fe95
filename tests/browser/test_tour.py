"""The tour on the demo project: it says one thing, sees that it was done, and can be left and taken up again."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Response, expect

from annotations.projects.demo import TITLE
from tests.browser.conftest import Site, ready


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture
def card(project: str, page: Page, site: Site) -> Locator:
    """Of the tour, begun on the home page."""
    page.goto(site.url)
    page.get_by_role("button", name="Take the tour").click()
    ready(page)
    return page.locator("#tour")


def kept_as_left(answer: Response) -> bool:
    return '"is_on":false' in (answer.request.post_data or "")


def expect_step(card: Locator, number: int, title: str) -> None:
    expect(card).to_contain_text(f"{number} of 8")
    expect(card.get_by_role("heading")).to_have_text(title)


def test_the_tour_goes_on_by_what_is_done_and_takes_no_focus(card: Locator, page: Page, site: Site) -> None:
    expect_step(card, 1, "Look")
    expect(card).to_contain_text(f"it counts in “{TITLE}”, for everybody there, until you undo it")
    page.locator("#gallery").focus()
    page.keyboard.press("ArrowRight")
    expect_step(card, 2, "Select several")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect_step(card, 3, "Label with a key")
    assert page.evaluate("document.activeElement.matches('.vignette')")
    page.keyboard.press("-")
    expect_step(card, 4, "Undo")
    page.keyboard.press("Control+z")
    expect_step(card, 5, "Review what is predicted")
    violations = Axe().run(page).response["violations"]
    assert violations == []
    with page.expect_response(kept_as_left):  # before the next page asks for it
        page.keyboard.press("Escape")  # nothing is selected any more
        page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.goto(site.url)
    page.get_by_role("button", name="Go on with the tour").click()
    expect_step(card, 5, "Review what is predicted")
    for number in (6, 7, 8):
        card.get_by_role("button", name="Next").click()
        expect(card).to_contain_text(f"{number} of 8")
    with page.expect_response(kept_as_left):
        card.get_by_role("button", name="Finish").click()
    page.goto(site.url)
    expect(page.get_by_role("button", name="Take the tour again")).to_be_visible()
    expect(card).to_have_count(0)
