"""The review as a person does it: page after page with a question."""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site, intercept, open_bench, ready
from tests.browser.test_nothing_lost import SLOW_DISK

# How many names can't be read to the end, were all of them long.
CUT_NAMES = """(labels) => {
    for (const label of labels) label.innerHTML = "copepod_<wbr>cyclopoid_<wbr>oithona_<wbr>eggs";
    const isCut = (label) => label.scrollHeight > label.clientHeight || label.scrollWidth > label.clientWidth;
    return labels.filter(isCut).length;
}"""
FAR = "2100-01-01"  # a clock can't be stopped in the past
OTHERS = re.compile(r"^Accept [1-9]\d* as ")


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture(scope="module")
def project(site: Site, package) -> None:
    site.project("Steering", package, create_taxa=True)


@pytest.fixture
def review(project, page: Page, site: Site) -> Page:
    open_bench(page, site, "Steering")
    return by_taxon(page)


def by_taxon(bench: Page) -> Page:
    """The review with a question a taxon, from the first that has several: of so few objects the usual order has all on
    one page."""
    bench.goto(urljoin(bench.url, "review/?by=taxon"))
    ready(bench)
    while bench.locator(".vignette").count() < 2:
        alone = bench.locator(".vignette").get_attribute("id")
        bench.get_by_role("button", name="Skip").click()
        expect(bench.locator(f"#{alone}")).to_have_count(0)
        expect(bench.locator(".vignette").first).to_be_visible()
    return bench


def proposed_taxon(page: Page) -> str:
    return page.locator("#offer-taxon").inner_text().rstrip("?")


def test_strangers_are_taken_out_and_named_and_the_rest_is_accepted(review: Page) -> None:
    taxon = proposed_taxon(review)
    waiting = review.locator(".vignette:not(.leaving)")
    count = waiting.count()
    stranger = review.locator(f"#{waiting.nth(1).get_attribute('id')}")
    stranger.click()
    waiting.nth(0).click()
    waiting.nth(0).click()  # taken out, and back in
    expect(review.locator("#selected")).to_have_text("1 taken out")
    expect(review.get_by_role("button", name=OTHERS)).to_have_text(f"Accept {count - 1} as {taxon}")
    review.keyboard.press("Enter")
    expect(waiting).to_have_count(1)
    expect(review.locator("#offer-sum")).to_have_text(f"{count - 1} settled with 1 decision")
    review.keyboard.type("Noctiluca")
    expect(review.locator("#taxon-options li").first).to_contain_text("Noctiluca")
    review.keyboard.press("Enter")
    expect(review.locator("#offer-taxon")).not_to_have_text(f"{taxon}?")
    expect(review.locator("#offer-sum")).to_have_text(f"{count} settled with 2 decisions")
    expect(waiting.first).to_be_focused()
    review.keyboard.press("Control+z")
    expect(review.locator("#toasts")).to_contain_text("1 put back, not all of them on this page.")


def set_all_aside(page: Page) -> None:
    count = page.locator(".vignette").count()
    expect(page.locator("#offer-accept")).to_contain_text(f"Accept {count}")  # all are seen
    page.locator("#gallery").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Enter")


def test_what_is_set_aside_keeps_its_label_and_does_not_come_back_with_the_page(review: Page) -> None:
    predicted = review.locator("[data-count=P]").inner_text()
    first, second = (review.locator(".vignette").nth(place).get_attribute("id") for place in (0, 1))
    review.locator(f"#{first}").click()
    review.get_by_role("button", name="Set aside").click()
    expect(review.locator("#toasts")).to_contain_text("1 vignette set aside: they come again with their like")
    expect(review.locator(f"#{first}")).to_be_hidden()
    review.reload()
    ready(review)
    expect(review.locator(f"#{second}")).to_be_visible()
    expect(review.locator(f"#{first}")).to_have_count(0)
    expect(review.locator("[data-count=P]")).to_have_text(predicted)


