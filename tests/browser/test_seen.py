"""What acts on many acts on what was on the screen, says on how many, and is taken back by its answer."""

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

from annotations.demo.package import write_package
from tests.browser.conftest import PHONE, Site, browser_of, go_to, intercept, open_bench, ready, sort_by
from tests.browser.test_accessible import faults

IN_VIEW = """() => {
    const box = document.getElementById("gallery").getBoundingClientRect();
    const isIn = ({ top, bottom, height }) => (Math.min(bottom, box.bottom) - Math.max(top, box.top)) / height;
    return [...document.querySelectorAll(".vignette:not(.leaving)")]
        .map((v) => [Number(v.dataset.id), isIn(v.getBoundingClientRect())])
        .filter(([, share]) => share >= 0.5).map(([id]) => id);
}"""


@pytest.fixture
def person() -> str:
    """Who reviews."""
    return "carla"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packages") / "many.zip"
    write_package(path, objects=100, seed=7, samples=1, settled=0.0)
    return path


@pytest.fixture
def bench(page: Page, site: Site, package: Path, request: pytest.FixtureRequest) -> Page:
    """A project of a hundred, more than are in sight, that nobody has settled."""
    title = request.node.name.replace("_", " ")
    site.project(title, package, create_taxa=True)
    return open_bench(page, site, title)


def validated(page: Page) -> set[int]:
    """Those that the database has as validated."""
    project = re.search(r"/projects/(\d+)/", page.url)
    assert project is not None
    path = f"/api/v1/projects/{project[1]}/objects/?state=validated&limit=1000"
    answer = page.request.get(urljoin(page.url, path))
    return {each["id"] for each in answer.json()["results"]}


def open_review(page: Page) -> None:
    page.goto(page.url + "?review=1&state=predicted")
    ready(page)


def answer(page: Page):
    return page.locator("#toasts [role=status]")


def test_a_review_accepts_what_was_on_the_screen(bench: Page) -> None:
    open_review(bench)
    loaded, in_view = bench.locator(".vignette").count(), set(bench.evaluate(IN_VIEW))
    assert 0 < len(in_view) < loaded
    accept = bench.get_by_role("button", name=re.compile("^Accept the"))
    expect(accept).to_have_text(f"Accept the {len(in_view)} seen")
    expect(bench.locator("#accept-loaded")).to_have_text(f"All {loaded} loaded, seen or not")
    assert faults(bench) == []

    accept.dblclick()
    expect(answer(bench)).to_contain_text(f"Validated as it is: {len(in_view)} objects.")
    bench.locator(".toast").hover()  # it stays under the pointer
    expect(bench.locator("[data-count=P]")).to_have_text(str(loaded - len(in_view)))
    assert validated(bench) == in_view
    expect(accept).to_be_enabled()  # the next have come up
    assert faults(bench) == []

    bench.keyboard.press("F6")
    expect(answer(bench).get_by_role("button", name="Undo")).to_be_focused()
    bench.keyboard.press("Enter")
    expect(answer(bench)).to_contain_text(f"{len(in_view)} put back.")
    expect(bench.locator("[data-count=P]")).to_have_text(str(loaded))
    assert validated(bench) == set()


def test_the_answer_takes_back_its_own_batch(bench: Page) -> None:
    """Not what was done since; and the order of undoing stays right."""
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    first = bench.locator(".vignette")
    ids = [int(first.nth(n).get_attribute("data-id") or 0) for n in range(3)]
    first.nth(0).click()
    bench.keyboard.press("Shift+ArrowRight")
    bench.keyboard.press("Enter")
    expect(answer(bench)).to_contain_text("2 objects.")
    bench.locator(".toast").hover()  # it stays under the pointer
    bench.keyboard.press("Enter")
    count = bench.locator("[data-count=V]")
    expect(count).to_have_text("3")
    answer(bench).get_by_role("button", name="Undo").click()
    expect(count).to_have_text("1")
    assert validated(bench) == {ids[2]}


