"""A blind second reading by two people, its figures, and an expert who settles the differences by key."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FEW, Site, browser_of, go_to, intercept
from tests.browser.test_outbox import empty
from tests.browser.test_pointing import point_at

TITLE = "Read twice"
OBJECTS = FEW


@pytest.fixture
def person() -> str:
    """Who manages."""
    return "alice"


@pytest.fixture
def readers(site: Site, browser: Browser) -> Iterator[dict[str, Page]]:
    """Two people, each with a browser of their own."""
    with browser_of("bob", site, browser) as bob, browser_of("carla", site, browser) as carla:
        yield {"bob": bob, "carla": carla}


def test_two_readers_and_a_judge(bench: Page, site: Site, readers: dict[str, Page]) -> None:
    page = bench
    project = page.url.rstrip("/").rsplit("/", 1)[1]
    for name in readers:
        page.goto(f"{site.url}/projects/{project}/settings/")
        page.get_by_label("User name").fill(name)
        page.locator("#id_role").select_option("annotator")
        page.get_by_role("button", name="Save the member").click()
    go_to(page, "Annotate", "Second readings")
    page.get_by_role("link", name="Start a second reading").click()
    page.get_by_label("Name").fill("Are we sure")
    page.get_by_label("How many objects").fill("3")
    for name in readers:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Start it").click()
    expect(page.get_by_role("heading", name="Are we sure")).to_be_visible()

    for name, taxa in (
        ("bob", "noctiluca noctiluca noctiluca"),
        ("carla", "chaetognatha chaetognatha noctiluca"),
    ):
        their = readers[name]
        their.goto(f"{site.url}/projects/{project}/readings/")
        their.get_by_role("link", name="Read Are we sure").click()
        their.locator("#reading[data-ready]").wait_for()
        expect(their.locator(".vignette")).to_have_count(3)
        expect(their.locator("#gallery")).not_to_contain_text("Copepoda")
        for n, taxon in enumerate(taxa.split(), start=1):
            point_at(their.locator(".vignette").nth(3 - n))  # no click is needed
            their.keyboard.type(taxon)
            expect(their.locator("#taxon-options li").first).to_contain_text(taxon.capitalize())
            their.keyboard.press("Enter")
            expect(their.locator("#done")).to_have_text(str(n))
        submit = their.get_by_role("button", name="Submit")
        intercept(their.context, "**/submit/", lambda route: route.fulfill(status=204), times=1)
        with their.expect_request("**/submit/"):
            submit.click()
        expect(submit).to_be_disabled()
        their.evaluate(
            "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
        )  # one goes back to it
        submit.click()
        expect(their.get_by_text("submitted").first).to_be_visible()

    page.reload()
    page.get_by_role("link", name="Agreement of Are we sure").click()
    expect(page.get_by_text("Cohen's kappa")).to_be_visible()
    page.get_by_role("link", name="Settle").click()
    page.locator(".settle[data-ready]").wait_for()
    waiting = page.get_by_role("status").first
    before = int(waiting.locator(".number").inner_text())
    page.keyboard.press("1")
    if before > 1:
        expect(waiting.locator(".number")).to_have_text(str(before - 1))
    else:
        expect(page.get_by_text("Every difference is settled.")).to_be_visible()


READING = """
from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.readings.actions import start_reading
alice, bob = User.objects.get(username="alice"), User.objects.get(username="bob")
project = Project.objects.get(title="Read twice")
print(start_reading(project=project, user=alice, name="Offline", size=4, readers=[alice, bob]).pk)
"""
CHOICES = "**/choices/"


@pytest.mark.own_browser
def test_answers_survive_a_reload_without_a_network_and_what_is_refused_is_not_shown(
    bench: Page, site: Site
) -> None:
    page, reading = bench, site.shell(READING)
    project = page.url.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"{site.url}/projects/{project}/readings/{reading}/")
    page.locator("#reading[data-ready]").wait_for()
    intercept(page.context, CHOICES, lambda route: route.abort("internetdisconnected"))
    page.locator("#gallery").focus()
    for n in (1, 2):
        page.keyboard.press("-")
        expect(page.locator("#done")).to_have_text(str(n))
    expect(page.locator("#notice")).to_contain_text("cannot be reached")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#done"), "the page still shows what was said").to_have_text("2")
    page.context.unroute(CHOICES)
    expect(page.locator(".vignette.saving")).to_have_count(0)
    assert answers(page, site, reading) == 2

    intercept(page.context, CHOICES, lambda route: route.fulfill(status=500, body="no"), times=1)
    page.locator(".vignette").nth(2).click()
    page.keyboard.press("-")
    unsaved = page.get_by_role("region", name="1 entry could not be saved")
    expect(unsaved).to_contain_text("Second reading: can't tell for 1 object.")
    expect(page.locator("#done"), "what was refused is not shown as given").to_have_text("2")
    expect(page.locator(".vignette").nth(2)).to_have_attribute("data-state", "unclassified")
    unsaved.get_by_role("button", name="Try again").click()
    expect(page.locator("#done")).to_have_text("3")
    assert answers(page, site, reading) == 3


def test_answers_that_nobody_comes_to_hear_of_do_not_stay_in_the_browser(bench: Page, site: Site) -> None:
    """The page of the reading is gone; the bench sends what it left, and clears it away."""
    page, reading = bench, site.shell(READING)
    project = page.url.rstrip("/").rsplit("/", 1)[1]
    their = page.context.new_page()
    their.goto(f"{site.url}/projects/{project}/readings/{reading}/")
    their.locator("#reading[data-ready]").wait_for()
    intercept(page.context, CHOICES, lambda route: route.abort("internetdisconnected"))
    their.locator("#gallery").focus()
    their.keyboard.press("-")
    expect(their.locator("#done")).to_have_text("1")
    their.close()
    page.context.unroute(CHOICES)
    page.reload()
    empty(page)
    assert answers(page, site, reading) == 1


def answers(page: Page, site: Site, reading: str) -> int:
    objects = page.request.get(f"{site.url}/api/v1/readings/{reading}/objects/").json()
    return sum(entry["is_named"] for entry in objects)
