"""A scan is looked at: its objects are outlined and listed, and one that is clicked leads to the bench."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, ready
from tests.browser.test_accessible import faults_by_look

FURNISH = """
from pathlib import Path
from annotations.accounts.models import User
from annotations.projects.actions import create_project
from annotations.scans.actions import start_scan_import
from annotations.scans.segmentation.recipes import save_recipe
from tests.scans.drawing import png
from tests.scans.drawn import drawn
alice = User.objects.get(username="alice")
project = create_project(title="A tray to look at", owner=alice)
path = Path("{path}")
path.write_bytes(png(drawn()))
plain = dict(background="none", threshold="fixed", level=50.0, least_area_px=20)
save_recipe(project=project, user=alice, name="Discs", settings=plain)
job = start_scan_import(project=project, user=alice, path=path, name=path.name, metadata=dict(pixel_um="10"))
print(project.pk, job.pk)
"""


@pytest.fixture
def person() -> str:
    return "alice"


def test_from_the_scan_to_an_object_on_the_bench(page: Page, site: Site, tmp_path: Path) -> None:
    project, job = site.shell(FURNISH.format(path=tmp_path / "tray.png")).split()
    page.goto(f"{site.url}/jobs/{job}/")
    expect(page.get_by_text("1 scan came in.")).to_be_visible()
    page.goto(f"{site.url}/projects/{project}/segmentations/")
    page.get_by_role("button", name="Segment", exact=True).click()
    expect(page.get_by_text("5 new objects on 1 scan.")).to_be_visible()
    page.goto(f"{site.url}/projects/{project}/scans/")
    page.get_by_role("link", name="tray.png", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="5 objects.")).to_be_visible()
    links = page.get_by_role("list", name="Objects in view").get_by_role("link")
    expect(links).to_have_count(5)
    assert faults_by_look(page) == []
    page.get_by_role("button", name="All of it").click()
    links.nth(2).focus()
    expect(links.nth(2)).to_have_class("is-selected")
    page.keyboard.press("Enter")
    ready(page)
    expect(page.get_by_role("option", name="unclassified")).to_have_count(1)
