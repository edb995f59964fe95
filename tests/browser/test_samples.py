"""A manager corrects a latitude in the table of samples from the keyboard, and takes it back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site


@pytest.fixture
def person() -> str:
    return "alice"


@pytest.fixture(scope="module")
def project(site: Site, package) -> None:
    site.project("Corrected", package, create_taxa=True)


def test_a_cell_is_corrected_and_the_correction_undone(project, page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_role("link", name="Corrected").first.click()
    page.goto(page.url.rstrip("/") + "/samples/")
    cell = page.locator("button[data-column=latitude]").first
    before = cell.inner_text()

    cell.press("Enter")
    field = page.get_by_role("textbox", name="Latitude, ° of")
    expect(field).to_be_focused()
    field.fill("143")
    field.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="It may be the longitude")).to_be_visible()
    field.press("Escape")
    expect(cell).to_be_focused()
    expect(cell).to_have_text(before)

    cell.press("Enter")
    field.fill("-12.5")
    field.press("Enter")
    expect(cell).to_have_text("-12.5")
    expect(cell).to_be_focused()
    page.locator("#done").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: 1 sample changed in 1 column")).to_be_visible()
    expect(cell).to_have_text(before)
