"""The whole job in a browser: images in, sorting by keyboard, training, predictions reviewed, tables out."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, Site, go_to, intercept, ready

OBJECTS = FEW

MINUTES = 60_000


@pytest.fixture
def person() -> str:
    """Who manages."""
    return "alice"


def test_from_package_to_export(page: Page, site: Site, package: Path, tmp_path: Path) -> None:
    import_package(page, package)
    sort_with_the_keyboard(page)
    train(page)
    predict(page)
    review(page)
    export(page, tmp_path / "export.zip")


def import_package(page: Page, package: Path) -> None:
    page.goto("/")
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Title").fill("Tow 12")
    page.get_by_role("button", name="Create the project").click()
    page.get_by_label("Package (.zip)").set_input_files(package)
    page.get_by_label("Create the taxa that the site does not know").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#job")).to_contain_text(
        f"{OBJECTS} objects with {OBJECTS} images of 4 samples imported."
    )
    page.get_by_role("link", name="Open the project").click()
    expect(page.locator(".vignette")).to_have_count(OBJECTS)


def sort_with_the_keyboard(page: Page) -> None:
    """Takes the unclassified ones, gives the first three a taxon by typing, takes that back, and does it again."""
    page.locator(".state", has_text="Unclassified").click()
    ready(page)
    waiting = page.locator(".vignette").count()
    assert waiting > 3
    page.locator("#gallery").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#selected")).to_have_text("3 selected")
    page.keyboard.type("noct")
    expect(page.locator("#taxon-options li").first).to_contain_text("Noctiluca")
    page.keyboard.press("Enter")
    count = page.locator("[data-count=U]")
    expect(count).to_have_text(str(waiting - 3))
    page.keyboard.press("Control+z")
    expect(count).to_have_text(str(waiting))
    page.keyboard.press("Control+y")
    expect(count).to_have_text(str(waiting - 3))


def train(page: Page) -> None:
    go_to(page, "Models", "Train")
    page.get_by_role("radio", name=re.compile("Fine-tuned network")).check()
    page.get_by_label("Epochs").fill("2")
    page.get_by_label("Name").fill("First try")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible(timeout=5 * MINUTES)
    expect(page.locator(".verdict")).to_contain_text("Macro-F1")
    page.locator(".matrix td a").first.click()
    page.get_by_role("link", name="Open on the bench").click()
    expect(page.locator(".chip")).to_contain_text("taken for")
    expect(page.locator(".vignette").first).to_be_visible()


def predict(page: Page) -> None:
    go_to(page, "Models", "Predict")
    page.get_by_role("radio", name="First try").check()
    page.get_by_role("button", name="Predict", exact=True).click()
    expect(page.locator("#job")).to_contain_text("objects predicted", timeout=2 * MINUTES)


def review(page: Page) -> None:
    page.get_by_role("link", name="Review the predictions").click()
    ready(page)
    predicted = page.locator("[data-count=P]")
    before = int(predicted.inner_text().replace(",", ""))
    page.get_by_role("button", name=re.compile("^Accept [1-9]")).click()
    settled = page.locator("#offer-sum")
    expect(settled).to_have_text(re.compile(r"^\d+ settled with 1 decision$"))
    accepted = int(settled.inner_text().split()[0])
    expect(predicted).to_have_text(str(before - accepted))


def export(page: Page, target: Path) -> None:
    go_to(page, "Data", "Export")
    page.get_by_role("button", name=f"Export {OBJECTS} objects").click()
    with page.expect_download(timeout=MINUTES) as download:
        page.get_by_role("link", name="Download the package").click(timeout=MINUTES)
    download.value.save_as(target)
    with zipfile.ZipFile(target) as package:
        names = package.namelist()
        tables = [package.read(name).decode("utf-8-sig") for name in names if name.endswith(".tsv")]
    assert len(tables) == 4
    assert sum(table.count("\n") - 2 for table in tables) == OBJECTS
    assert sum(name.endswith(".png") for name in names) == OBJECTS


def test_the_second_of_two_browsers_is_told(page: Page, site: Site, package: Path) -> None:
    """Two people look at the same object; the one who is later sees what the first chose, and overwrites nothing."""
    site.project("Two browsers", package, create_taxa=True)
    page.goto(site.url)
    page.get_by_placeholder("Find a project").fill(
        "Two browsers"
    )  # the list of all tests' projects has an end
    page.get_by_role("link", name="Two browsers").click()
    ready(page)
    elsewhere = page.context.browser.new_context(storage_state=page.context.storage_state())
    other = elsewhere.new_page()
    intercept(other, "**/live/*/**", lambda route: route.abort())  # its news are late
    other.goto(page.url)
    ready(other)
    first, second = page.locator(".vignette").first, other.locator(".vignette").first
    first.click()
    page.keyboard.type("Noctiluca")
    expect(page.locator("#taxon-options li").first).to_contain_text("Noctiluca")
    with page.expect_response("**/annotations/"):
        page.keyboard.press("Enter")
    second.click()
    other.keyboard.press("-")
    dialog = other.get_by_role("dialog", name="Somebody was faster")
    expect(dialog).to_contain_text("Noctiluca, validated, by Alice")
    expect(second).to_have_attribute("data-state", "validated")
    expect(second.locator(".label")).to_have_text("Noctiluca")
    elsewhere.close()
