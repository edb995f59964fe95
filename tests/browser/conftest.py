"""A whole site, as `make demo` runs it, and a real browser in front of it."""

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from annotations.demo.package import write_package
from tests.browser.failure import errors_of, state_of
from tests.browser.keeping import WAIT, keep_no_more, kept_page, open_page
from tests.browser.site import PASSWORD, Site, running_site

# A test waits for what is to come however busy the machine is: nothing here says how fast anything is.
expect.set_options(timeout=WAIT)
# Whether the picture that is looked at closely has come, and lies as large as its stage has room for.
FITTED = """() => {
    const stage = document.querySelector("#detail-view .stage"), image = stage.querySelector("img");
    const { naturalWidth: width, naturalHeight: height } = image;
    const fitting = Math.min(8, (stage.clientWidth * 0.94) / width, (stage.clientHeight * 0.9) / height);
    return image.complete && Math.abs(image.getBoundingClientRect().width - fitting * width) < 0.5;
}"""
MANY, FEW = 160, 80  # objects of a package: each is a request and a picture wherever a bench opens
SEEDS = {MANY: 5, FEW: 10}  # some of every state
PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page lives for seconds: what is optimised meanwhile hardly runs, and axe, which is new in each document, took a
    # quarter more of the processor
    "--js-flags=--no-turbofan --no-maglev --always-sparkplug",
]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "own_browser: the test does what stays with a page that is kept")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two modules with a project of one title would meet in one site, by the order in which they happen to run."""
    modules: dict[str, str] = {}
    for item in items:
        module = getattr(item, "module", None)
        title = getattr(module, "TITLE", None)
        name = getattr(module, "__name__", "")
        if title is None or not name.startswith(f"{__package__}."):
            continue
        other = modules.setdefault(title, name)
        if other != name:
            raise pytest.UsageError(f"{name} and {other} both call their project {title!r}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test tells what its page looked like, and leaves none of its pages to another."""
    report = yield
    arguments = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed:
        for page in arguments.values():
            if isinstance(page, Page):
                keep_no_more(page)
        if page := arguments.get("page"):
            report.sections.append(("Page at the failure", state_of(page)))
    return report


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        names = ("chromium-headless-shell", "chromium", "chromium-browser")  # the first needs half the time
        path = next(filter(None, map(shutil.which, names)), None)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def person() -> str:
    """Who has signed in on the page: the administrator, unless a module or a test says whose work it is."""
    return "root"


@pytest.fixture
def page(request: pytest.FixtureRequest, site: Site, browser: Browser, person: str) -> Iterator[Page]:
    """A page of the person who has signed in."""
    is_own = request.node.get_closest_marker("own_browser") is not None
    with browser_of(person, site, browser, is_own=is_own) as page:
        yield page


@contextmanager
def browser_of(
    name: str, site: Site, browser: Browser, *, is_own: bool = False, **options: Any
) -> Iterator[Page]:
    """The page of a browser where the person has signed in; an error in a script fails the test.

    It is one that other tests have left, unless it has options, or shall be the test's own.
    """
    with _own_page(browser, site, options) if is_own or options else kept_page(browser, site.url) as page:
        sign_in(page, site, name)
        yield page
        errors = errors_of(page)
    assert errors == []


@contextmanager
def _own_page(browser: Browser, site: Site, options: dict[str, Any]) -> Iterator[Page]:
    page = open_page(browser, site.url, **options)
    try:
        yield page
    finally:
        page.context.close()


def sign_in(page: Page, site: Site, name: str = "root") -> None:
    """Gives the browser a session of its own, as the form does, whose password takes half a second to check."""
    page.context.add_cookies([{"name": "sessionid", "value": site.session(name), "url": site.url}])


def sign_in_by_form(page: Page, site: Site, name: str) -> None:
    page.goto(site.url)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Projects").wait_for()


@pytest.fixture(scope="session")
def package_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """The package with so many objects, written once."""

    @cache
    def write(objects: int) -> Path:
        path = tmp_path_factory.mktemp("packages") / "tow.zip"
        write_package(path, objects=objects, seed=SEEDS[objects], samples=4, settled=0.6)
        return path

    return write


@pytest.fixture(scope="module")
def package(request: pytest.FixtureRequest, package_of: Callable[[int], Path]) -> Path:
    """With many objects, or as many as the module says by its OBJECTS."""
    return package_of(getattr(request.module, "OBJECTS", MANY))


