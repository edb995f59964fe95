"""From counts whose intervals are wide to the objects, drawn by chance, that make them narrow."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, go_to, open_bench, ready


@pytest.fixture
def person() -> str:
    return "alice"


def test_who_counts_is_led_to_random_objects_on_the_bench(page: Page, site: Site, package) -> None:
    site.project("Counted", package, create_taxa=True)
    open_bench(page, site, "Counted")
    go_to(page, "Results", "Abundance")
    page.get_by_role("button", name="Count what is validated").click()
    page.get_by_role("link", name="See the abundances").click()
    expect(page.get_by_role("columnheader", name="95 % interval")).to_be_visible()
    page.get_by_label("Objects of each").fill("3")
    page.get_by_role("button", name="Draw and open them").click()
    ready(page)
    expect(page.get_by_text("drawn by validation plan")).to_be_visible()
    expect(page.locator(".vignette")).to_have_count(3)
    go_to(page, "Results", "Abundance")
    expect(page.get_by_role("row").filter(has=page.get_by_role("link", name="Go on"))).to_contain_text(
        "0 of 3"
    )
