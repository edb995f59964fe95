"""A corrected table comes in again: looked at label by label, applied, and taken back as one."""

import zipfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

TITLE = "Updated by a table"
COLUMNS = "id,file,label,status,area\n"


def table(folder: Path, name: str, *lines: str) -> Path:
    """A package of a table with its pictures."""
    path = folder / name
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("objects.csv", COLUMNS + "\n".join(lines) + "\n")
        for number in range(2):
            picture = folder / f"{number}.png"
            Image.new("L", (40, 30), 90 * number).save(picture)
            package.write(picture, picture.name)
    return path


def test_an_update_is_looked_at_applied_and_taken_back(page: Page, site: Site, tmp_path: Path) -> None:
    first = table(tmp_path, "first.zip", "o1,0.png,Copepoda,predicted,7", "o2,1.png,Copepoda,predicted,8")
    site.command("import_package", str(first), "--project", TITLE, "--user", "root", "--create-taxa")
    number = site.shell(
        f"from annotations.projects.models import Project\nprint(Project.objects.get(title={TITLE!r}).pk)"
    )
    page.goto(f"{site.url}/projects/{number}/import/")
    corrected = table(
        tmp_path, "corrected.zip", "o1,0.png,Noctiluca,validated,9", "o2,1.png,Copepoda,predicted,8"
    )
    page.get_by_label("Package (.zip)").set_input_files(corrected)
    page.get_by_label("What is here already").select_option("update")
    page.get_by_label("An update takes its labels, too").check()
    page.get_by_label("Only check it").check()
    page.get_by_label("Create the taxa that the site does not know").check()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name="Look at what would change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Update from corrected.zip")
    expect(page.locator("main")).to_contain_text("1 changed in 1 column, 1 label, 1 the same.")
    page.get_by_role("link", name="Change", exact=True).click()
    row = page.get_by_role("row", name="o1")
    expect(row.locator("del")).to_have_text("Copepoda, predicted")
    expect(row.locator("ins")).to_have_text("Noctiluca, validated")
    page.get_by_role("link", name="All of the update").click()
    page.get_by_role("button", name="Apply these changes").click()
    page.get_by_role("link", name="See what changed, or take it back").click()
    page.get_by_role("button", name="Take all of it back").click()
    expect(page.locator("main")).to_contain_text("put back")
    page.goto(f"{site.url}/projects/{number}/?state=predicted")
    expect(page.locator("#gallery .vignette")).to_have_count(2)
