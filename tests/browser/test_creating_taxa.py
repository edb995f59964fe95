"""Whoever misses a taxon creates it in the picker, by the keyboard alone, and the object in hand gets it."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, Site

TITLE = "New taxa"
OBJECTS = FEW
LABEL = """
import json
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
found = Object.objects.get(pk=%s)
taxon = found.taxon
print(json.dumps([taxon.display_name, taxon.parent.display_name, taxon.rank, found.state]))
"""

MERGE = """
from annotations.taxonomy.models import Taxon
into = Taxon.objects.get(display_name=%r)
Taxon.objects.filter(name="Novella browsera").update(status="D", replaced_by=into)
"""


@pytest.fixture
def person() -> str:
    """Who manages, and may create taxa."""
    return "alice"


def run_json(site: Site, script: str):
    return json.loads(site.shell(script))


def test_a_taxon_is_created_where_it_is_missed(bench: Page, site: Site) -> None:
    page = bench
    filtered = page.locator("#panel [data-taxon]").last
    parent = filtered.get_attribute("data-name")
    filtered.click()
    expect(page.locator("#panel [data-taxon][aria-current]")).to_be_attached()
    expect(page.locator("#bench[data-ready]")).to_be_attached()
    first = page.locator(".vignette").first
    first.click()
    object_id = first.get_attribute("data-id")

    page.keyboard.press("Insert")
    page.keyboard.type("Novella browsera")
    row = page.locator("#taxon-options li").last
    expect(row).to_have_text(f"Create “Novella browsera” under {parent} …")
    expect(row).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Create a taxon")
    expect(form.get_by_label("Name")).to_have_value("Novella browsera")
    expect(form.get_by_label("Below")).to_be_focused()
    expect(form.get_by_label("Below")).to_have_value(parent)
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Taxon for")).to_be_focused()
    page.keyboard.press("Enter")
    form.get_by_label("Rank").fill("species")
    page.keyboard.press("Enter")
    expect(page.locator("#picker")).not_to_be_visible()
    expect(page.locator(f'.vignette[data-id="{object_id}"] .label')).to_have_attribute(
        "title", "Novella browsera"
    )
    expect(page.locator(".vignette.saving")).to_have_count(0)
    assert run_json(site, LABEL % object_id) == ["Novella browsera", parent, "species", "V"]

    # what is spelt alike is offered before another one is made
    second = page.locator(".vignette").nth(1)
    second.click()
    other_id = second.get_attribute("data-id")
    page.keyboard.press("Insert")
    page.keyboard.type("novella BROWSERA")
    expect(page.locator("#taxon-options li").first).to_contain_text("Novella browsera")
    expect(page.locator("#taxon-options li").last).to_contain_text("Create “novella BROWSERA”")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#taxon-options li").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("stands under this parent already")
    expect(form.get_by_role("button", name="Take Novella browsera")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f'.vignette[data-id="{other_id}"] .label')).to_have_attribute(
        "title", "Novella browsera"
    )

    # merged since: who still has it among the recent ones gives what it became, and is told
    site.shell(MERGE % parent)
    third = page.locator(".vignette").nth(2)
    third.click()
    third_id = third.get_attribute("data-id")
    page.keyboard.press("Insert")
    expect(page.locator("#taxon-options li").first).to_contain_text("Novella browsera")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts [role=status]")).to_contain_text(
        f"Novella browsera was merged into {parent}"
    )
    expect(page.locator(f'.vignette[data-id="{third_id}"] .label')).to_have_attribute("title", parent)
    page.keyboard.press("Insert")
    expect(page.locator("#taxon-options li").first).to_contain_text(parent)
