"""Work outlives the network, the page and one's own mistakes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, open_bench, ready, sign_in


@pytest.fixture(scope="module")
def project(site: Site, package) -> None:
    site.command(
        "import_ecotaxa", str(package), "--project", "Nothing lost", "--user", "root", "--create-taxa"
    )


@pytest.fixture
def bench(project, page: Page, site: Site) -> Page:
    return open_bench(page, site, "Nothing lost")


def give(page: Page, taxon: str) -> None:
    page.keyboard.type(taxon)
    expect(page.locator("#taxon-options li").first).to_contain_text(taxon)
    page.keyboard.press("Enter")


def test_labels_given_without_a_network_survive_a_reload(bench: Page) -> None:
    bench.locator(".state", has_text="Unclassified").click()
    ready(bench)
    waiting = int(bench.locator("[data-count=U]").inner_text())
    bench.route("**/annotations/", lambda route: route.abort("internetdisconnected"))
    bench.locator("#gallery").focus()
    bench.keyboard.press("Shift+ArrowRight")
    give(bench, "Noctiluca")
    expect(bench.locator("#notice")).to_contain_text("cannot be reached")
    give(bench, "Noctiluca")  # the next one, while the first two wait
    expect(bench.locator(".vignette.saving")).to_have_count(3)
    bench.once("dialog", lambda dialog: dialog.accept())  # the browser warns: something is not saved
    bench.unroute("**/annotations/")
    bench.reload()
    ready(bench)
    expect(bench.locator("[data-count=U]")).to_have_text(str(waiting - 3))
    expect(bench.locator('.vignette[data-state="validated"]')).to_have_count(3)


def test_labels_of_who_was_signed_out_wait_for_the_next_sign_in(bench: Page, site: Site) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    count = bench.locator("[data-count=P]")
    predicted = int(count.inner_text())
    other = bench.context.new_page()
    other.goto(site.url)
    other.get_by_role("button", name="Sign out").click()
    bench.locator(".vignette").first.click()
    bench.keyboard.press("Enter")
    expect(bench.locator("#notice")).to_contain_text("You are signed out.")
    sign_in(other, site)
    expect(count).to_have_text(str(predicted - 1), timeout=30_000)
    expect(bench.locator("#notice")).to_be_hidden()
    bench.keyboard.press("Control+z")
    expect(count).to_have_text(str(predicted))


def test_undo_goes_back_through_pages_and_reloads(bench: Page) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    count, validated = bench.locator("[data-count=P]"), bench.locator("[data-count=V]")
    predicted, before = int(count.inner_text()), int(validated.inner_text())
    bench.locator(".vignette").first.click()
    bench.keyboard.press("Enter")
    expect(count).to_have_text(str(predicted - 1))
    bench.locator(".vignette").nth(3).click()
    bench.keyboard.press("-")
    expect(count).to_have_text(str(predicted - 2))
    bench.locator(".state", has_text="Dubious").click()  # another page
    ready(bench)
    bench.locator("#gallery").focus()
    bench.keyboard.press("Control+z")
    expect(count).to_have_text(str(predicted - 1))
    bench.keyboard.press("Control+z")
    expect(bench.locator("#notice")).to_contain_text("1 put back, not all of them on this page.")
    expect(count).to_have_text(str(predicted))
    bench.reload()
    ready(bench)
    expect(bench.locator("#redo")).to_be_enabled()
    bench.keyboard.press("Control+y")
    expect(validated).to_have_text(str(before + 1))
    bench.keyboard.press("Control+z")
    expect(count).to_have_text(str(predicted))


def test_all_that_match_are_shown_before_they_are_labelled(bench: Page) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    count = bench.locator("[data-count=P]")
    predicted = int(count.inner_text())
    bench.get_by_role("button", name="All matching…").click()
    dialog = bench.get_by_role("dialog", name=f"{predicted} objects match")
    expect(dialog).to_contain_text(f"{predicted} predicted")
    dialog.get_by_role("button", name="Validate as they are").click()
    expect(count).to_have_text("0")
    expect(bench.locator("#notice")).to_contain_text(f"{predicted} objects labelled.")
    bench.keyboard.press("Control+z")
    expect(count).to_have_text(str(predicted))


def test_what_came_to_match_meanwhile_is_not_labelled_unseen(bench: Page, site: Site) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    count = bench.locator("[data-count=P]")
    predicted = int(count.inner_text())
    other = bench.context.new_page()
    other.goto(bench.url)
    ready(other)
    bench.get_by_role("button", name="All matching…").click()
    other.locator(".vignette").first.click()
    other.keyboard.press("Enter")
    expect(other.locator("[data-count=P]")).to_have_text(str(predicted - 1))
    bench.get_by_role("button", name="Validate as they are").click()
    expect(bench.locator("#notice")).to_contain_text("Nothing was done; look again.")
    other.keyboard.press("Control+z")
    expect(other.locator("[data-count=P]")).to_have_text(str(predicted))
