"""Ctrl+K: anywhere by typing what it is called."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, Site, ready
from tests.browser.test_accessible import faults

TITLE = "Gone to"
OBJECTS = FEW


@pytest.fixture(scope="module")
def person() -> str:
    return "alice"


def test_taxa_actions_and_pages_by_the_keyboard(bench: Page) -> None:
    page = bench
    page.keyboard.press("Control+k")
    page.keyboard.type("coppepod")  # before the list is there, and with a letter too many
    dialog = page.get_by_role("dialog", name="Go to")
    chosen = dialog.get_by_role("option", selected=True)
    expect(chosen).to_contain_text(re.compile(r"Copepoda\s*\d+ vignettes"))
    assert faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/?taxon=*")
    ready(page)

    vignette = page.locator(".vignette[data-state=predicted]").first
    vignette.click()
    number = vignette.get_attribute("id")
    page.keyboard.press("Control+k")
    page.keyboard.type("validate as")
    expect(chosen).to_contain_text("validate as it is")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{number}")).to_have_attribute("data-state", "validated")

    page.keyboard.press("Control+k")
    expect(dialog.get_by_role("group", name="Last used").get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("progr")
    expect(chosen).to_contain_text("Progress")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    opened.value.wait_for_url("**/progress/")


def test_the_button_of_a_page_without_a_project_and_where_the_focus_returns(
    page: Page, site: Site, project: str
) -> None:
    page.goto(f"{site.url}/mentions/")
    button = page.get_by_role("button", name="Go to")
    button.click()
    page.get_by_role("combobox", name="Go to").fill("nothing is called so")
    expect(page.get_by_role("status")).to_contain_text("Nothing that you may open is called so.")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type(project)
    page.keyboard.press("Enter")
    ready(page)


def test_the_project_switcher_says_that_one_is_signed_out(bench: Page) -> None:
    page = bench
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    switcher = page.locator(".switcher")
    switcher.locator("summary").click()
    expect(switcher.get_by_role("alert")).to_have_text(
        "You are signed out. Sign in again in another tab, then try again."
    )
    expect(switcher.get_by_role("textbox")).to_have_count(0)  # of the page to sign in
    page.keyboard.press("Escape")
    page.context.add_cookies(cookies)
    switcher.locator("summary").click()
    expect(switcher.get_by_role("link", name=TITLE)).to_be_visible()
    expect(switcher.get_by_role("alert")).to_have_count(0)
