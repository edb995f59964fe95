"""How fast are labels saved that somebody gives key by key, and does it matter how many wait?

    python -m benchmarks.keystrokes http://127.0.0.1:8000 --project 1 --user root --labels 1000 [--trait-values trait_1]

Run it by hand against a site that may be written to (`make demo`), with the password in SESTON_PASSWORD. With the
network cut the labels are given, then it comes back: what is printed is how many a second the server answers to, once
with ten waiting and once with all, and after how long the last vignette shows that it is saved.
"""

import argparse
import sys
import time
from collections.abc import Callable
from urllib.parse import urljoin

from playwright.sync_api import Page, Response, sync_playwright

from benchmarks.signing_in import sign_in, site_parser

FEW = 10
PATHS = ("**/annotations/", "**/trait-values/")
PATIENCE = 600_000  # milliseconds
SAVED = "() => document.querySelectorAll('.vignette.saving').length === 0"
SAVING = "count => document.querySelectorAll('.vignette.saving').length >= count"


def main() -> int:
    options = _options()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        sign_in(page, options.site, options.user)
        values = f"trait_values={options.trait_values}&" if options.trait_values else ""
        page.goto(urljoin(options.site, f"/projects/{options.project}/?{values}size={options.labels}"))
        page.locator("#bench[data-ready]").wait_for()
        for count in (FEW, options.labels):
            print(_measure(page, count, options.keys))
        browser.close()
    return 0


def _options() -> argparse.Namespace:
    parser = site_parser(__doc__, chromium="/usr/bin/chromium")
    parser.add_argument("--labels", type=int, default=1000)
    parser.add_argument("--trait-values", help="the trait whose values are given, in place of taxa")
    parser.add_argument("--keys", nargs="+", default=["-", "Enter"], help="pressed in turn")
    return parser.parse_args()


def _measure(page: Page, count: int, keys: list[str]) -> str:
    """Gives so many labels without a network, and reads the clock while they are saved."""
    for path in PATHS:
        page.route(path, lambda route: route.abort("internetdisconnected"))
    page.locator(".vignette").first.click()
    started = time.monotonic()
    for number in range(count):
        page.keyboard.press(keys[number % len(keys)])
    page.wait_for_function(SAVING, arg=count, timeout=PATIENCE)
    typing = time.monotonic() - started
    answers: list[float] = []
    page.on("response", _noting(answers))
    page.unroute_all(behavior="wait")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_function(SAVED, timeout=PATIENCE)
    saving = time.monotonic() - answers[0]
    answers = answers[:count]
    rate = (len(answers) - 1) / (answers[-1] - answers[0])
    return (
        f"{count:,} waiting: {rate:.1f} saved a second, all shown so after {saving:.1f} s "
        f"(given at {count / typing:.1f} keystrokes a second)"
    )


def _noting(answers: list[float]) -> Callable[[Response], None]:
    """Notes when the server answered to a label."""

    def note(response: Response) -> None:
        if response.request.method == "POST" and response.url.endswith(("/annotations/", "/trait-values/")):
            answers.append(time.monotonic())

    return note


if __name__ == "__main__":
    sys.exit(main())
