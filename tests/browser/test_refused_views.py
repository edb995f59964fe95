"""Filters and saved views that the server refuses: why is said in sight, and the page stays as it is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, Site, intercept, ready

TITLE = "Refused views"
OBJECTS = FEW
FORGET = """
from annotations.samples.models import FreeColumn
print(FreeColumn.objects.filter(project__title="Refused views", name="area").delete())
"""


@pytest.fixture
def person() -> str:
    """Who looks."""
    return "vera"


def test_a_refused_filter_is_named_as_the_dialog_names_it(bench: Page) -> None:
    address = bench.url
    bench.get_by_role("button", name="Filters…").click()
    dialog = bench.get_by_role("dialog", name="Filters")
    field = dialog.get_by_role("group", name="Score").get_by_label("from")
    expect(field).to_be_focused()
    field.fill("many")
    dialog.get_by_label("exactly").fill("kept")
    dialog.get_by_role("button", name="Show").click()
    refusal = dialog.get_by_role("alert")
    expect(refusal).to_have_text("“Score, from” is 'many', but takes a number.")
    expect(refusal).to_be_in_viewport()
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("exactly")).to_have_value("kept")
    assert bench.url == address
    field.fill("0.5")
    expect(refusal).to_have_text("")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    dialog.get_by_role("button", name="Show").click()
    bench.wait_for_url("**score_min=0.5**")


def test_filters_that_cannot_be_fetched_can_be_opened_again(bench: Page) -> None:
    intercept(bench, "**/filters/*", lambda route: route.abort())
    opener = bench.get_by_role("button", name="Filters…")
    opener.click()
    expect(bench.locator("#toasts [role=alert]")).to_contain_text("The filters could not be fetched")
    expect(opener).to_be_focused()
    bench.unroute("**/filters/*")
    opener.click()
    expect(bench.get_by_role("group", name="Score")).to_be_visible()


def test_a_saved_view_whose_free_column_is_gone_says_so(bench: Page, site: Site) -> None:
    views = {"order": "?order=-field:area", "field": "?field=area>=100", "show": "?show=field:area"}
    address = bench.url.split("?")[0]
    for name, query in views.items():
        bench.goto(address + query)
        ready(bench)
        bench.get_by_role("button", name="Views").click()
        bench.get_by_label("Save this view as").fill(f"By {name}")
        bench.get_by_role("button", name="Save", exact=True).click()
        bench.wait_for_load_state()
    site.shell(FORGET)
    bench.goto(address)
    ready(bench)
    bench.get_by_role("button", name="Views").click()
    for name in views:
        bench.get_by_role("link", name=f"By {name}", exact=True).click()
        expect(bench.locator("#toasts [role=alert]")).to_contain_text(
            f"The view “By {name}” can't be shown. `{name}` is about 'area',"
            " but objects of this project have no such column."
        )
        assert bench.url == address
    bench.get_by_role("button", name="Remove the view By order").click()
    ready(bench)
    bench.get_by_role("button", name="Views").click()
    expect(bench.get_by_role("link", name="By field", exact=True)).to_be_visible()
    expect(bench.get_by_role("link", name="By order", exact=True)).to_have_count(0)


def test_the_filters_say_how_many_match_before_they_are_applied(bench: Page) -> None:
    everything = bench.locator(".vignette").count()
    bench.get_by_role("button", name="Filters…").click()
    dialog = bench.get_by_role("dialog", name="Filters")
    show = dialog.locator("[type=submit]")
    expect(show).to_have_text(f"Show {everything} objects")
    day = dialog.get_by_role("group", name="Taken").get_by_role("textbox", name="from")
    day.fill("2.4.2026")
    expect(dialog.locator(".buttons [role=status]")).to_contain_text(
        "“Taken, from” is '2.4.2026', but takes a date as 2026-04-30"
    )
    day.fill("2999-04-02")
    expect(show).to_have_text("Show 0 objects")
    expect(dialog.locator(".buttons [role=status]")).to_have_text("0 objects match.")
    show.click()
    bench.wait_for_url("**date_from=2999-04-02**")
    ready(bench)
    expect(bench.locator("#gallery .empty")).to_contain_text("Nothing matches: taken from 2999-04-02.")
    bench.get_by_role("link", name="Clear all filters").click()
    ready(bench)
    expect(bench.locator(".vignette")).to_have_count(everything)


def test_a_slow_count_neither_holds_the_filters_up_nor_overtakes_a_later_one(bench: Page) -> None:
    waiting = []
    intercept(bench, "**/counts/total/**score_min=0.1**", lambda route: waiting.append(route))
    bench.get_by_role("button", name="Filters…").click()
    dialog = bench.get_by_role("dialog", name="Filters")
    score = dialog.get_by_role("group", name="Score").get_by_label("from")
    score.fill("0.1")
    expect(dialog.locator(".buttons [role=status]")).to_contain_text("Counting takes long")
    expect(dialog.locator("[type=submit]")).to_be_enabled()
    score.fill("2")
    expect(dialog.locator("[type=submit]")).to_have_text("Show 0 objects")
    for route in waiting:
        route.abort()
    expect(dialog.locator("[type=submit]")).to_have_text("Show 0 objects")


def test_a_folded_section_stays_folded_until_what_it_holds_is_refused(bench: Page) -> None:
    bench.get_by_role("button", name="Filters…").click()
    section = bench.locator("#filter-dialog details", has=bench.get_by_text("How sure"))
    section.get_by_label("from").fill("many")
    section.locator("summary").click()
    bench.get_by_role("dialog", name="Filters").locator("[type=submit]").click()
    expect(section.get_by_label("from")).to_be_focused()
    section.locator("summary").click()
    bench.reload()
    ready(bench)
    bench.get_by_role("button", name="Filters…").click()
    expect(section.locator("summary")).to_be_visible()
    expect(section.get_by_label("from")).to_be_hidden()
