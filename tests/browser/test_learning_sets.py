"""A learning set from the browser: chosen, previewed, frozen, looked at; each page against WCAG 2.2 AA."""

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from annotations.demo.package import write_package
from tests.browser.conftest import PHONE, Site, browser_of, tick_in
from tests.browser.keeping import DESK
from tests.browser.test_accessible import faults


@pytest.fixture(scope="module")
def bay(site: Site, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("packages") / "bay.zip"
    write_package(path, objects=120, seed=21, samples=4, settled=1.0)
    site.project("Bay of sets", path, create_taxa=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_choice_of_a_project_to_a_frozen_set(bay, site: Site, browser: Browser, scheme: str) -> None:
    look = {
        "viewport": PHONE if scheme == "dark" else DESK,
        "color_scheme": scheme,
        "reduced_motion": "reduce",
    }
    with browser_of("alice", site, browser, **look) as page:
        build(page, site, f"Set {scheme}")


def by_samples(answer: Response) -> bool:
    """Whether it is the preview of a set that holds out whole samples."""
    return answer.url.endswith("/preview/") and "split=sample" in (answer.request.post_data or "")


def build(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.url}/learning-sets/new/")
    tick_in(page, "Projects", "Bay of sets")
    first = page.locator("#choices tbody tr").first
    expect(first).to_be_visible()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("from 4 samples")
    total = preview.locator(".totals").inner_text()
    first.get_by_role("checkbox").uncheck()
    expect(preview).to_contain_text("Left out:")
    expect(preview.locator(".totals")).not_to_have_text(total)
    first.get_by_role("checkbox").check()
    expect(preview.locator(".totals")).to_have_text(total)
    page.get_by_label("single objects").check()
    expect(page.get_by_text("the figures flatter")).to_be_visible()
    with page.expect_response(by_samples):  # no other comes while its pictures are looked at
        page.get_by_label("whole samples").check()
    expect(page.get_by_text("Neighbours of one tow look alike")).to_be_hidden()
    page.wait_for_function("!document.querySelector('.htmx-request')")
    preview.locator("summary").filter(has=page.locator(".name")).first.click()
    picture = preview.locator(".sheet img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.get_by_label("Least objects a taxon").fill("3")
    page.get_by_label("are learnt as their nearest").check()
    expect(preview).to_contain_text("too rare")
    expect(picture).to_be_visible()
    page.wait_for_function("!document.querySelector('.htmx-request')")
    assert faults(page) == []
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Freeze the set").click()
    expect(page.get_by_role("link", name="Train a model on it")).to_be_visible()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert faults(page) == []
    page.goto(f"{site.url}/learning-sets/")
    expect(page.get_by_role("link", name=name)).to_be_visible()
    assert faults(page) == []
