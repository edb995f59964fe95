"""What resembles nothing learnt becomes a new taxon by one key and Enter, and goes back by one undo."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import FEW, Site, browser_of, intercept, ready, without_network
from tests.browser.test_accessible import COLOURS, faults

TITLE = "Never seen before"
OBJECTS = FEW
# What is predicted as the taxon of most objects is unlike anything learnt.
FURNISH = f"""
from django.db.models import Count
from annotations.learning.models import Model, Prediction
from annotations.projects.models import Project
from annotations.refitting.models import Refitting
from annotations.samples.models import Object
project = Project.objects.get(title={TITLE!r})
Refitting.objects.update_or_create(project=project, defaults={{"is_on": False}})  # no other predictions meanwhile
predicted = Object.objects.filter(project__title={TITLE!r}, state="P")
most = predicted.values("taxon").annotate(count=Count("id")).order_by("-count", "taxon")[0]["taxon"]
model = Model.objects.create(name="m", is_ready=True, classes=[most])
for each in predicted.filter(taxon=most):
    Prediction.objects.create(object=each, model=model, taxa=[most], scores=[0.6], novelty=0.999)
"""


@pytest.fixture
def person() -> str:
    """Who manages, and may create taxa."""
    return "alice"


def first_page(page: Page, site: Site) -> Page:
    page.goto(site.addresses[TITLE] + "review/?by=risk")
    ready(page)
    expect(page.locator("#offer-reason")).to_contain_text("perhaps a new taxon")
    expect(page.locator("#nearest")).to_contain_text("Nearest known:")
    return page


def test_who_may_not_create_taxa_is_told_who_may_and_gives_a_coarser_one(
    project, site: Site, browser: Browser
) -> None:
    with browser_of("bob", site, browser) as page:
        review = first_page(page, site)
        waiting = review.locator(".vignette:not(.leaving)")
        count = waiting.count()
        all_are_seen = re.compile(rf"^(Accept|Name) {count}\b")
        expect(review.locator("#offer-accept")).to_have_text(all_are_seen)
        review.locator("#gallery").focus()
        review.keyboard.press("Control+a")
        expect(review.locator("#selected")).to_have_text(f"{count} taken out")
        for place in (0, 1):
            waiting.nth(place).click()
        review.get_by_role("button", name="New taxon…").click()
        refusal = review.locator("#new-taxon-refused")
        expect(refusal).to_contain_text("Taxa are created by managers of a project: ask one")
        assert faults(review) == []
        expect(refusal.get_by_role("button", name="Name 2")).to_be_focused()
        review.keyboard.press("Enter")
        expect(review.locator("#toasts")).to_contain_text(": 2 objects.")
        expect(waiting).to_have_count(count - 2)
        expect(waiting.first).to_be_focused()
        with review.expect_response("**/review/pages/"):
            review.keyboard.press("Shift+Enter")  # others may get them


@pytest.mark.own_browser
def test_the_row_loses_nothing_that_is_typed_or_on_its_way(project, page: Page, site: Site) -> None:
    """Before the proposal comes, while the taxon is created, and where the server cannot be reached."""
    routes: list[Route] = []
    intercept(page, "**/new-taxon/", lambda route: routes.append(route))
    with page.expect_request("**/new-taxon/"):
        page.goto(site.addresses[TITLE] + "review/?by=risk")
    ready(page)
    page.keyboard.press("Alt+n")
    row = page.get_by_role("form", name="This is a new taxon")
    name, below = row.get_by_label("New taxon"), row.get_by_label("below")
    expect(name).to_be_focused()
    page.keyboard.type("Le")
    routes[0].continue_()
    expect(below).not_to_have_value("")
    page.keyboard.type("pto")
    expect(name).to_have_value("Lepto")
    count = page.locator(".vignette:not(.leaving)").count()
    expect(row.get_by_role("button", name=f"Create it for {count}")).to_be_visible()  # all are seen
    with page.expect_request("**/new-taxon/"):
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#toasts")).to_contain_text("The taxon is being created.")
    expect(row).to_be_visible()
    routes[1].fulfill(status=400, json={"detail": "It is refused for this test."})
    expect(row.get_by_role("alert")).to_contain_text("It is refused for this test.")
    expect(row).not_to_have_attribute("data-saving", "")
    with without_network(page):
        below.fill("Copepoda of nowhere")
        below.press("Enter")
        expect(row.get_by_role("alert")).to_contain_text("The server cannot be reached")


def test_a_key_and_enter_make_a_taxon_of_what_is_not_taken_out(project, page: Page, site: Site) -> None:
    review = first_page(page, site)
    waiting = review.locator(".vignette:not(.leaving)")
    count = waiting.count()
    waiting.nth(0).click()
    expect(review.locator("#selected")).to_have_text("1 taken out")
    review.keyboard.press("Alt+n")
    row = review.get_by_role("form", name="This is a new taxon")
    name, below = row.get_by_label("New taxon"), row.get_by_label("below")
    expect(name).to_be_focused()
    expect(name).to_have_value("morphotype 1")
    parent = below.input_value().split("<")[0]
    expect(row.get_by_role("button", name=f"Create it for {count - 1}")).to_be_visible()
    assert faults(review) == []
    review.emulate_media(color_scheme="dark")
    assert faults(review, COLOURS) == []
    review.keyboard.press("Escape")
    expect(row).to_be_hidden()
    expect(waiting.nth(0)).to_be_focused()
    review.keyboard.press("Alt+n")
    review.keyboard.press("Enter")
    expect(review.locator("#toasts")).to_contain_text(
        f"New taxon morphotype 1<{parent}: {count - 1} objects."
    )
    expect(row).to_be_hidden()
    expect(waiting).to_have_count(1)
    expect(review.locator("#offer-taxon")).to_have_text(f"morphotype 1<{parent}?")
    expect(review.locator("#offer-sum")).to_have_text(f"{count - 1} settled with 1 decision")
    expect(review.locator("#recent")).to_contain_text(f"morphotype 1<{parent}")  # on a digit
    expect(waiting.nth(0)).to_be_focused()
    review.keyboard.press("Control+z")
    expect(review.locator("#toasts")).to_contain_text(f"{count - 1} put back.")
    expect(waiting).to_have_count(count)
