"""What is fetched at a person's first act: what they press until it has come is neither lost nor misled, and a network
that is away is said."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from annotations.demo.package import write_package
from tests.browser.conftest import hold, intercept, ready, without_network

TITLE = "On demand"
FURNISH = """
from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.traits.vocabulary import define_trait
project, root = Project.objects.get(title="On demand"), User.objects.get(username="root")
define_trait(project=project, user=root, name="Eggs", kind="count", unit="", quick_key="e")
"""
LABELS = "document.querySelectorAll('.vignette:is(.saving, [data-state=validated])').length"


@pytest.fixture
def person() -> str:
    """Who manages, and may create taxa."""
    return "alice"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packages") / "tow.zip"
    write_package(path, objects=80, seed=12, samples=1, settled=0.0)
    return path


def test_keys_before_their_dialog_has_come_are_the_dialogs(bench: Page) -> None:
    let_go = hold(bench, "palette")
    bench.locator(".vignette").first.click()
    before = bench.evaluate(LABELS)
    bench.keyboard.type(";e12")
    bench.keyboard.press("Enter")
    palette = bench.locator("#palette")
    expect(palette).to_have_attribute("aria-busy", "true")
    let_go()
    expect(palette).to_be_hidden()
    panel = bench.locator("#detail .traits-of")
    expect(panel.get_by_role("row", name=re.compile("Eggs"))).to_contain_text("12")
    assert bench.evaluate(LABELS) == before
    expect(bench.locator(".vignette").first).to_be_focused()


def test_keys_before_the_traits_are_known_mean_one_of_them(bench: Page) -> None:
    bench.locator(".vignette").nth(1).click()
    palette = bench.locator("#palette")
    bench.keyboard.press(";")
    expect(palette.get_by_role("option", name=re.compile("Eggs"))).to_be_visible()
    bench.keyboard.press("Escape")
    routes: list[Route] = []
    intercept(bench, "**/traits/?ids=**", lambda route: routes.append(route))
    with bench.expect_request("**/traits/?ids=**"):
        bench.keyboard.type(";e34")
    bench.keyboard.press("Enter")
    expect(palette).to_be_visible()
    routes[0].continue_()
    expect(palette).to_be_hidden()
    panel = bench.locator("#detail .traits-of")
    expect(panel.get_by_role("row", name=re.compile("Eggs"))).to_contain_text("34")


def test_a_dialog_that_was_closed_before_it_came_stays_closed(bench: Page) -> None:
    let_go = hold(bench, "keysdialog")
    first = bench.locator(".vignette").first
    first.click()
    bench.keyboard.press("?")
    expect(bench.locator("#keys")).to_be_visible()
    bench.keyboard.press("Escape")
    with bench.expect_response("**/keysdialog.js"):
        let_go()
    expect(first).to_be_focused()
    expect(bench.locator("#keys")).to_be_hidden()
    bench.keyboard.press("?")
    expect(bench.get_by_role("dialog", name="Keys")).to_contain_text("validate as it is")


def test_what_is_typed_for_a_new_taxon_goes_into_its_form(bench: Page) -> None:
    let_go = hold(bench, "newtaxon")
    bench.locator(".vignette").first.click()
    bench.keyboard.press("Insert")
    bench.keyboard.type("Novella lenta")
    expect(bench.locator("#taxon-options .create")).to_have_attribute("aria-selected", "true")
    bench.keyboard.press("Enter")
    expect(bench.locator("#picker")).to_have_attribute("aria-busy", "true")
    bench.keyboard.type("Cope")
    let_go()
    form = bench.get_by_role("form", name="Create a taxon")
    expect(form.get_by_label("Below")).to_have_value("Cope")
    expect(form.get_by_label("Name")).to_have_value("Novella lenta")


def test_without_a_network_it_is_said_and_can_be_tried_again(bench: Page) -> None:
    first = bench.locator(".vignette").first
    intercept(bench, "**/static/**/js/**", lambda route: route.abort())
    first.click()
    bench.keyboard.press("?")
    expect(bench.locator("#toasts [role=alert]")).to_contain_text("could not be fetched")
    expect(bench.locator("#keys")).to_be_hidden()
    expect(first).to_be_focused()
    bench.unroute("**/static/**/js/**")
    bench.keyboard.press("?")
    expect(bench.get_by_role("dialog", name="Keys")).to_contain_text("validate as it is")


@pytest.mark.own_browser
def test_what_labels_works_without_a_network_from_the_start(bench: Page) -> None:
    with without_network(bench):
        first = bench.locator(".vignette").first
        first.click()
        bench.keyboard.press("Enter")
        expect(first).to_have_attribute("data-state", re.compile("validated|unclassified"))


def test_the_next_vignettes_come_by_scrolling_alone(bench: Page) -> None:
    bench.goto(bench.url.split("?")[0] + "?size=50")
    ready(bench)
    gallery = bench.locator("#gallery")
    gallery.evaluate("gallery => gallery.scrollTo(0, gallery.scrollHeight)")
    expect(bench.locator(".vignette")).to_have_count(80)


def test_the_keys_of_the_bench_are_grouped_found_and_have_those_of_drawing(bench: Page) -> None:
    bench.keyboard.press("?")
    keys = bench.get_by_role("dialog", name="Keys")
    expect(keys.get_by_role("heading", name="In the view of one object")).to_be_visible()
    keys.get_by_role("searchbox").fill("polyline")
    expect(keys.get_by_role("listitem")).to_have_text(["Alt + Ydraw a polyline"])
    expect(keys.get_by_role("heading", level=3)).to_have_count(1)
    keys.get_by_role("searchbox").fill("Ctrl + z")
    expect(keys.get_by_role("listitem")).to_contain_text(["undo"])


def test_a_filter_that_is_chosen_before_the_script_comes_is_applied(bench: Page) -> None:
    taxon = bench.locator("#panel .tree li a").first.evaluate("link => link.href")
    let_go = hold(bench, "bench")
    bench.goto(taxon, wait_until="commit")
    bench.get_by_role("checkbox", name="this taxon only").check()
    let_go()
    bench.wait_for_url("**descendants=0**")
    ready(bench)
    expect(bench.get_by_role("checkbox", name="this taxon only")).to_be_checked()
