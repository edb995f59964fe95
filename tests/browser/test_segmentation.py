"""A recipe is tried on a crop, saved and run, and its objects are on the bench."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, ready

TITLE = "A drawn tray"
FURNISH = """
from annotations.accounts.models import User
from annotations.projects.actions import create_project
from tests.scans.drawn import make_scan
project = create_project(title="A drawn tray", owner=User.objects.get(username="alice"))
print(project.pk, make_scan(project).pk)
"""


@pytest.fixture
def person() -> str:
    return "alice"


def test_from_a_crop_to_objects(page: Page, site: Site) -> None:
    project, scan = site.shell(FURNISH).split()
    page.goto(f"{site.url}/projects/{project}/scans/{scan}/segment/?threshold=fixed&level=50&background=none")
    numbers = page.get_by_role("status").filter(has_text="of the crop")
    expect(numbers).to_contain_text("5 objects", timeout=60_000)
    page.get_by_label("Contrast of an organism").fill("200")
    expect(numbers).to_contain_text("0 objects")
    page.go_back()
    expect(numbers).to_contain_text("5 objects")
    expect(page.get_by_label("Contrast of an organism")).to_have_value("50")
    page.get_by_label("Side, pixels").select_option("256")
    place = page.get_by_role("button", name="Where")
    place.press("ArrowRight")
    expect(page).to_have_url(re.compile("x=64&"))
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Without outlines")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Save it as").fill("Discs")
    page.get_by_role("button", name="Save the recipe").click()
    page.get_by_role("link", name="Segment scans").click()
    page.get_by_role("button", name="Segment", exact=True).click()
    expect(page.get_by_text("5 new objects on 1 scan.")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="See what was found on each scan").click()
    page.get_by_role("link", name="tray.png", exact=True).click()
    page.get_by_role("link", name="Sort them on the bench").click()
    ready(page)
    expect(page.get_by_role("option", name="unclassified")).to_have_count(5)


OUTLINED = """
from annotations.accounts.models import User
from annotations.projects.actions import create_project
from tests.scans.drawn import DISCS
from tests.scans.outlined import OTHER_DISCS, outlined_scan
project = create_project(title="Two outlined trays", owner=User.objects.get(username="alice"))
outlined_scan(project, DISCS, "tray.png"), outlined_scan(project, OTHER_DISCS, "other.png")
print(project.pk)
"""
SMALL = {"Patches a step": "2", "Steps an epoch": "2", "Levels": "2", "Channels of the finest level": "4"}


def test_a_segmenter_is_trained_looked_at_and_put_away(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/projects/{site.shell(OUTLINED).strip()}/segmenters/")
    page.get_by_role("link", name="Train a segmenter").click()
    page.get_by_label("tray.png").check()
    page.get_by_label("Measure it on").select_option("other.png")
    page.get_by_label("Epochs", exact=True).fill("1")
    page.get_by_label("Patch, pixels a side").fill("32")
    page.get_by_text("More settings").click()
    for name, value in SMALL.items():
        page.get_by_label(name).fill(value)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("img", name="Part of other.png")).not_to_have_count(
        0
    )  # the page came anew by itself
    expect(page.get_by_role("table", name="Organism by organism")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Of two trays")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Of two trays")).to_be_visible()
    page.get_by_role("button", name="Archive it").click()
    page.get_by_role("link", name="All segmenters").click()
    page.goto(f"{page.url}?archived=1")
    expect(page.get_by_role("row", name="Of two trays")).to_contain_text("U-Net")