@pytest.fixture(scope="module")
def project(request: pytest.FixtureRequest, site: Site, package: Path) -> str:
    """The title of the module's own project: its TITLE, its package, and what its script FURNISH adds."""
    title = request.module.TITLE
    site.project(title, package, create_taxa=True)
    if hasattr(request.module, "FURNISH"):
        site.shell(request.module.FURNISH)
    return title


@pytest.fixture
def bench(project: str, page: Page, site: Site) -> Page:
    return open_bench(page, site, project)


def open_bench(page: Page, site: Site, title: str) -> Page:
    """The project's sorting bench, when its scripts are there."""
    page.goto(site.addresses[title])
    ready(page)
    return page


def ready(page: Page) -> None:
    page.locator("#bench[data-ready]").wait_for()


def go_to(page: Page, group: str, name: str) -> None:
    """To a page of the project by the menu in the bar."""
    bar = page.get_by_role("banner")
    bar.locator("summary", has_text=group).click()
    bar.get_by_role("link", name=name, exact=True).click()


def intercept(
    where: Page | BrowserContext,
    url: str | re.Pattern[str],
    handler: Callable[[Route], object],
    **options: Any,
) -> None:
    """As `route`, and in effect from here on: the setting takes another way to the page than the key that is pressed
    next, whose request would else go to the server now and then."""
    where.route(url, handler, **options)
    where.route("**/is-intercepted", lambda route: route.fulfill(body=""))
    for page in where.pages if isinstance(where, BrowserContext) else [where]:
        if page.url != "about:blank":  # has no script to ask yet
            page.wait_for_function("() => fetch('/is-intercepted').then(({ ok }) => ok, () => false)")


def hold(page: Page, script: str) -> Callable[[], None]:
    """Keeps the answer to the request for the script back, until what is returned is called."""
    routes: list[Route] = []
    intercept(page, re.compile(rf"/js/.*\b{script}\.js"), lambda route: routes.append(route))

    def let_go() -> None:
        for route in routes:
            route.continue_()
        page.unroute(re.compile(rf"/js/.*\b{script}\.js"))

    return let_go


@contextmanager
def fast_fingers(page: Page) -> Iterator[None]:
    """What is typed follows at once: no pause of the page is over between two keys, however busy the machine is.

    The page is a test's own.
    """
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)
    yield
    page.clock.resume()


@contextmanager
def without_network(page: Page) -> Iterator[None]:
    """The browser is offline, and then online again: each is waited for, since requests of the next moment may still
    pass otherwise (the setting takes another way to the network than they do)."""
    page.context.set_offline(True)
    page.wait_for_function("() => fetch('/healthz').then(() => false, () => true)")
    yield
    page.context.set_offline(False)
    page.wait_for_function("() => fetch('/healthz').then(() => true, () => false)")


def choose(page: Page, button: str, label: str, text: str) -> None:
    """Opens what the button chooses, types, and takes the row that begins so."""
    page.locator(button).click()
    type_into(page, label, text)


def choose_in(page: Page, label: str, name: str, text: str) -> None:
    """In the field of a form: with many entries it is a combobox, with few the browser's own list."""
    field = page.locator(f"select[name={name}]")
    if field.evaluate("select => select.length") > 12:
        type_into(page, label, text)
    else:
        field.select_option(label=text)


def tick_in(page: Page, label: str, text: str) -> None:
    """Of boxes of which several may be ticked: with many entries they are found by typing."""
    boxes = page.locator(f"[data-several='{label}'] input[type=checkbox]")
    if boxes.count() > 12:
        type_into(page, label, text)
    else:
        page.get_by_role("checkbox", name=text).check()


def type_into(page: Page, label: str, text: str) -> None:
    """Types into the combobox, and takes the row that begins so."""
    page.locator("input").and_(page.get_by_role("combobox", name=label)).fill(text)
    row = page.get_by_role("option", name=re.compile(f"^{re.escape(text)}"))
    row.and_(page.locator("[aria-selected=true]")).wait_for()
    page.keyboard.press("Enter")


def sort_by(page: Page, name: str) -> None:
    """Chooses the order or the free column of that name."""
    choose(page, "#order", "Sort by", name)
