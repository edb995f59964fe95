"""Two browsers, two tabs each, label while the network is cut and brought back at random: is all of it in the log once?

    python -m benchmarks.two_tabs http://127.0.0.1:8000 --project 1 --user root --minutes 5

Run it by hand against a site that may be written to (`make demo`), with the password in SESTON_PASSWORD. Each tab
labels objects of its own, and others that its browser's second tab labels too, and notes what its page showed as given.
Now and then a browser's network is cut, for labels or altogether, answers get lost after the server has written, a tab
is loaded again, or closed as by a crash and opened anew; and with `--restart COMMAND` (`kill -9` of a web server that
is started again by itself) the server goes away, too. At the end the network comes back, and the log of every object
is read: the labels of this run must be in it, in order, each once, and nobody was told of somebody faster.
"""

import argparse
import random
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext, Error, Page, Route, sync_playwright

from benchmarks.signing_in import sign_in, site_parser

STATES = {"-": "dubious", "Enter": "validated"}
PATIENCE = 120  # seconds until all must be saved once the network is back, or a page be there
OBJECTS = 60  # that are labelled
EVENTS = ["cut", "offline", "back", "back", "back", "lost answers", "reload", "crash"]
WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })"
NEVER = (
    "() => document.querySelectorAll('.vignette.saving, .vignette.unsaved').length === 0"
    " && document.getElementById('unsaved').hidden"
)


@dataclass
class Tab:
    page: Page
    places: list[int]  # of the vignettes that it labels


@dataclass
class Run:
    """What happened, to be compared with the log."""

    chance: random.Random
    restart: str  # the command that does it to the server, if there is one
    displayed: dict[int, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )  # object → states, in order
    events: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def main() -> int:
    options = _options()
    run = Run(random.Random(options.seed), options.restart)
    with sync_playwright() as playwright:
        browsers = [
            playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
            for _ in range(2)
        ]
        contexts = [_signed_in(browser.new_context(), options) for browser in browsers]
        address = urljoin(options.site, f"/projects/{options.project}/?state=predicted&size=200")
        tabs = {
            context: [_open(context, address, n, k) for k in range(2)] for n, context in enumerate(contexts)
        }
        objects = [int(v) for v in tabs[contexts[0]][0].page.eval_on_selector_all(".vignette", NUMBERS)]
        before = {pk: _log(contexts[0], options.site, pk) for pk in objects}
        _work(run, tabs, address, time.monotonic() + 60 * options.minutes)
        for context in contexts:
            _network(context, None)
        _wait_until_saved(tabs)
        wrong = _compare(run, contexts[0], options.site, before) + _conflict_notices(tabs)
    print(
        f"{sum(map(len, run.displayed.values()))} labels on {len(run.displayed)} objects; {dict(run.events)}"
    )
    print("\n".join(wrong) or "Every label that a page showed as given is in the log once.")
    return len(wrong)


NUMBERS = "vignettes => vignettes.map(v => v.dataset.id)"


def _options() -> argparse.Namespace:
    parser = site_parser(__doc__, chromium="/usr/bin/chromium")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--restart", default="", help="a command that ends the server, which comes again by itself"
    )
    parser.add_argument("--no-locks", action="store_true", help="without Web Locks, as on plain http")
    return parser.parse_args()


def _signed_in(context: BrowserContext, options: argparse.Namespace) -> BrowserContext:
    if options.no_locks:
        context.add_init_script(WITHOUT_LOCKS)
    page = context.new_page()
    sign_in(page, options.site, options.user)
    page.close()
    return context


def _open(context: BrowserContext, address: str, browser: int, tab: int) -> Tab:
    """Of a browser's vignettes a third is each tab's own, and a third both label. Those of the two browsers are others:
    two browsers at one object would be a conflict, as it should.
    """
    both = 3 * browser + 2
    places = [*range(3 * browser + tab, OBJECTS, 6), *range(both, OBJECTS, 6)]
    return Tab(_bench(context, address), places)


