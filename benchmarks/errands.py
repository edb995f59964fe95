"""How many strokes, clicks and seconds does everyday work take?

    SESTON_PASSWORD=… python -m benchmarks.errands http://127.0.0.1:8000 --project 1 --user alice

Run it by hand against a site that may be written to (`make demo`). A browser does the work as fast as the page lets it:
what a person adds is looking. Printed is a table: vignettes sorted into ten taxa, drawn by chance as they come, by key
and by mouse, the volume of a sample corrected, which every table of results reads from then on, an object moved to
another project with its history, to one that is chosen (`--into`) and then to that again, and the taxon found that a
model names worst: it takes a model. Names that the site does not know have a measurement of
their own (`benchmarks/names.py`).
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.signing_in import sign_in, site_parser

TAXA = 10
LETTERS = 4  # that a taxon is looked for by, where no digit has it
SAVED = "() => document.querySelectorAll('.vignette.saving').length === 0"
VOLUME = "field:tot_vol"


@dataclass
class Hands:
    """What a person's hands would do on the page."""

    page: Page
    strokes: int = 0
    clicks: int = 0
    started: float = field(default_factory=time.perf_counter)

    def press(self, key: str) -> None:
        self.strokes += 1
        self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        for letter in text:
            self.press(letter)

    def click(self, target: Locator, button: Literal["left", "right"] = "left") -> None:
        self.clicks += 1
        target.click(button=button)

    def line(self, errand: str) -> str:
        seconds = time.perf_counter() - self.started
        return f"| {errand} | {self.strokes:,} | {self.clicks:,} | {seconds:.0f} |"


def main() -> int:
    options = _options()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        sign_in(page, options.site, options.user)
        print("| work | strokes | clicks | seconds |\n| --- | --- | --- | --- |", flush=True)
        bench = urljoin(options.site, f"/projects/{options.project}/")
        for way in (by_key, by_mouse):
            print(_sorted(page, bench, options.vignettes, way), flush=True)
        for which in ("to a project that is chosen", "to that again"):
            print(_moved(page, bench, options.into, which), flush=True)
        print(_corrected(page, bench), flush=True)
        print(_worst_found(page, options.site), flush=True)
        browser.close()
    return 0


def _options() -> argparse.Namespace:
    parser = site_parser(__doc__, chromium="/usr/bin/chromium-headless-shell")
    parser.add_argument("--vignettes", type=int, default=500)
    parser.add_argument(
        "--into", default="Elsewhere", help="a project of the same manager, an empty one (%(default)s)"
    )
    return parser.parse_args()


def _sorted(page: Page, bench: str, count: int, way: Callable[[Hands, Locator, str], None]) -> str:
    page.goto(f"{bench}?state=predicted&size={count}")
    page.locator("#bench[data-ready]").wait_for()
    names = page.locator("aside.taxa [data-taxon] .name").all_inner_texts()
    taxa = list(islice((name for name in dict.fromkeys(names) if name.isalpha()), TAXA))
    ids = page.locator(".vignette").evaluate_all("all => all.map(({ id }) => id)")[:count]
    drawn = random.Random(1).choices(taxa, k=len(ids))
    hands = Hands(page)
    for vignette, taxon in zip(ids, drawn, strict=True):
        way(hands, page.locator(f"#{vignette}"), taxon)
    page.wait_for_function(SAVED)
    return hands.line(f"{len(ids)} vignettes into {len(taxa)} taxa, {way.__name__.replace('_', ' ')}")


def by_key(hands: Hands, vignette: Locator, taxon: str) -> None:
    """A digit where the taxon has one; the focus goes on by itself."""
    if not hands.strokes:
        hands.click(vignette)
    slot = _slot(hands.page, taxon)
    if slot.count():
        hands.press(slot.get_attribute("data-give") or "")
    else:
        _look_for(hands, taxon)


def by_mouse(hands: Hands, vignette: Locator, taxon: str) -> None:
    hands.click(vignette)
    slot = _slot(hands.page, taxon)
    if slot.count():
        hands.click(slot)
    else:
        _look_for(hands, taxon)


def _slot(page: Page, taxon: str) -> Locator:
    return page.locator(f"#recent button[data-give][title^='Give {taxon} (key']")


def _look_for(hands: Hands, taxon: str) -> None:
    """By its first letters, until it is the first of the list."""
    hands.write(taxon[:LETTERS].lower())
    first = hands.page.locator(f"#taxon-options [aria-selected=true][data-name='{taxon}']")
    first.wait_for()
    hands.press("Enter")
    hands.page.locator("#picker").wait_for(state="hidden")


def _corrected(page: Page, bench: str) -> str:
    """The volume of the first sample: results are reckoned with it from then on."""
    page.goto(bench)
    page.locator("#bench[data-ready]").wait_for()
    hands = Hands(page)
    _go(hands, "samples")
    cell = page.locator(f"button.cell[data-column='{VOLUME}']").first
    volume = float(cell.get_attribute("data-value") or 0)
    hands.click(cell)
    hands.press("Control+a")
    hands.write(f"{volume + 1:g}")
    hands.press("Enter")
    page.locator(f"button.cell[data-column='{VOLUME}'][data-value='{volume + 1:g}']").first.wait_for()
    return hands.line("the volume of a sample corrected, from the bench")


def _moved(page: Page, bench: str, title: str, which: str) -> str:
    """The first object goes with everything on it, its history too; the project of the last move is proposed."""
    page.goto(bench)
    page.locator("#bench[data-ready]").wait_for()
    hands = Hands(page)
    hands.click(page.locator(".vignette").first, button="right")
    hands.click(page.get_by_role("menuitem", name="Move or copy…"))
    page.get_by_role("heading", name="Move or copy 1 object").wait_for()
    if not page.locator("#plan-title").count():
        hands.write(title[:LETTERS])
        hands.click(page.get_by_role("button", name="Look at what would happen"))
    page.locator("[name=expected]:focus").wait_for()
    hands.press("Enter")
    page.get_by_text("1 object moved to another project, with everything on it.").wait_for()
    return hands.line(f"an object moved with its history, {which}")


def _worst_found(page: Page, home: str) -> str:
    """From the home page to the sentence that names the taxa not to rely on a model for, the worst first."""
    page.goto(home)
    page.get_by_role("heading", name="Projects").wait_for()
    hands = Hands(page)
    _go(hands, "models")
    hands.click(page.locator("td:has([name=models]) + th a").first)
    page.locator(".verdict :is(.avoid, .check)").first.wait_for()
    return hands.line("a model's worst taxon, from the home page")


def _go(hands: Hands, name: str) -> None:
    """Where Ctrl + K leads by typing."""
    hands.press("Control+k")
    hands.page.locator("[role=combobox]:focus").wait_for()
    hands.write(name)
    hands.page.locator("[role=option][aria-selected=true]", has_text=name.capitalize()).first.wait_for()
    hands.press("Enter")
    hands.page.get_by_role("heading", name=name.capitalize(), level=1).wait_for()


if __name__ == "__main__":
    sys.exit(main())
