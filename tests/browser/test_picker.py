"""The picker is docked below the vignettes: one sees what one names, and of each taxon what tells it from its like."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, hold, ready, without_network

TITLE = "Picking"
OBJECTS = FEW
FURNISH = """
from annotations.accounts.models import User
from annotations.taxonomy.creating import create_taxon
from annotations.taxonomy.models import Synonym, Taxon
root, calanidae = User.objects.get(username="root"), Taxon.objects.get(display_name="Calanidae")
genus = create_taxon(user=root, name="Calanus", parent=calanidae, rank="Genus")
species = create_taxon(user=root, name="Calanus finmarchicus", parent=genus, rank="Species")
Synonym.objects.create(taxon=species, name="Cetochilus septentrionalis")
"""


@pytest.fixture
def person() -> str:
    """Who manages, and may create taxa."""
    return "alice"


def rows(bench: Page):
    return bench.locator("#taxon-options li")


def test_what_is_typed_before_the_picker_has_come_is_in_it_and_labels_nothing(bench: Page) -> None:
    """Letters, a digit and Enter are the picker's from the first one on: only its taxon is given, to the one object."""
    let_go = hold(bench, "picker")
    first, second = bench.locator(".vignette").nth(0), bench.locator(".vignette").nth(1)
    before = second.get_attribute("data-taxon")
    first.click()
    bench.keyboard.type("cal fin")
    bench.keyboard.press("Enter")
    picker = bench.locator("#picker")
    expect(picker).to_have_attribute("aria-busy", "true")
    expect(first.locator(".label")).not_to_have_attribute("title", "Calanus finmarchicus")
    let_go()
    expect(picker).to_be_hidden()
    expect(first.locator(".label")).to_have_attribute("title", "Calanus finmarchicus")
    expect(second).to_have_attribute("data-taxon", before)
    bench.keyboard.press("Control+z")
    expect(first.locator(".label")).not_to_have_attribute("title", "Calanus finmarchicus")


def test_the_vignette_in_hand_stays_in_sight(bench: Page) -> None:
    vignettes, picker = bench.locator(".vignette"), bench.locator("#picker")
    for vignette in (vignettes.nth(30), vignettes.last):
        vignette.click()
        bench.keyboard.press("Insert")
        expect(rows(bench)).to_have_count(10)
        box, frame = vignette.bounding_box(), bench.locator("#gallery").bounding_box()
        assert box["y"] >= frame["y"]
        assert box["y"] + box["height"] <= picker.bounding_box()["y"]
        scrim = "getComputedStyle(document.getElementById('picker'), '::backdrop').backgroundColor"
        assert bench.evaluate(scrim) == "rgba(0, 0, 0, 0)"
        bench.keyboard.press("Escape")
        expect(vignette).to_be_focused()


def test_a_row_says_what_tells_a_taxon_apart(bench: Page) -> None:
    bench.locator(".vignette").first.click()
    bench.keyboard.type("calanus")
    expect(rows(bench)).to_have_count(3)
    genus, species, create = rows(bench).all()
    expect(genus.locator("b")).to_have_css("font-style", "italic")
    expect(genus).to_contain_text("Calanidae")
    expect(species).to_contain_text("Calanidae")  # its genus is in its name
    expect(create).to_contain_text("Create “calanus”")
    bench.locator("#taxon-text").fill("Calanida")
    family = rows(bench).first
    expect(family.locator("b")).to_have_css("font-style", "normal")
    number = bench.locator("#panel [data-name=Calanidae] .number").inner_text()
    expect(family.locator("span")).to_have_text(number)
    bench.locator("#taxon-text").fill("cetochilsu")
    expect(rows(bench).first).to_contain_text("Calanus finmarchicus for Cetochilus septentrionalis")
    heights = rows(bench).evaluate_all("rows => rows.map((row) => row.offsetHeight)")
    assert max(heights) < 30
    violations = Axe().run(bench, context="#picker").response["violations"]
    assert violations == [], violations


def test_a_digit_is_shown_and_gives_its_taxon(bench: Page) -> None:
    first = bench.locator(".vignette").first
    first.click()
    bench.keyboard.type("noctil")
    expect(rows(bench).first).to_contain_text("Noctiluca")
    bench.keyboard.press("Enter")
    expect(first.locator(".label")).to_have_attribute("title", "Noctiluca")
    second = bench.locator(".vignette").nth(1)
    second.click()
    bench.keyboard.press("Insert")
    expect(rows(bench).first).to_contain_text("Noctiluca")
    expect(rows(bench)).to_have_count(10)
    digit = rows(bench).first.locator("kbd").inner_text()
    bench.keyboard.press(digit)
    expect(bench.locator("#picker")).to_be_hidden()
    expect(second.locator(".label")).to_have_attribute("title", "Noctiluca")
    expect(second).to_have_attribute("data-state", re.compile("validated"))


@pytest.mark.own_browser
def test_without_the_server_it_knows_the_taxa_of_the_panel(bench: Page) -> None:
    first = bench.locator(".vignette").first
    first.click()
    bench.keyboard.press("Insert")
    expect(rows(bench)).to_have_count(10)
    with without_network(bench):
        bench.keyboard.type("acan")
        expect(rows(bench).first).to_contain_text("Acantharea")
        expect(bench.locator("#taxon-none")).to_contain_text("cannot be reached")
        bench.keyboard.press("Enter")
        expect(first.locator(".label")).to_have_attribute("title", "Acantharea")
    bench.reload()
    ready(bench)
    expect(bench.locator(".vignette").first.locator(".label")).to_have_attribute("title", "Acantharea")


def test_a_field_of_a_form_lists_what_is_typed_and_sends_what_stands_in_it(bench: Page) -> None:
    bench.goto(f"{bench.url.split('?')[0]}taxa/presets/")
    field = bench.get_by_role("combobox", name="Taxon", exact=True)
    field.click()
    bench.keyboard.type("cal fin")
    option = bench.get_by_role("option")
    expect(option).to_have_text([re.compile(r"Calanus finmarchicus\s+Calanidae")])
    expect(option).to_have_attribute("aria-selected", "false")  # Enter would send the field as it is
    violations = Axe().run(bench, context="form:has([role=combobox])").response["violations"]
    assert violations == [], violations
    bench.keyboard.press("Escape")
    expect(option).to_be_hidden()
    bench.keyboard.press("ArrowDown")
    expect(option).to_be_visible()
    bench.keyboard.press("ArrowDown")
    bench.keyboard.press("Enter")
    expect(field).to_have_value("Calanus finmarchicus")
    expect(option).to_be_hidden()
    bench.keyboard.press("Enter")
    expect(bench.get_by_role("button", name="Remove Calanus finmarchicus")).to_be_visible()
