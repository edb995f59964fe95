"""Names that the site does not know are settled line by line, by the keyboard alone, and no page is loaded anew."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, hold
from tests.browser.test_accessible import RULES

NAMES = {
    "Kopepodd": 4,
    "Zzyx": 3,
    "Zzyy": 2,
    "Zzyz": 1,
}  # how many objects each has; the tree has Kopepoda and Fish
FURNISH = """
from annotations.projects.models import Project
from annotations.taxonomy.actions import TaxonName, ensure_taxa
ensure_taxa([TaxonName("Kopepoda"), TaxonName("Fish")])
print(Project.objects.get(title="Unknown names").pk)
"""


@pytest.fixture
def names_page(page: Page, site: Site, tmp_path: Path) -> Page:
    for name, count in NAMES.items():
        folder = tmp_path / "sorted" / name
        folder.mkdir(parents=True)
        for n in range(count):
            Image.new("L", (40 + n, 30), 40 * n).save(folder / f"{name}{n}.png")
    site.command(
        "import_package",
        str(tmp_path / "sorted"),
        "--format",
        "folders",
        "--project",
        "Unknown names",
        "--user",
        "root",
    )
    number = site.shell(FURNISH)
    page.goto(f"{site.url}/projects/{number}/names/")
    page.locator("#names[data-ready]").wait_for()
    page.evaluate("window.isSamePage = true")
    return page


def test_names_are_settled_by_keys_and_taken_back(names_page: Page):
    page = names_page
    left, done = page.locator("#left"), page.locator("#done")
    expect(left).to_have_text("4 of 4 names left, 10 objects wait")
    assert Axe().run(page, options=RULES).violations_count == 0

    expect(page.get_by_role("checkbox", name="Kopepodd")).to_be_focused()
    expect(page.get_by_role("radio", name="Kopepoda one letter differs")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Zzyx")).to_be_focused()
    expect(left).to_have_text("3 of 4 names left, 6 objects wait")
    expect(page.locator("tr", has_text="Kopepodd")).to_contain_text("is Kopepoda")

    page.keyboard.type("fish")  # nothing is like it: a letter looks for a taxon
    page.keyboard.press("Enter")
    expect(left).to_have_text("2 of 4 names left, 3 objects wait")
    expect(page.get_by_role("checkbox", name="Zzyy")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("checkbox", name="Zzyx")).to_be_focused()
    expect(done).to_contain_text("Zzyx waits again.")

    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(page.locator("#ticked")).to_have_text("3 ticked")
    page.get_by_role("button", name="Create all below …").press("Enter")
    page.get_by_role("combobox").type("kop")
    page.keyboard.press("Enter")
    expect(left).to_have_text("0 of 4 names left, 0 objects wait")
    expect(done).to_contain_text("3 names are settled")
    assert Axe().run(page, options=RULES).violations_count == 0
    page.keyboard.press("Control+z")
    expect(left).to_have_text("3 of 4 names left, 6 objects wait")
    assert page.evaluate("window.isSamePage"), "nothing was loaded anew"


MANY = """
from annotations.projects.models import Project
from annotations.taxon_matching.actions import note_pending
from annotations.taxonomy.actions import TaxonName
note_pending(project=Project.objects.get(title="Unknown names"), names=[TaxonName(f"Qq{n}") for n in range(160)])
"""


def test_further_names_come_to_who_works_by_keys(names_page: Page, site: Site):
    """A page of 50 is longer than the screen, and nobody scrolls to its end."""
    page, waiting = names_page, names_page.locator("tr[data-state=waiting] .tick")
    site.shell(MANY)
    page.reload()
    page.locator("#names[data-ready]").wait_for()
    expect(waiting).to_have_count(50)
    waiting.last.focus()
    page.keyboard.press("Delete")
    expect(waiting.nth(49)).to_be_focused()
    expect(waiting).to_have_count(99)
    page.get_by_role("button", name="Skip").last.press("Enter")
    expect(waiting.nth(98)).to_be_focused()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Refuse all").press("Enter")
    expect(waiting.first).to_be_focused()


def test_names_that_are_ticked_before_the_script_comes_are_ticked(names_page: Page, site: Site):
    page = names_page
    site.shell(MANY.replace("Qq", "Rr").replace("160", "3"))  # what others settle here is gone
    let_go = hold(page, "names")
    page.reload(wait_until="commit")
    page.get_by_role("checkbox", name="Rr1").check()
    let_go()
    expect(page.locator("#ticked")).to_have_text("1 ticked")
    expect(page.get_by_role("button", name="Refuse all")).to_be_enabled()
    expect(page.get_by_role("checkbox", name="Rr1")).to_be_focused()
    let_go = hold(page, "names")
    page.reload(wait_until="commit")
    page.get_by_role("checkbox", name="Tick all").check()
    let_go()
    expect(page.locator("#ticked")).to_have_text(f"{page.locator('tr[data-state=waiting]').count()} ticked")
