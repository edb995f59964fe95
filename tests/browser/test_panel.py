"""The panel of an object: its pictures' tones, the model's choices, the measurements; names in italics on the bench."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from annotations.demo.package import write_package
from tests.browser.conftest import Site, hold, intercept, open_bench, ready, sign_in
from tests.browser.test_accessible import RULES

TITLE = "Panel"
# What a model says of every object, and genera that are known as such.
FURNISH = """
from annotations.learning.models import Model, Prediction
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
Taxon.objects.filter(name="Oithona").update(rank="Genus")
first, second = Taxon.objects.filter(name__in=["Oithona", "Calanidae"]).order_by("-name")
model = Model.objects.create(name="Pelagos", is_ready=True)
for made in Object.objects.filter(project__title="Panel"):
    Prediction.objects.create(object=made, model=model, taxa=[first.pk, second.pk], scores=[0.934, 0.061])
"""


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packages") / "panel.zip"
    write_package(path, objects=60, seed=4, samples=1, settled=0.2)
    return path


def choose(bench: Page, vignette: Locator) -> Locator:
    """The panel, with all about the vignette."""
    vignette.click()
    panel = bench.locator("#about")
    number = vignette.get_attribute("data-id")
    panel.locator(f'.pictures[data-object="{number}"]').wait_for()
    return panel


def test_a_key_gives_what_the_model_says_and_undo_takes_it_back(bench: Page) -> None:
    vignette = bench.locator(".vignette:not(:has-text('Oithona'))").first
    number = vignette.get_attribute("id")
    vignette = bench.locator(f"#{number}")
    label = vignette.locator(".label")
    before = label.inner_text()
    panel = choose(bench, vignette)
    expect(panel.get_by_role("button", name="Oithona")).to_contain_text("0.93")
    bench.keyboard.press("Alt+1")
    expect(label).to_have_text("Oithona")
    expect(label).to_have_css("font-style", "italic")
    expect(vignette).to_have_attribute("data-state", "validated")
    bench.locator("#undo:enabled").wait_for()
    bench.keyboard.press("Control+z")
    expect(label).to_have_text(before)
    expect(label).to_have_css("font-style", "normal")


def test_the_key_needs_no_panel(bench: Page) -> None:
    choose(bench, bench.locator(".vignette").nth(4))
    bench.keyboard.press("Control+b")
    expect(bench.locator("#detail")).to_be_hidden()
    bench.keyboard.press("Escape")  # selects nothing: the focused one is in hand
    bench.keyboard.press("ArrowRight")
    bench.keyboard.press("Alt+2")
    expect(bench.locator(".vignette").nth(5).locator(".label")).to_have_text("Calanidae")
    expect(bench.locator(".vignette").nth(6)).to_be_focused()


def test_it_follows_what_is_in_hand_while_counts_are_asked_for_too(bench: Page) -> None:
    first = bench.locator(".vignette[data-state=predicted]").nth(1)
    number = first.get_attribute("data-id")
    routes: list[Route] = []
    intercept(bench, re.compile(rf"/vignettes/{number}/$"), lambda route: routes.append(route))
    with bench.expect_request(re.compile(rf"/vignettes/{number}/$")):
        first.click()
    with bench.expect_response("**/panel/**"):
        bench.keyboard.press("-")  # and goes on to the next, whose page waits for that of the first
    routes[0].continue_()
    following = bench.locator(".vignette:focus").get_attribute("data-id")
    assert following != number
    expect(bench.locator(f'#about .pictures[data-object="{following}"]')).to_be_attached()


def test_what_is_written_while_it_comes_anew_stays_in_hand(bench: Page) -> None:
    vignette = bench.locator(".vignette").nth(3)
    address = re.compile(rf"/vignettes/{vignette.get_attribute('data-id')}/$")
    choose(bench, vignette)
    field = bench.locator("#discussion").get_by_label("Your comment", exact=True)
    field.wait_for()
    routes: list[Route] = []
    intercept(bench, address, lambda route: routes.append(route))
    with bench.expect_request(address):
        vignette.click()
    bench.keyboard.press("Control+m")
    bench.keyboard.type("an e")
    with bench.expect_response(address):
        routes[0].continue_()
    bench.wait_for_function("!document.querySelector('.htmx-request')")
    bench.keyboard.type("gg")
    expect(field).to_be_focused()
    expect(field).to_have_value("an egg")


def test_choices_of_the_object_before_are_not_offered_for_the_next(bench: Page) -> None:
    """Alt + 1 gives what is said of the one in hand: what is said of another would be misread for it."""
    panel = choose(bench, bench.locator(".vignette").nth(3))
    choices = panel.get_by_role("group", name=re.compile("What model"))
    expect(choices).to_be_visible()
    following = bench.locator(".vignette").nth(4)
    address = re.compile(rf"/vignettes/{following.get_attribute('data-id')}/$")
    routes: list[Route] = []
    intercept(bench, address, lambda route: routes.append(route))
    with bench.expect_request(address):
        following.click()
    expect(panel.locator(".choices")).to_be_hidden()
    with bench.expect_response(address):
        routes[0].continue_()
    expect(choices).to_be_visible()


def test_a_viewer_gives_nothing(project, page: Page, site: Site) -> None:
    sign_in(page, site, "vera")
    bench = open_bench(page, site, project)
    panel = choose(bench, bench.locator(".vignette").nth(2))
    expect(panel.get_by_role("button", name="Oithona")).to_be_disabled()
    before = bench.locator(".vignette").nth(2).get_attribute("data-version")
    bench.keyboard.press("Alt+1")
    assert bench.locator(".vignette").nth(2).get_attribute("data-version") == before


FILTER = "image => getComputedStyle(image).filter"


def test_tones_are_those_of_the_acquisition_everywhere(bench: Page) -> None:
    panel = choose(bench, bench.locator(".vignette").nth(1))
    panel.get_by_label("Gamma").fill("0.5")
    panel.get_by_label("Invert").check()
    on_bench, in_panel = bench.locator(".vignette img").nth(7), panel.locator(".pictures img")
    for image in (on_bench, in_panel):
        assert "#tones-" in image.evaluate(FILTER)
    bench.reload()
    ready(bench)
    bench.locator('[id^="tones-"]').wait_for(state="attached")
    assert "#tones-" in bench.locator(".vignette img").nth(7).evaluate(FILTER)
    bench.locator(".vignette").nth(1).dblclick()
    dialog = bench.get_by_role("dialog", name="One object, closely")
    expect(dialog.get_by_label("Gamma")).to_have_value("0.5")
    expect(dialog.get_by_label("Invert")).to_be_checked()
    assert "#tones-" in dialog.locator(".stage > img").evaluate(FILTER)
    dialog.get_by_role("button", name="Reset").click()
    assert dialog.locator(".stage > img").evaluate(FILTER) == "none"


def test_a_measurement_is_found_by_its_name(bench: Page) -> None:
    panel = choose(bench, bench.locator(".vignette").nth(1))
    field = panel.get_by_role("searchbox", name="Find a measurement")
    expect(field).to_be_hidden()  # folded: what people said comes first
    panel.locator("summary", has_text="Measurements").click()
    field.fill("AREA")
    names = [name.lower() for name in panel.locator(".measurements tr:visible th").all_inner_texts()]
    assert names and all("area" in name for name in names)
    field.fill("no such thing")
    expect(panel.locator(".measurements")).to_contain_text("None is called so.")
    field.fill("mean")
    choose(bench, bench.locator(".vignette").nth(2))
    expect(field).to_have_value("mean")  # to be compared
    names = panel.locator(".measurements tr:visible th").all_inner_texts()
    assert names and all("mean" in name for name in names)


def test_the_panel_is_accessible(bench: Page) -> None:
    panel = choose(bench, bench.locator(".vignette").nth(3))
    panel.locator("summary", has_text="Measurements").click()
    bench.locator("#discussion").wait_for()
    result = Axe().run(bench, context="#detail", options=RULES).response["violations"]
    assert not result, json.dumps(result, indent=1)[:3000]
    bench.locator(".vignette").nth(3).click(button="right")
    bench.get_by_role("menuitem", name="Validate as it is").wait_for()
    result = Axe().run(bench, context="#menu", options=RULES).response["violations"]
    assert not result, json.dumps(result, indent=1)[:3000]
    expect(bench.get_by_role("group", name="Decide").get_by_role("menuitem")).to_have_count(3)


def test_a_shared_name_comes_back_where_a_label_changes(bench: Page) -> None:
    link = bench.locator("#panel").get_by_role("link", name=re.compile("Calanidae"))
    link.click()
    ready(bench)
    labels = bench.locator(".vignette .label")
    expect(labels.first).to_be_hidden()
    first = bench.locator(".vignette").first
    number = first.get_attribute("id")
    choose(bench, first)
    bench.keyboard.press("Alt+1")
    expect(bench.locator(f"#{number} .label")).to_have_text("Oithona")
    expect(bench.locator(f"#{number} .label")).to_be_visible()
    expect(labels.nth(1)).to_be_hidden()


def test_the_ground_goes_on_around_the_pictures(project, page: Page, site: Site) -> None:
    """Whatever the system's own is: these pictures are drawn on a light ground."""
    sign_in(page, site, "carla")  # for whom nothing is kept here yet
    page.emulate_media(color_scheme="dark")
    with page.expect_response(lambda answer: '"border":"light"' in (answer.request.post_data or "")):
        open_bench(page, site, project)
    gallery = page.locator("#gallery")
    expect(gallery).to_have_attribute("data-ground", "light")
    page.reload()
    assert gallery.get_attribute("data-ground") == "light"  # from the start


def test_a_taxon_that_is_looked_for_before_the_scripts_come_is_what_is_shown(bench: Page) -> None:
    let_go = hold(bench, "panel")
    bench.reload(wait_until="commit")
    bench.locator("#find-taxon").fill("oith")
    let_go()
    ready(bench)
    expect(bench.locator("#panel .tree li:visible")).to_have_text([re.compile("^\\s*Oithona")])
