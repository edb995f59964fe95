"""Pages that tests leave to one another: a new one compiles all scripts of the site anew, which is most of what a short
test takes.

A test meets nothing of what another did: cookies, what the browser stores, routes, other tabs, size and colours are
taken back. What can't be is refused here, and such a test has `@pytest.mark.own_browser`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from weakref import WeakKeyDictionary, WeakSet

from playwright.sync_api import Browser, CDPSession, Page
from playwright.sync_api import Error as BrowserError

from tests.browser.failure import begin_notes, keep_notes

DESK = {"width": 1280, "height": 800}
WAIT = 60_000  # milliseconds
LOOK: dict[str, Any] = {
    "color_scheme": "light",
    "reduced_motion": "no-preference",
    "forced_colors": "none",
    "contrast": "no-preference",
}
# Listeners, scripts before the page's own, headers, times, permissions; and a network that is off, when what one test
# has fetched and another hasn't makes a difference.
LASTING = [
    *("on", "once", "add_init_script", "expose_function", "expose_binding", "set_extra_http_headers"),
    *("set_default_timeout", "set_default_navigation_timeout"),
]
LASTING_OF_PAGE = [*LASTING, "add_locator_handler"]
LASTING_OF_CLOCK = ["install", "pause_at", "set_fixed_time", "set_system_time", "fast_forward", "run_for"]
LASTING_OF_CONTEXT = [*LASTING, "grant_permissions", "new_cdp_session", "set_offline"]
_idle: defaultdict[Browser, list[Page]] = defaultdict(list)
_devtools: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()
_spoilt: WeakSet[Page] = WeakSet()


def open_page(browser: Browser, url: str, **options: Any) -> Page:
    """A page of a browser of its own, on a site at the address."""
    context = browser.new_context(**{"viewport": DESK, "base_url": url, **options})
    context.set_default_timeout(WAIT)
    page = context.new_page()
    keep_notes(page)
    return page


@contextmanager
def kept_page(browser: Browser, url: str) -> Iterator[Page]:
    """One that another test has left, or the first. It is left to the next, unless the test fails on it."""
    page = _idle[browser].pop() if _idle[browser] else _open_for_many(browser, url)
    begin_notes(page)
    try:
        yield page
    except BaseException:
        keep_no_more(page)
        raise
    finally:
        _leave(page, url)


def keep_no_more(page: Page) -> None:
    """It may be anywhere: with a key held down, or in a dialog."""
    _spoilt.add(page)


def _open_for_many(browser: Browser, url: str) -> Page:
    page = open_page(browser, url)
    _devtools[page] = page.context.new_cdp_session(page)
    lasting = {page: LASTING_OF_PAGE, page.context: LASTING_OF_CONTEXT, page.clock: LASTING_OF_CLOCK}
    for owner, names in lasting.items():
        for name in names:
            setattr(owner, name, _refusal(name))
    return page


def _refusal(name: str) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError(f"{name} stays with a page: mark the test with @pytest.mark.own_browser")

    return refuse


def _leave(page: Page, url: str) -> None:
    browser = page.context.browser
    assert browser
    try:
        if page not in _spoilt:
            _clear(page, url)
            _idle[browser].append(page)
            return
    except BrowserError:
        pass  # a page that can't be cleared is closed like one of a failed test
    page.context.close()


def _clear(page: Page, url: str) -> None:
    """Leaves the document first: until it has gone it may write to what is cleared."""
    context, devtools = page.context, _devtools[page]
    for tab in context.pages:
        if tab != page:
            tab.close()
    page.goto("/healthz")  # of the same site: its process stays
    devtools.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "all"})  # cookies, too
    devtools.send("Page.resetNavigationHistory")
    page.unroute_all(behavior="ignoreErrors")
    context.unroute_all(behavior="ignoreErrors")
    if page.viewport_size != DESK:
        page.set_viewport_size(DESK)
    page.emulate_media(**LOOK)