@pytest.mark.own_browser
def test_the_next_page_is_asked_for_when_what_is_set_aside_is_known(review: Page) -> None:
    pages: list[str] = []
    review.on("request", lambda request: request.url.endswith("/pages/") and pages.append(request.url))
    answers: list[Route] = []
    intercept(review, "**/answer/", lambda route: answers.append(route))
    with review.expect_request("**/answer/"):
        set_all_aside(review)
    for _ in range(3):  # in the next frame it sees that nothing is left
        review.evaluate("() => new Promise(requestAnimationFrame)")
    assert pages == []
    with review.expect_request("**/review/pages/"):
        answers[0].continue_()


@pytest.mark.own_browser
def test_enter_that_comes_twice_is_one_decision(page: Page, site: Site, package) -> None:
    """However long the disk takes to write the first one down."""
    site.project("Entered twice", package, create_taxa=True)
    page.add_init_script(SLOW_DISK)
    review = by_taxon(open_bench(page, site, "Entered twice"))
    count = review.locator(".vignette").count()
    expect(review.get_by_role("button", name=OTHERS)).to_contain_text(f"Accept {count} as")
    review.evaluate("window.isDiskSlow = true")
    review.keyboard.press("Enter")
    review.keyboard.press("Enter")
    review.evaluate("window.isDiskSlow = false")
    expect(review.locator(".vignette.saving")).to_have_count(0)
    expect(review.locator("#offer-sum")).to_have_text(f"{count} settled with 1 decision")


@pytest.mark.own_browser
def test_buttons_stay_under_the_pointer_when_what_is_shown_has_been_seen(review: Page) -> None:
    """A press that begins on one button and ends on another is none."""
    accept, skip = review.locator("#offer-accept"), review.get_by_role("button", name="Skip")
    review.clock.install()
    review.clock.pause_at(FAR)  # no moment passes in which something is seen
    review.reload()
    ready(review)
    expect(accept).to_have_text(re.compile("^Look at"))
    before = skip.bounding_box()
    review.clock.resume()
    expect(accept).to_have_text(re.compile("^(Accept|Name)"))
    assert skip.bounding_box() == before


def test_a_skipped_page_makes_room_for_another(review: Page) -> None:
    first = review.locator(".vignette").first.get_attribute("id")
    review.locator("#gallery").focus()
    review.keyboard.press("Shift+Enter")
    expect(review.locator(f"#{first}")).to_have_count(0)
    expect(review.locator(".vignette").first).to_be_visible()


def test_a_page_that_may_not_be_looked_at_any_more_ends_the_review(review: Page) -> None:
    intercept(review, re.compile(r"\?ids="), lambda route: route.fulfill(status=404, body="Not found"))
    review.locator("#gallery").focus()
    review.keyboard.press("Shift+Enter")
    expect(review.locator("#offer-none")).to_be_visible()
    expect(review.locator("#offer")).to_be_hidden()


def test_rare_taxa_are_accepted_together_each_as_named_and_undone_at_once(
    page: Page, site: Site, package: Path
) -> None:
    site.project("Rare taxa", package, create_taxa=True)
    page.goto(site.addresses["Rare taxa"] + "review/?by=risk")
    ready(page)
    expect(page.locator("#offer-taxon")).to_have_text("Each as it is named?")
    waiting = page.locator(".vignette:not(.leaving)")
    count, labels = waiting.count(), waiting.locator(".label").all_text_contents()
    assert len(set(labels)) > 1
    assert waiting.locator(".label").evaluate_all(CUT_NAMES) == 0
    accept = page.get_by_role("button", name=re.compile("each as named$"))
    expect(accept).to_have_text(f"Accept {count}, each as named")
    accept.click()
    expect(page.locator("#toasts")).to_contain_text(f"Each as named: {count} objects.")
    expect(page.locator("#offer-sum")).to_have_text(f"{count} settled with 1 decision")
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text(f"{count} put back")
