"""From the bench some objects go to another project of the same manager, and the job says when they are there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, choose_in, open_bench, ready

TITLE, TARGET = "Moved from", "Moved to"
MAKE_TARGET = f"""
from annotations.accounts.models import User
from annotations.projects.actions import create_project
print(create_project(title={TARGET!r}, owner=User.objects.get(username="alice")).pk)
"""


@pytest.fixture
def person() -> str:
    return "alice"


def test_the_menu_of_a_vignette_takes_what_is_selected_to_a_page_of_its_own(
    page: Page, site: Site, package
) -> None:
    site.project(TITLE, package, create_taxa=True)
    open_bench(page, site, TITLE)
    page.locator(".vignette").first.click(button="right")
    expect(
        page.get_by_role("group", name="Elsewhere").get_by_role("menuitem", name="Delete…")
    ).to_be_visible()
    page.get_by_role("menuitem", name="Move or copy…").click()
    expect(page.get_by_role("heading", name="Move or copy 1 object")).to_be_visible()


def test_what_matches_moves_from_the_bench_to_another_project(page: Page, site: Site, package) -> None:
    site.project(TITLE, package, create_taxa=True)
    target = int(site.shell(MAKE_TARGET))
    open_bench(page, site, TITLE)
    page.goto(f"{page.url}?state=unclassified")
    ready(page)
    page.get_by_role("button", name="All matching…").click()
    page.get_by_role("link", name="Move or copy these…").click()
    choose_in(page, "Into the project", "target", TARGET)
    page.get_by_role("button", name="Look at what would happen").click()
    button = page.get_by_role("button", name=f"to {TARGET}")
    count = button.inner_text().split()[1]
    page.get_by_label("Type their number").fill("1")
    button.click()
    expect(page.get_by_text(f"Type {count} to move them.").first).to_be_visible()
    page.get_by_label("Type their number").fill(count)
    button.click()
    moved = f"{count} objects moved to another project, with everything on them."
    expect(page.get_by_text(moved)).to_be_visible()
    expect(page.get_by_role("link", name=TARGET)).to_be_visible()
    page.goto(f"{site.url}/projects/{target}/")
    ready(page)
    expect(page.get_by_role("option", name="unclassified")).to_have_count(int(count))
