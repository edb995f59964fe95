"""A manager corrects a latitude in the table of samples from the keyboard, and takes it back."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site, intercept

TITLE = "Corrected"


@pytest.fixture
def person() -> str:
    return "alice"


def test_a_cell_is_corrected_and_the_correction_undone(project, page: Page, site: Site) -> None:
    page.goto(site.addresses[project] + "samples/")
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
    expect(page.get_by_text("Undone: 1 sample put back in 1 column")).to_be_visible()
    expect(cell).to_have_text(before)


def test_who_goes_on_while_a_cell_is_saved_stays_where_they_are(project, page: Page, site: Site) -> None:
    page.goto(site.addresses[project] + "samples/")
    cell = page.locator("button[data-column=latitude]").first
    before = cell.inner_text()
    routes: list[Route] = []
    intercept(page, "**/samples/**", lambda route: routes.append(route))
    cell.press("Enter")
    field = page.get_by_role("textbox", name="Latitude, ° of")
    field.fill("-13.5")
    with page.expect_request("**/samples/**"):
        field.press("Enter")
    search = page.get_by_role("searchbox", name="Look for samples")
    search.focus()
    routes[0].continue_()
    page.unroute("**/samples/**")
    expect(cell).to_have_text("-13.5")
    page.wait_for_function("!document.querySelector('.htmx-settling, .htmx-request')")
    expect(search).to_be_focused()
    page.locator("#done").get_by_role("button", name="Undo").click()
    expect(cell).to_have_text(before)


def test_objects_of_a_filter_are_corrected_after_a_preview_and_put_back(
    project, page: Page, site: Site
) -> None:
    page.goto(site.addresses[project] + "tables/objects/?state=validated")
    page.get_by_text("Change many at once").click()
    column = page.get_by_role("combobox", name="Column")
    column.fill("longi")
    column.press("Enter")
    expect(column).to_have_value("Longitude, °")
    page.get_by_label("New value").fill("-172.5")
    page.get_by_label("all that match: validated").check()
    page.locator("#many").get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("change in 1 column (Longitude, °)")
    page.get_by_role("button", name="Change the").click()
    expect(page.get_by_text("Done:")).to_contain_text("changed in 1 column (Longitude, °)")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone:")).to_contain_text("put back in 1 column (Longitude, °)")
    expect(page.get_by_role("heading", name="Objects", level=1)).to_be_visible()


def test_every_page_lists_its_keys_and_finds_them(project, page: Page, site: Site) -> None:
    page.goto(site.addresses[project] + "samples/")
    search = page.get_by_role("searchbox", name="Look for samples")
    search.press("?")
    expect(search).to_have_value("?")  # it is typed
    page.locator("h1").click()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_role("heading", level=3)).to_have_text(["In this table", "Everywhere"])
    expect(keys.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("ctrl page")
    expect(keys.get_by_role("listitem")).to_have_text(
        ["Ctrl + Kgo to any page, project, sample, taxon or view"]
    )
    expect(keys.get_by_role("status")).to_have_text("1 key")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_text("Alice", exact=True).click()
    page.get_by_role("button", name="Keys").click()
    expect(keys).to_be_visible()
