"""A whole site, as `make demo` runs it, and a real browser in front of it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from annotations.demo.package import write_package

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "drifting-with-the-current"
CAST = f"""
from tests.people import make_person
for name in ("alice", "bob", "carla", "vera"):
    make_person(name, {PASSWORD!r})
"""
MEMBERS = """
from annotations.accounts.models import User
from annotations.projects.actions import set_role
from annotations.projects.models import Project
project = Project.objects.filter(title="TITLE").order_by("id").first()
for name, role in {"bob": "annotator", "carla": "expert", "vera": "viewer"}.items():
    set_role(project=project, user=User.objects.get(username=name), role=role)
"""
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    url: str
    env: dict[str, str]

    def command(self, *arguments: str) -> subprocess.CompletedProcess:
        """Runs a manage.py command against this site."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        )

    def project(self, title: str, package: Path, *, create_taxa: bool = False) -> None:
        """Alice imports the package into a project of hers, where Bob annotates, Carla reviews and Vera looks."""
        options = ["--create-taxa"] if create_taxa else []
        self.command("import_ecotaxa", str(package), "--project", title, "--user", "alice", *options)
        self.command("shell", "-c", MEMBERS.replace("TITLE", title))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with its servers and workers, an administrator called root, and the cast of tests/people.py."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env |= {
        "SESTON_HOME": str(tmp_path_factory.mktemp("site")),
        "SESTON_PORT": port,
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_site"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(1)]
    site = Site(f"http://127.0.0.1:{port}", env)
    assert "Seston is ready" in lines[0], lines
    site.command("createsuperuser", "--noinput", "--username", "root", "--email", "root@example.org")
    site.command("shell", "-c", CAST)
    yield site
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def person() -> str:
    """Who has signed in on the page: the administrator, unless a module or a test says whose work it is."""
    return "root"


@pytest.fixture
def page(site: Site, browser: Browser, person: str) -> Iterator[Page]:
    """A page of the person who has signed in; an error in a script fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(page, site, person)
    yield page
    context.close()
    assert errors == []


def sign_in(page: Page, site: Site, name: str = "root") -> None:
    page.goto(site.url)
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Projects").wait_for()


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packages") / "tow.zip"
    write_package(path, objects=160, seed=5, samples=4, settled=0.6)
    return path


def open_bench(page: Page, site: Site, title: str) -> Page:
    """The project's sorting bench, when its scripts are there."""
    page.goto(site.url)
    page.get_by_role("link", name=title).click()
    ready(page)
    return page


def ready(page: Page) -> None:
    page.locator("#bench[data-ready]").wait_for()


def go_to(page: Page, group: str, name: str) -> None:
    """To a page of the project by the menu in the bar."""
    bar = page.get_by_role("banner")
    bar.locator("summary", has_text=group).click()
    bar.get_by_role("link", name=name, exact=True).click()


def hold(page: Page, script: str) -> Callable[[], None]:
    """Keeps the answer to the request for the script back, until what is returned is called."""
    held: list[Route] = []
    page.route(re.compile(rf"/js/{script}\.js"), lambda route: held.append(route))

    def let_go() -> None:
        for route in held:
            route.continue_()
        page.unroute(re.compile(rf"/js/{script}\.js"))

    return let_go


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


def type_into(page: Page, label: str, text: str) -> None:
    """Types into the combobox, and takes the row that begins so."""
    page.locator("input").and_(page.get_by_role("combobox", name=label)).fill(text)
    row = page.get_by_role("option", name=re.compile(f"^{re.escape(text)}"))
    row.and_(page.locator("[aria-selected=true]")).wait_for()
    page.keyboard.press("Enter")


def sort_by(page: Page, name: str) -> None:
    """Chooses the order or the free column of that name."""
    choose(page, "#order", "Sort by", name)
