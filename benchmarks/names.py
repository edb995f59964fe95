"""How long do 150 names that the site does not know take, key by key?

    python -m benchmarks.names write names.zip --names 150
    manage.py import_package names.zip --format folders --project "Unknown names" --user root
    SESTON_PASSWORD=… python -m benchmarks.names settle http://127.0.0.1:8000 --project 2 --user root

Run it by hand against a site that may be written to (`make demo`, whose taxa the names are like). The package holds
folders called by names: written otherwise, with a letter wrong, species that are missing, and names that are like
nothing. A proposal is accepted by Enter; where there is none a taxon is looked for by four letters. Nobody thinks in
between: what a person adds is looking. Printed are the strokes, the seconds, and the longest that a line took.
"""

import argparse
import os
import tempfile
import time
import zipfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from annotations.demo.package import write_package

SEARCHED = "crus"  # of Crustacea, which the drawn plankton has
LEFT = "document.querySelector('#left strong').textContent.replaceAll(',', '')"


def names_like(taxa: list[str], count: int) -> list[str]:
    """As many names, of five kinds in turn, none of them that of a taxon."""
    created: dict[str, None] = {}
    number = 0
    while len(created) < count:
        taxon = taxa[number % len(taxa)].split("<")[0]
        kinds = [
            f"{taxon}_sp{number}",
            taxon[:-2] + taxon[-1],
            f"{taxon} sp.",
            f"{taxon} nova{number}",
            f"zzyx {number}x",
        ]
        created[kinds[number // len(taxa) % 5]] = None
        number += 1
    return list(created)


def write(path: Path, count: int) -> None:
    """A folder of some drawn pictures for each name."""
    with tempfile.TemporaryDirectory() as folder:
        summary = write_package(Path(folder) / "drawn.zip", count * 4, samples=4)
        with zipfile.ZipFile(Path(folder) / "drawn.zip") as drawn, zipfile.ZipFile(path, "w") as out:
            pictures = [name for name in drawn.namelist() if name.endswith(".png")]
            for n, name in enumerate(names_like(sorted(summary.taxa), count)):
                for picture in pictures[n * 4 : n * 4 + 1 + n % 4]:
                    out.writestr(f"{name}/{Path(picture).name}", drawn.read(picture))


def settle(page: Page) -> None:
    """Goes through the whole table, line by line."""
    page.locator("#names[data-ready]").wait_for()
    left, strokes, slowest, began = int(page.evaluate(LEFT)), 0, 0.0, time.perf_counter()
    total = left
    while left:  # further lines come as the last of these is settled
        start = time.perf_counter()
        strokes += _settle_line(page)
        left -= 1
        page.wait_for_function(f"{LEFT} === '{left}'")
        slowest = max(slowest, time.perf_counter() - start)
    seconds = time.perf_counter() - began
    print(f"{total} names: {strokes} strokes, {seconds:.1f} s, the slowest {slowest * 1000:.0f} ms")


def _settle_line(page: Page) -> int:
    """How many strokes the line took that has the focus."""
    line = page.locator("tr:has(.tick:focus)")
    line.wait_for()
    if line.locator("[name=choice]:checked").count():
        page.keyboard.press("Enter")
        return 1
    page.keyboard.press(SEARCHED[0])
    page.keyboard.type(SEARCHED[1:])
    page.keyboard.press("Enter")
    return len(SEARCHED) + 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = parser.add_subparsers(dest="part", required=True)
    writing, settling = parts.add_parser("write"), parts.add_parser("settle")
    writing.add_argument("path", type=Path)
    writing.add_argument("--names", type=int, default=150)
    settling.add_argument("site")
    settling.add_argument("--project", type=int, required=True)
    settling.add_argument("--user", default="root")
    options = parser.parse_args()
    if options.part == "write":
        return write(options.path, options.names)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{options.site}/accounts/sign-in/?next=/projects/{options.project}/names/")
        page.get_by_label("User name").fill(options.user)
        page.get_by_label("Password").fill(os.environ["SESTON_PASSWORD"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/names/")
        settle(page)
        browser.close()


if __name__ == "__main__":
    main()
