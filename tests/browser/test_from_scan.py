"""From a scan to a concentration, by clicks and keys alone: upload, recipe, objects, taxa, results."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, ready
from tests.scans.drawing import png
from tests.scans.drawn import DISCS, drawn

SECONDS = 60_000
LEAST_UM = 300  # of equivalent diameter: without it the smallest disc, of 254 µm, would be an object as well
METADATA = {
    "Sample": "tow_7",
    "Instrument": "flatbed",
    "Volume filtered, m³": "20",
    "Fraction scanned": "1/4",
}
CONCENTRATION = "0.8"  # four objects of a quarter of what was in 20 m³


@pytest.fixture
def person() -> str:
    return "alice"


@pytest.fixture
def scan(site: Site, tmp_path: Path) -> Path:
    site.shell("""
from annotations.taxonomy.actions import TaxonName, ensure_taxa
ensure_taxa([TaxonName("Copepoda")])
""")
    path = tmp_path / "tray.png"
    path.write_bytes(png(drawn(), dpi=(2400, 2400)))
    return path


def test_from_a_scan_to_its_concentrations(page: Page, scan: Path) -> None:
    bring_in(page, scan)
    find_objects(page)
    sort(page)
    page.locator("summary", has_text="Results").click()
    page.get_by_role("link", name="Tables", exact=True).click()
    row = page.get_by_role("row", name="tow_7 Copepoda")
    expect(row).to_contain_text("4")
    expect(row.get_by_role("cell", name=CONCENTRATION, exact=True)).to_be_visible()


def bring_in(page: Page, scan: Path) -> None:
    page.goto("/")
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Title").fill("Trays of a cruise")
    page.get_by_role("button", name="Create the project").click()
    page.get_by_role("main").get_by_role("link", name="Scans").click()
    page.get_by_label("Scans or frames (TIFF, PNG, JPEG), videos").set_input_files(scan)
    for label, text in METADATA.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("1 scan came in.")).to_be_visible(timeout=SECONDS)
    expect(page.get_by_role("table")).to_contain_text("are given in m³")
    page.get_by_role("link", name="See the scans").click()


def find_objects(page: Page) -> None:
    """By a recipe that is tried first, with the size of a pixel that the scan's header proposes."""
    page.get_by_role("button", name="Use 10.583 µm").click()
    expect(page.get_by_text("4.4 × 4.2 mm")).to_be_visible()
    page.get_by_role("link", name="Find objects").click()
    numbers: Locator = page.get_by_role("status").filter(has_text="of the crop")
    page.get_by_label("Background", exact=True).select_option(
        label="one grey for the whole scan, its most frequent"
    )
    expect(numbers).to_contain_text(f"{len(DISCS)} objects", timeout=SECONDS)
    page.get_by_label("Least equivalent diameter, µm").fill(str(LEAST_UM))
    page.keyboard.press("Enter")  # tries it, and saves nothing
    expect(numbers).to_contain_text(f"{len(DISCS) - 1} objects")
    expect(page.get_by_label("Save it as")).to_have_value("Recipe 1")
    page.get_by_role("button", name="Save, and find objects").click()
    page.get_by_role("button", name="Segment", exact=True).click()
    expect(page.get_by_text("4 new objects on 1 scan.")).to_be_visible(timeout=SECONDS)
    page.get_by_role("link", name="Sort the new objects").click()


def sort(page: Page) -> None:
    ready(page)
    expect(page.get_by_text("type the name of its taxon")).to_be_visible()
    vignettes = page.get_by_role("option", name="unclassified")
    expect(vignettes).to_have_count(len(DISCS) - 1)
    vignettes.first.click()
    vignettes.last.click(modifiers=["Shift"])
    page.keyboard.type("cope")
    expect(page.locator("#taxon-options li").first).to_contain_text("Copepoda")
    page.keyboard.press("Enter")
    expect(page.locator("[data-count=V]")).to_have_text(str(len(DISCS) - 1))