def _bench(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    _load(page, address)
    return page


def _load(page: Page, address: str) -> None:
    """Loads the bench; the server may be away for a while."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            page.goto(address)
            return page.locator("#bench[data-ready]").wait_for()
        except Error:
            if time.monotonic() > until:
                raise
            page.wait_for_timeout(1000)


def _work(run: Run, tabs: dict[BrowserContext, list[Tab]], address: str, until: float) -> None:
    numbers = {}
    for context, pair in tabs.items():
        ids = pair[0].page.eval_on_selector_all(".vignette", NUMBERS)
        numbers[context] = [[int(ids[place]) for place in tab.places] for tab in pair]
    # no filter from here on: what is labelled must stay on the page when it is loaded again
    everything = f"{address.split('?', 1)[0]}?size=500"
    for pair in tabs.values():
        for tab in pair:
            _load(tab.page, everything)
    while time.monotonic() < until:
        context = run.chance.choice(list(tabs))
        n = run.chance.randrange(2)
        if run.chance.random() < 0.15:
            _upset(run, context, tabs[context][n], everything)
        else:
            _label(run, tabs[context][n].page, run.chance.choice(numbers[context][n]))


def _label(run: Run, page: Page, object_id: int) -> None:
    key = run.chance.choice(list(STATES))
    vignette = page.locator(f"#o{object_id}")
    vignette.click()
    if vignette.get_attribute("data-state") == STATES[key]:
        return  # one could not see whether it was given again
    page.keyboard.press(key)
    page.wait_for_function(
        "([id, state]) => document.getElementById(`o${id}`).dataset.state === state",
        arg=[object_id, STATES[key]],
    )
    run.displayed[object_id].append(STATES[key])


def _upset(run: Run, context: BrowserContext, tab: Tab, address: str) -> None:
    event = run.chance.choice([*EVENTS, "restart"] if run.restart else EVENTS)
    run.events[event] += 1
    if event == "restart":
        subprocess.run(run.restart, shell=True, check=True)
    elif event in ("reload", "crash"):
        context.set_offline(False)  # a page can't be loaded without a network
        if event == "crash":
            tab.page.close()  # without being asked: it can write nothing down any more
            tab.page = _bench(context, address)
        else:
            _load(tab.page, address)
    else:
        _network(context, None if event == "back" else event)


def _network(context: BrowserContext, trouble: str | None) -> None:
    """A cut lets pages be loaded, so that a tab may be loaded again while its labels can't go out."""
    context.unroute_all(behavior="ignoreErrors")
    context.set_offline(trouble == "offline")
    if trouble == "cut":
        context.route("**/annotations/", lambda route: route.abort("internetdisconnected"))
    if trouble == "lost answers":
        context.route("**/annotations/", _lose)


def _lose(route: Route) -> None:
    """The server writes, and nobody hears of it."""
    try:
        route.fetch()
        route.abort("connectionreset")
    except Error:
        return  # the tab is gone


def _wait_until_saved(tabs: dict[BrowserContext, list[Tab]]) -> None:
    for pair in tabs.values():
        for tab in pair:
            tab.page.wait_for_function(NEVER, timeout=1000 * PATIENCE)


def _log(context: BrowserContext, site: str, object_id: int) -> list[str]:
    history = context.request.get(urljoin(site, f"/api/v1/objects/{object_id}/history/")).json()
    return [entry["to"]["state"] for entry in reversed(history) if entry["kind"] == "label"]


def _conflict_notices(tabs: dict[BrowserContext, list[Tab]]) -> list[str]:
    pages = [tab.page for pair in tabs.values() for tab in pair]
    return [
        "A page says that somebody was faster." for page in pages if page.locator("#conflicts").is_visible()
    ]


def _compare(run: Run, context: BrowserContext, site: str, before: dict[int, list[str]]) -> list[str]:
    wrong = []
    for object_id, labels in run.displayed.items():
        log = _log(context, site, object_id)[len(before[object_id]) :]
        if log != labels:
            wrong.append(f"Object {object_id}: pages showed {labels}, the log has {log}")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
