"""What one test does to a page, the next that gets it doesn't meet."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site
from tests.browser.keeping import DESK, kept_page

STORE = """async () => {
    localStorage.setItem("tone", "dark");
    sessionStorage.setItem("place", "12");
    window.name = "mine";
    document.cookie = "seen=yes; path=/";
    await caches.open("pictures");
    await new Promise((resolve) => { indexedDB.open("outbox").onsuccess = resolve; });
}"""
STORED = """async () => [
    localStorage.getItem("tone"), sessionStorage.getItem("place"), window.name, document.cookie, await caches.keys(),
    (await indexedDB.databases()).length, history.length,
]"""
LOOK = """() => [
    matchMedia("(prefers-color-scheme: dark)").matches, matchMedia("(prefers-reduced-motion)").matches,
    matchMedia("print").matches, matchMedia("(forced-colors: active)").matches,
    matchMedia("(prefers-contrast: more)").matches, innerWidth, innerHeight,
]"""
ROUTED = "() => fetch('/healthz').then((answer) => answer.text())"


def use(page: Page) -> None:
    """Whatever a test may do to a page."""
    page.goto("/accounts/sign-in/")
    page.goto("/accounts/sign-in/?next=/jobs/")
    page.evaluate(STORE)
    page.context.new_page().goto("/healthz")
    for where in (page, page.context):
        where.route("**/healthz", lambda route: route.fulfill(body="routed"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(
        color_scheme="dark", reduced_motion="reduce", media="print", forced_colors="active", contrast="more"
    )
    page.mouse.move(100, 100)


def test_nothing_is_left_to_the_next(browser: Browser, site: Site) -> None:
    with kept_page(browser, site.url) as first:
        use(first)
    with kept_page(browser, site.url) as second:
        assert second is first
        assert second.context.pages == [second]
        second.goto("/accounts/sign-in/")
        assert second.evaluate(LOOK) == [False] * 5 + [DESK["width"], DESK["height"]]
        assert second.evaluate(ROUTED) != "routed"
        *storage, cookies, pictures, databases, entries = second.evaluate(STORED)
        assert (*storage, pictures, databases) == (None, None, "", [], 0)
        assert "seen" not in cookies
        assert entries <= 2
        assert second.locator("body:hover").count() == 0


def test_what_stays_with_a_page_is_refused(browser: Browser, site: Site) -> None:
    with kept_page(browser, site.url) as page:
        for lasting in (
            lambda: page.add_init_script("window.mine = true"),
            lambda: page.on("dialog", lambda dialog: dialog.accept()),
            lambda: page.context.add_init_script("window.mine = true"),
            lambda: page.context.set_offline(True),
            lambda: page.context.grant_permissions(["clipboard-read"]),
            lambda: page.clock.install(),
            lambda: page.clock.set_fixed_time(0),  # installs it, too
            lambda: page.set_extra_http_headers({"X-Mine": "yes"}),
            lambda: page.set_default_timeout(1),
        ):
            with pytest.raises(AssertionError, match="own_browser"):
                lasting()


def test_a_page_that_a_test_failed_on_is_closed(browser: Browser, site: Site) -> None:
    with pytest.raises(ZeroDivisionError), kept_page(browser, site.url) as failed:
        failed.goto("/accounts/sign-in/")
        _ = 1 / 0
    assert failed.is_closed()
    with kept_page(browser, site.url) as page:
        assert page is not failed
