"""Fields of forms with long lists: one combobox for all, above the select, the boxes or the proposals of the page."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import FEW, Site, hold, intercept

TITLE = "Crew"
OBJECTS = FEW
MEMBERS = """
from annotations.accounts.models import User
from annotations.projects.actions import set_role
from annotations.projects.models import Project
project = Project.objects.get(title="{title}")
for number in range({count}):
    person = User.objects.create_user(f"{name}{{number:02}}", first_name=f"{title} {{number:02}}")
    set_role(project=project, user=person, role="annotator")
"""
FURNISH = MEMBERS.format(title=TITLE, name="crew", count=15)  # nineteen people in all


@pytest.fixture
def person() -> str:
    """Who manages."""
    return "alice"


def options(field: Locator) -> Locator:
    return field.page.locator(f"#{field.get_attribute('aria-controls')} [role=option]")


def test_a_person_of_many_is_found_by_typing(bench: Page) -> None:
    bench.goto(f"{bench.url.split('?')[0]}settings/")
    field = bench.get_by_role("combobox", name="Member", exact=True)
    expect(field).to_have_value("nobody here")
    field.focus()
    bench.keyboard.press("ArrowDown")
    expect(options(field)).to_have_count(20)
    bench.keyboard.type("07 cr")
    expect(options(field)).to_have_text([re.compile("Crew 07")])
    assert Axe().run(bench).response["violations"] == []
    bench.keyboard.press("Enter")
    expect(field).to_have_value("Crew 07 (crew07)")
    bench.get_by_role("button", name=re.compile("is this member")).first.click()
    expect(bench.locator("td[data-is='Is now']").first).to_have_text("Crew 07")


def test_what_was_begun_is_dropped_and_what_is_chosen_cleared(bench: Page) -> None:
    bench.goto(f"{bench.url.split('?')[0]}settings/")
    field = bench.get_by_role("combobox", name="Member", exact=True)
    field.click()
    bench.keyboard.type("crew 11")
    bench.keyboard.press("Tab")
    expect(field).to_have_value("Crew 11 (crew11)")
    field.fill("nobody of that name")
    expect(options(field)).to_have_text(re.compile("There is none of that name"))
    bench.keyboard.press("Tab")
    expect(field).to_have_value("Crew 11 (crew11)")
    bench.get_by_role("button", name="Clear Member").click()
    expect(field).to_have_value("nobody here")


def test_several_people_are_chips(bench: Page) -> None:
    bench.goto(f"{bench.url.split('?')[0]}readings/new/")
    field = bench.get_by_role("combobox", name="Readers")
    field.click()
    bench.keyboard.type("crew 03")
    bench.keyboard.press("Enter")
    bench.keyboard.type("crew 11")
    bench.keyboard.press("Enter")
    chips = bench.get_by_role("list", name="Chosen: Readers").get_by_role("listitem")
    expect(chips).to_have_text([re.compile("Crew 03"), re.compile("Crew 11")])
    bench.keyboard.type("crew 03")
    expect(options(field)).to_have_text(re.compile("There is none"))  # it is chosen already
    bench.keyboard.press("Escape")
    field.fill("")
    assert Axe().run(bench).response["violations"] == []
    bench.keyboard.press("Backspace")
    bench.get_by_role("button", name="Remove Crew 03").press("Enter")
    expect(field).to_be_focused()
    expect(chips).to_have_count(0)
    assert bench.locator("[name=readers]:checked").count() == 0


def test_who_is_not_carried_by_the_page_is_found_and_stays_chosen(page: Page, site: Site, package) -> None:
    address = site.project("Fleet", package, create_taxa=True)
    site.shell(MEMBERS.format(title="Fleet", name="fleet", count=60))
    page.goto(f"{address}settings/")
    assert page.locator("[name=contact] option").count() == 51
    contact = page.get_by_role("combobox", name="Contact")
    contact.click()
    expect(options(contact).last).to_have_text(re.compile("Type to find others"))
    page.keyboard.type("fleet 58")
    expect(options(contact)).to_have_text([re.compile("Fleet 58")])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("combobox", name="Contact")).to_have_value("Fleet 58 (fleet58)")
    routes: list[Route] = []
    intercept(page, "**/options/**", lambda route: routes.append(route))
    contact.click()
    with page.expect_request("**/options/**"):
        page.keyboard.type("fleet 57")
    page.keyboard.press("Enter")  # before any row is there
    for route in routes:
        route.continue_()
    page.unroute("**/options/**")
    expect(contact).to_have_value("Fleet 57 (fleet57)")
    page.goto(f"{address}readings/new/")
    readers = page.get_by_role("combobox", name="Readers")
    readers.click()
    for name in ("fleet 58", "fleet 57"):
        page.keyboard.type(name)
        expect(options(readers)).to_have_text([re.compile(name, re.IGNORECASE)])
        page.keyboard.press("Enter")
    assert Axe().run(page).response["violations"] == []
    assert page.locator("[name=readers]:checked").count() == 2


def test_without_scripts_they_are_lists_of_the_browser(bench: Page) -> None:
    context = bench.context.browser.new_context(java_script_enabled=False)
    context.add_cookies(bench.context.cookies())
    plain = context.new_page()
    plain.goto(f"{bench.url.split('?')[0]}settings/")
    plain.get_by_label("Member", exact=True).select_option(label="Crew 05 (crew05)")
    plain.get_by_role("button", name=re.compile("is this member")).first.click()
    expect(plain.locator("td[data-is='Is now']").first).to_have_text("Crew 05")
    context.close()


def test_a_column_of_many_is_found_in_the_filters(bench: Page) -> None:
    bench.get_by_role("button", name=re.compile("^Filters")).click()
    fields = bench.locator(".comparisons input[name=field]")
    fields.last.click()
    bench.keyboard.type("are")
    bench.keyboard.press("ArrowDown")
    bench.keyboard.press("Enter")
    assert "are" in fields.first.input_value()
    expect(fields).to_have_count(2)  # there is always an empty line
    fields.last.click()
    expect(options(fields.last).first).to_be_visible()
    bench.keyboard.press("Escape")
    expect(bench.locator("#filter-dialog")).to_be_visible()


def test_who_is_at_a_list_before_its_field_comes_stays_there(bench: Page) -> None:
    """What is typed next is for the list, and no key of the page."""
    project = bench.url.split("?")[0]
    let_go = hold(bench, "selectfield")
    bench.goto(f"{project}settings/", wait_until="commit")
    bench.get_by_label("Member", exact=True).focus()
    let_go()
    expect(
        bench.get_by_role("combobox", name="Member", exact=True).and_(bench.locator("input"))
    ).to_be_focused()
    let_go = hold(bench, "selectfield")
    bench.goto(f"{project}readings/new/", wait_until="commit")
    bench.locator("input[name=readers]").nth(3).focus()
    let_go()
    expect(bench.get_by_role("combobox", name="Readers")).to_be_focused()


def test_what_is_typed_before_the_list_comes_is_looked_for(bench: Page) -> None:
    project = bench.url.split("?")[0]
    let_go = hold(bench, "taxonfield")
    bench.goto(f"{project}taxa/presets/", wait_until="commit")
    field = bench.get_by_label("Taxon", exact=True)
    field.press_sequentially("calan")
    let_go()
    expect(bench.get_by_role("listbox", name="Taxa").get_by_role("option").first).to_contain_text("Calan")


@pytest.mark.own_browser
def test_a_list_that_was_closed_stays_so_when_its_sheet_comes(bench: Page) -> None:
    project, sheet, held = bench.url.split("?")[0], re.compile(r"/css/fields/combobox\.css"), list[Route]()
    intercept(bench, sheet, lambda route: held.append(route))
    bench.goto(f"{project}taxa/presets/", wait_until="commit")
    field = bench.get_by_label("Taxon", exact=True)
    expect(field).to_have_role("combobox")  # from now on it gets its list when it is gone to
    field.click()
    bench.keyboard.type("calan")
    expect(options(field).first).to_contain_text("Calan")
    bench.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    searches: list[str] = []
    bench.on("request", lambda request: searches.append(request.url) if "/complete/" in request.url else None)
    for route in held:
        route.continue_()
    bench.wait_for_function("[...document.styleSheets].some(({ href }) => href?.endsWith('/combobox.css'))")
    bench.keyboard.press("ArrowDown")  # asks once
    expect(field).to_have_attribute("aria-expanded", "true")
    assert len(searches) == 1
    bench.unroute(sheet)
