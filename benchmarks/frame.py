"""How the frame around the vignettes holds, in a browser: when the first vignettes are seen, whether a page moves after
it is shown, and how many frames come while somebody scrolls through thousands.

    python -m benchmarks.frame http://127.0.0.1:8000 --project 1 --user alice --scroll 20000

Run it by hand against a running site, with the password in SESTON_PASSWORD; `manage.py grow_project` makes a large
project. Printed are, in a window of 1280 × 800: the time from a click on the project's name until all pictures of the
screen are decoded, first with an empty cache and then with pictures cached; of each page in the project's menus by how
much it shifts by itself (https://web.dev/articles/cls); 200 pictures over one connection; and the frames of a scroll,
with the work of the browser's main thread, which says more than the clock on a busy machine.
"""

import argparse
import http.client
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.signing_in import sign_in, site_parser

PATIENCE = 600_000  # milliseconds
SETTLED = 1500  # milliseconds after which nothing comes by itself
WHEEL = 400  # CSS pixels a turn
PICTURES = 200
# Whether each picture that is on the screen has come and can be painted.
ON_SCREEN = """() => {
    const images = [...document.querySelectorAll("#gallery img")].filter((image) => {
        const { top, bottom } = image.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
    });
    return images.length > 0 && images.every((image) => image.complete && image.naturalWidth > 0);
}"""
SHIFTS = """() => new Promise((done) => {
    const sources = ({ sources }) => sources.map(({ node }) => node?.id || node?.className || node?.nodeName);
    new PerformanceObserver((list) => done(
        list.getEntries().filter((entry) => !entry.hadRecentInput).map((entry) => [entry.value, sources(entry)]),
    )).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done([]), 200);
})"""
FRAMES = """() => {
    window.frames_ = [];
    const next = (now) => { window.frames_.push(now); requestAnimationFrame(next); };
    requestAnimationFrame(next);
}"""
LOADED = """() => [...document.querySelectorAll("#gallery .page")]
    .reduce((sum, page) => sum + (page.ids?.length ?? page.querySelectorAll(".vignette").length), 0)"""


def main() -> int:
    options = _options()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE)
        sign_in(page, options.site, options.user)
        bench = urljoin(options.site, f"/projects/{options.project}/")
        for name in ("cache empty", "pictures cached"):
            print(
                f"first vignettes, {name}: {_first_vignettes(page, options.site, bench):,.0f} ms", flush=True
            )
        print(f"{PICTURES} pictures over one connection: {_one_connection(page, bench):,.0f} ms", flush=True)
        for path in _menus(page) if not options.scroll_only else ():
            _print_shifts(page, path)
        if options.scroll:
            _print_scroll(page, bench, options.scroll)
        browser.close()
    return 0


def _options() -> argparse.Namespace:
    parser = site_parser(__doc__, chromium="/usr/bin/chromium-headless-shell")
    parser.add_argument("--scroll", type=int, default=0, help="through so many vignettes")
    parser.add_argument("--scroll-only", action="store_true", help="no walk through the menus")
    return parser.parse_args()


def _first_vignettes(page: Page, site: str, bench: str) -> float:
    """Milliseconds from the click on the home page, by the browser's own clock."""
    page.goto(site)
    page.wait_for_load_state("networkidle")
    clicked = page.evaluate("() => performance.timeOrigin + performance.now()")
    page.locator(f"a[href='{urlsplit(bench).path}']").first.click()
    page.wait_for_function(ON_SCREEN)
    return page.evaluate("() => performance.timeOrigin + performance.now()") - clicked


def _one_connection(page: Page, bench: str) -> float:
    """Milliseconds, the median of five times."""
    page.goto(bench)
    addresses = page.evaluate("() => [...document.querySelectorAll('#gallery img')].map(({ src }) => src)")
    site = urlsplit(bench)
    connection = http.client.HTTPConnection(site.hostname or "", site.port)
    return statistics.median(_fetch_all(connection, addresses[:PICTURES]) for _ in range(5))


def _fetch_all(connection: http.client.HTTPConnection, addresses: list[str]) -> float:
    started = time.perf_counter()
    for address in addresses:
        parts = urlsplit(address)
        connection.request("GET", f"{parts.path}?{parts.query}")
        assert connection.getresponse().read()
    return 1000 * (time.perf_counter() - started)


def _menus(page: Page) -> list[str]:
    """Where the project's bar leads."""
    links = page.locator("header.top .work a").evaluate_all("links => links.map(({ href }) => href)")
    return list(dict.fromkeys(links))


def _print_shifts(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_timeout(SETTLED)
    shifts = page.evaluate(SHIFTS)
    total = sum(value for value, _ in shifts)
    moved = ", ".join(dict.fromkeys(str(name) for _, names in shifts for name in names))
    print(f"shifts by {total:.4f}: {urlsplit(path).path} {moved}", flush=True)


def _print_scroll(page: Page, bench: str, most: int) -> None:
    page.goto(bench)
    page.locator("#bench[data-ready]").wait_for()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.mouse.move(640, 400)
    page.evaluate(FRAMES)
    before, started = _work(devtools), time.perf_counter()
    for _ in _turns(page, most):
        pass
    seconds = time.perf_counter() - started
    after, times = _work(devtools), page.evaluate("() => window.frames_")
    spans = [later - earlier for earlier, later in pairwise(times)]
    print(
        f"scrolled through {page.evaluate(LOADED):,} vignettes in {seconds:.0f} s: "
        f"{len(spans) / seconds:.1f} frames a second, "
        f"{sum(span < 17.5 for span in spans) / len(spans):.1%} of frames within 17.5 ms, "
        f"{sum(span > 50 for span in spans)} over 50 ms, the longest {max(spans):.0f} ms"
    )
    for name, value in after.items():
        print(f"  {name}: {1000 * (value - before[name]) / len(spans):.2f} ms a frame")
    print(f"  vignettes in the document: {page.locator('.vignette').count():,}")


def _turns(page: Page, most: int) -> Iterator[None]:
    """Of the wheel, until so many have been loaded or nothing follows."""
    while page.evaluate(LOADED) < most and page.locator("#gallery .more").count():
        for _ in range(20):
            page.mouse.wheel(0, WHEEL)
            yield


def _work(devtools: CDPSession) -> dict[str, float]:
    """Seconds of a core that the main thread has had since the page began."""
    names = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
    metrics = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    return {name: metrics[name] for name in names}


if __name__ == "__main__":
    sys.exit(main())