def test_all_means_seen_and_all_loaded_is_said(bench: Page) -> None:
    open_review(bench)
    in_view = len(bench.evaluate(IN_VIEW))
    loaded = bench.locator(".vignette").count()
    expect(bench.locator("#accept-seen")).to_have_text(f"Accept the {in_view} seen")
    expect(bench.locator("#selected")).to_have_text("0 selected")
    bench.locator("#gallery").focus()
    expect(bench.locator("#selected")).to_have_text("The framed vignette")  # is what a key would act on
    bench.keyboard.press("Control+a")
    expect(bench.locator("#selected")).to_have_text(f"{in_view} selected")
    expect(answer(bench)).to_contain_text(f"{loaded - in_view} more are loaded")
    bench.keyboard.press("Control+a")
    expect(bench.locator("#selected")).to_have_text(f"{loaded} selected")
    bench.keyboard.press("-")
    expect(answer(bench)).to_contain_text(f"{loaded - in_view} of them had not been on the screen.")


def test_a_phone_sees_the_answer_and_the_vignette(site: Site, browser: Browser, package: Path) -> None:
    site.project("Pocket", package, create_taxa=True)
    with browser_of("carla", site, browser, viewport=PHONE) as page:
        open_bench(page, site, "Pocket")
        page.locator(".vignette").nth(0).click()
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("-")
        expect(answer(page)).to_contain_text("2 objects.")
        toast, focused = page.locator(".toast").bounding_box(), page.locator(".vignette:focus").bounding_box()
        assert toast is not None and focused is not None
        assert focused["y"] + focused["height"] <= toast["y"]
        assert faults(page) == []


def test_what_is_typed_before_the_comment_field_is_there_becomes_the_comment(bench: Page) -> None:
    routes = []
    intercept(bench, re.compile(r"/vignettes/\d+/$"), lambda route: routes.append(route))
    with bench.expect_request(re.compile(r"/vignettes/\d+/$")):
        bench.locator(".vignette").nth(1).click()
    bench.keyboard.press("Control+m")
    bench.keyboard.type("velella 1")
    assert faults(bench) == []
    for route in routes:
        route.continue_()
    bench.unroute_all()
    field = bench.locator("#discussion textarea[name=text]")
    expect(field).to_have_value("velella 1")
    expect(field).to_be_focused()
    bench.keyboard.type("2")
    bench.get_by_role("button", name="Comment", exact=True).click()
    expect(bench.locator(".comments")).to_contain_text("velella 12")
    bench.keyboard.type("1x")  # whatever has the focus now, it is no label
    expect(bench.locator("#picker")).not_to_be_visible()
    assert validated(bench) == set()


def test_what_the_server_refuses_is_said_in_place(bench: Page) -> None:
    address = bench.url
    bench.locator(".vignette").nth(1).click()
    bench.keyboard.press("Shift+ArrowRight")
    bench.keyboard.press("Control+i")
    alert = bench.locator("#toasts [role=alert]")
    expect(alert).to_contain_text("object")
    expect(bench.locator("#selected")).to_have_text("2 selected")
    expect(bench.locator(".vignette").nth(2)).to_be_focused()
    assert bench.url == address
    assert faults(bench) == []
    alert.get_by_role("button", name="Close this message").click()
    expect(bench.locator(".vignette").nth(2)).to_be_focused()


def test_sort_and_back_lead_to_where_one_was(bench: Page) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    sort_by(bench, "depth")
    bench.wait_for_url(re.compile("order=depth"))
    ready(bench)
    address = bench.url
    vignette = bench.locator(".vignette").nth(30)
    vignette.click()
    number = vignette.get_attribute("id")
    go_to(bench, "Annotate", "Review")
    ready(bench)
    go_to(bench, "Annotate", "Bench")
    ready(bench)
    assert bench.url == address
    expect(bench.locator(f"#{number}")).to_be_focused()
    go_to(bench, "Progress", "Progress")
    bench.get_by_role("heading", name="Progress").wait_for()
    bench.go_back()
    ready(bench)
    assert bench.url == address
    expect(bench.locator(f"#{number}")).to_be_focused()
