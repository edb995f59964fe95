"""Two people in one project see what the other does, and that the other is there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, open_bench, sign_in


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


def test_labels_of_others_appear_by_themselves(page: Page, site: Site, package, browser) -> None:
    site.project("Together", package, create_taxa=True)
    bench = open_bench(page, site, "Together")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    other = context.new_page()
    sign_in(other, site, "carla")
    open_bench(other, site, "Together")
    expect(bench.locator("#people")).to_contain_text("Carla")
    expect(other.locator("#people")).to_contain_text("Bob")

    second = bench.locator(".vignette").nth(1)
    other.locator(".vignette").nth(1).click()
    other.keyboard.type("Noctiluca")
    expect(other.locator("#taxon-options li").first).to_contain_text("Noctiluca")
    other.keyboard.press("Enter")
    expect(second.locator(".label")).to_have_text("Noctiluca", timeout=2000)  # within two seconds
    expect(second).to_have_attribute("data-state", "validated")

    second.click()  # and knows its new version: this is no conflict
    bench.keyboard.press("-")
    expect(other.locator(".vignette").nth(1)).to_have_attribute("data-state", "dubious", timeout=2000)
    expect(bench.get_by_role("dialog")).to_have_count(0)
    context.close()
    expect(bench.locator("#people li")).to_have_count(0)
