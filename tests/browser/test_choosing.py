"""Long lists are searched: what the bench is sorted by, and its sample."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, choose, hold, ready, sort_by

TITLE = "Choosing"
OBJECTS = FEW


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


def areas(bench: Page) -> list[float]:
    """Of the first objects on the page, as the API has them."""
    number = bench.locator("#bench").get_attribute("data-project")
    answer = bench.request.get(
        f"{bench.url.split('/projects/')[0]}/api/v1/projects/{number}/objects/?limit=1000"
    )
    area = {row["id"]: float(row["fields"]["area"]) for row in answer.json()["results"]}
    ids = bench.locator(".vignette").evaluate_all("all => all.slice(0, 40).map((v) => Number(v.dataset.id))")
    return [area[number] for number in ids]


def options(bench: Page):
    return bench.locator("#chooser [role=option]")


def test_a_column_is_found_by_typing_and_sorts_both_ways(bench: Page) -> None:
    expect(bench.locator("#order")).to_have_accessible_name("Sort by arrival")
    sort_by(bench, "area")
    bench.wait_for_url(re.compile("order=field%3Aarea"))
    ready(bench)
    expect(bench.locator("#order")).to_have_accessible_name("Sort by area")
    assert areas(bench) == sorted(areas(bench))
    bench.get_by_role("link", name="Ascending: turn it round").click()
    bench.wait_for_url(re.compile("order=-field%3Aarea"))
    ready(bench)
    expect(bench.get_by_role("link", name="Descending: turn it round")).to_have_text("↓")
    assert areas(bench) == sorted(areas(bench), reverse=True)
    bench.locator("#order").click()
    expect(options(bench).first).to_have_text(re.compile("area column ↑"))  # used last
    expect(options(bench).nth(1)).to_contain_text("arrival")
    violations = Axe().run(bench, context="#chooser").response["violations"]
    assert violations == [], violations
    bench.keyboard.press("Escape")
    expect(bench.locator("#order")).to_be_focused()


def test_what_is_typed_before_the_list_has_come_is_in_it(bench: Page) -> None:
    let_go = hold(bench, "choosing")
    before = bench.locator("[data-count=V]").inner_text()
    bench.locator(".vignette").first.click()
    bench.locator("#order").focus()
    bench.keyboard.press("Enter")
    bench.keyboard.type("newest")
    let_go()
    expect(bench.get_by_role("combobox", name="Sort by")).to_have_value("newest")
    expect(options(bench)).to_have_count(1)
    expect(options(bench)).to_have_text(re.compile("date newest first ↓"))
    bench.keyboard.press("Enter")
    bench.wait_for_url(re.compile("order=-date"))
    ready(bench)
    expect(bench.locator("[data-count=V]")).to_have_text(before)


def test_a_sample_is_searched_on_the_server(bench: Page) -> None:
    sort_by(bench, "depth")
    bench.wait_for_url(re.compile("order=depth"))
    ready(bench)
    bench.locator("#sample").click()
    expect(options(bench).first).to_have_text(re.compile("all samples"))
    expect(options(bench)).to_have_count(5)
    name = options(bench).nth(2).locator("b").inner_text()
    bench.keyboard.press("Escape")
    choose(bench, "#sample", "Sample", name)
    bench.wait_for_url(re.compile("sample="))
    ready(bench)
    assert "order=depth" in bench.url
    expect(bench.locator("#sample")).to_have_text("Sample")  # the chip says which
    expect(bench.locator(".chip", has_text=name)).to_be_visible()
    bench.locator("#sample").click()
    expect(options(bench).first).to_have_attribute("aria-selected", "true")
    bench.keyboard.press("Enter")
    bench.wait_for_url(lambda url: "sample=" not in url)


def test_the_choice_is_kept_where_there_are_no_scripts(bench: Page, browser) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=bench.context.storage_state())
    page = context.new_page()
    page.goto(bench.url.split("?")[0] + "?order=-field:area&state=predicted")
    first = page.locator(".vignette").first.get_attribute("id")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page).to_have_url(re.compile("order=-field%3Aarea"))
    expect(page.locator(".vignette").first).to_have_attribute("id", first)
    page.get_by_label("Sort by", exact=True).select_option("-depth")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page).to_have_url(re.compile("order=-depth$|order=-depth&"))
    expect(page.locator("#order")).to_have_accessible_name("Sort by depth")
    context.close()
