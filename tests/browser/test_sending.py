"""A package is sent piece by piece: it goes on after a lost network and after a reload, and is imported by itself."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from annotations.demo.package import write_package
from tests.browser.conftest import Site, hold, intercept

PIECE = 32 * 2**20  # bytes, as sending.js has it


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pieces of what is no package: that the import says so shows that it has arrived."""
    path = tmp_path_factory.mktemp("packages") / "large.zip"
    path.write_bytes(os.urandom(2**20) * 33)
    return path


@pytest.fixture
def form(site: Site, page: Page) -> Page:
    page.goto(f"{site.url}/projects/new/")
    page.get_by_label("Title").fill("Sent in pieces")
    page.get_by_role("button", name="Create the project").click()
    page.wait_for_url(re.compile(r"/projects/\d+/import/"))
    return page


@pytest.mark.own_browser
def test_a_package_goes_on_after_a_lost_network_and_a_reload(form: Page, large: Path) -> None:
    page, lost, sent = form, [], []

    def network(route: Route) -> None:
        request = route.request
        if request.method == "PATCH" and request.headers["upload-offset"] == str(PIECE):
            lost.append(request.url)
            return route.abort("internetdisconnected")
        if request.method == "PATCH":
            sent.append(request.headers["upload-offset"])
        route.continue_()

    intercept(page, "**/api/v1/uploads/**", network)
    page.get_by_label("Package (.zip)").set_input_files(large)
    expect(page.get_by_role("button", name="Import", exact=True)).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The server cannot be reached. It goes on by itself")).to_be_visible()
    expect(page.get_by_text(re.compile(r"34 of 35 MB"))).to_be_visible()
    assert (len(lost) > 0, sent) == (True, ["0"])

    page.reload()
    expect(page.get_by_text("96 % is here. Choose the same file above")).to_be_visible()
    page.unroute("**/api/v1/uploads/**")
    page.on(
        "request", lambda request: request.method == "PATCH" and sent.append(request.headers["upload-offset"])
    )
    page.get_by_label("Package (.zip)").set_input_files(large)
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    assert sent == ["0", str(PIECE)], "no byte was sent twice"
    expect(page.get_by_text("large.zip is no zip file").first).to_be_visible()


def test_files_and_a_folder_are_listed_and_the_folder_is_packed(form: Page, tmp_path: Path) -> None:
    page = form
    folder, other = tmp_path / "tow 7", tmp_path / "other.zip"
    write_package(folder, objects=12, samples=1)
    other.write_bytes(b"PK" * 700)
    page.get_by_label("Package (.zip)").set_input_files(other)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(folder)
    files = page.get_by_role("list", name="Chosen files").get_by_role("listitem")
    expect(files).to_have_text([re.compile(r"other\.zip\s*1\.4 kB"), re.compile(r"tow 7\.zip\s*\d+\.\d kB")])
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Remove other.zip").press("Enter")
    expect(files).to_have_count(1)
    page.get_by_label("Create the taxa that the site does not know").check()
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    expect(page.get_by_text("12 objects with 12 images").first).to_be_visible()


def test_what_is_chosen_before_the_zone_is_there_is_in_its_list(form: Page, tmp_path: Path) -> None:
    let_go = hold(form, "dropzone")
    form.reload()
    form.get_by_label("Package (.zip)").set_input_files(
        {"name": "early.zip", "mimeType": "application/zip", "buffer": b"PK" * 700}
    )
    let_go()
    files = form.get_by_role("list", name="Chosen files").get_by_role("listitem")
    expect(files).to_have_text(re.compile(r"early\.zip\s*1\.4 kB"))


def test_who_is_at_the_field_of_files_before_the_zone_is_there_stays_there(form: Page) -> None:
    let_go = hold(form, "dropzone")
    form.reload()
    form.get_by_label("Package (.zip)").focus()
    let_go()
    expect(form.get_by_text("Drop files here, or choose them")).to_be_visible()
    expect(form.get_by_label("Package (.zip)")).to_be_focused()


@pytest.mark.own_browser
def test_two_clicks_import_once(form: Page) -> None:
    """The second comes while what sends is still being fetched."""
    begun: list[str] = []
    form.on(
        "request",
        lambda request: (
            request.method == "POST" and "/api/v1/uploads/" in request.url and begun.append(request.url)
        ),
    )
    routes: list[Route] = []
    intercept(form, "**/vendor/tus.min.js", lambda route: routes.append(route))
    form.get_by_label("Package (.zip)").set_input_files(
        {"name": "twice.zip", "mimeType": "application/zip", "buffer": b"PK" * 700}
    )
    with form.expect_request("**/vendor/tus.min.js"):
        form.get_by_role("button", name="Import", exact=True).dblclick()
    form.evaluate("() => new Promise(requestAnimationFrame)")
    for route in routes:
        route.continue_()
    form.wait_for_url(re.compile(r"/jobs/\d+/"))
    assert len(begun) == 1


def test_what_is_dropped_and_is_no_package_is_left_out_by_name(form: Page) -> None:
    form.locator(".dropzone").evaluate(
        """zone => {
             const transfer = new DataTransfer();
             transfer.items.add(new File(["a"], "notes.txt"));
             transfer.items.add(new File(["b"], "tow.zip"));
             zone.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
           }"""
    )
    expect(form.get_by_text("Left out: notes.txt; what is taken here is .zip.")).to_be_visible()
    expect(form.get_by_role("list", name="Chosen files").get_by_role("listitem")).to_have_text(
        re.compile("tow.zip")
    )
