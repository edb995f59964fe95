"""The next page of a review: its pictures are there before it is, and it comes with few requests."""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, browser_of, open_bench, ready

COMING = re.compile(r"/review/coming/")
PICTURE = re.compile(r"/vignettes/v/")


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture(scope="module")
def project(site: Site, package: Path) -> None:
    site.project("The next page", package, create_taxa=True)


@pytest.mark.own_browser
def test_its_pictures_are_fetched_while_the_page_before_it_is_looked_at(
    project: None, page: Page, site: Site
) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    review = open_bench(page, site, "The next page")
    with review.expect_response(COMING):
        review.goto(urljoin(review.url, "review/?by=taxon"))
    ready(review)
    first = review.locator(".vignette").first.get_attribute("id")
    review.wait_for_load_state("networkidle")
    fetched = [url for url in requests if PICTURE.search(url)]
    requests.clear()
    review.keyboard.press("Shift+Enter")
    expect(review.locator(f"#{first}")).to_have_count(0)
    pictures = [
        urljoin(review.url, image.get_attribute("src")) for image in review.locator(".vignette img").all()
    ]
    assert pictures
    assert set(pictures) <= set(fetched)
    review.wait_for_load_state("networkidle")
    assert [url for url in requests if re.search("/choices/|/refit/", url)] == []


def test_on_a_phone_all_about_an_object_is_a_sheet_that_can_be_closed(
    project: None, site: Site, browser: Browser
) -> None:
    with browser_of("bob", site, browser, viewport={"width": 390, "height": 844}) as page:
        review = open_bench(page, site, "The next page")
        review.goto(urljoin(review.url, "review/?by=taxon"))
        ready(review)
        second = review.locator(".vignette").nth(1)
        second.click()
        review.get_by_role("button", name="Object", exact=True).click()
        sheet = review.locator("#detail")
        expect(sheet.locator(".pictures")).to_be_visible()
        gallery, below = review.locator("#gallery").bounding_box(), sheet.bounding_box()
        assert gallery["y"] + gallery["height"] <= below["y"]
        assert below["width"] == 390
        sheet.get_by_role("button", name="Close").click()
        expect(sheet).to_be_hidden()
        expect(second).to_be_focused()
