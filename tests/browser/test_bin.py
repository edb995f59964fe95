"""What is deleted on the bench lies in the bin of its project, and is restored from there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, Site, open_bench, ready

TITLE = "Thrown away"
OBJECTS = FEW


@pytest.fixture
def person() -> str:
    return "alice"


def test_what_matches_is_deleted_and_restored(page: Page, site: Site, package) -> None:
    site.project(TITLE, package, create_taxa=True)
    open_bench(page, site, TITLE)
    bench = f"{page.url}?state=unclassified"
    page.goto(bench)
    ready(page)
    page.get_by_role("button", name="All matching…").click()
    page.get_by_role("link", name="Delete these…").click()
    button = page.get_by_role("button", name="Delete")
    count = int(button.inner_text().split()[1])
    page.get_by_label("Type the number of objects").fill(str(count))
    button.click()
    expect(page.get_by_text(f"{count} objects are in the bin until")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Look into the bin").click()
    expect(page.get_by_role("heading", name="Objects that match: unclassified")).to_be_visible()
    expect(page.locator(".bin img")).to_have_count(min(count, 6))
    page.get_by_role("button", name=f"Restore {count} objects").click()
    back = f"{count} objects are back, with everything on them."
    expect(page.get_by_text(back)).to_be_visible(timeout=60_000)
    page.goto(bench)
    ready(page)
    expect(page.get_by_role("option", name="unclassified")).to_have_count(count)
