"""Traits as people score them: a vocabulary defined in the browser, beside the taxa, and as what is sorted by."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotations.demo.package import write_package
from tests.browser.conftest import Site, go_to, open_bench, ready

TITLE = "Lagoon"


@pytest.fixture
def person() -> str:
    """Who manages, and so defines traits."""
    return "alice"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("packages") / "lagoon.zip"
    write_package(path, objects=60, seed=11, samples=2, settled=1.0)
    return path


def to_traits(page: Page) -> None:
    go_to(page, "Annotate", "Traits")
    page.get_by_role("heading", name="Traits", exact=True).wait_for()
    page.wait_for_load_state()  # all of it is there


def adopt(page: Page, name: str) -> None:
    to_traits(page)
    button = page.get_by_role("button", name=f"Adopt {name}")
    if button.count():
        button.click()
        page.get_by_text("traits are added").wait_for()


def test_a_manager_defines_a_trait_with_a_condition(bench: Page) -> None:
    adopt(bench, "Reproduction")
    bench.get_by_role("link", name="New trait").click()
    bench.get_by_label("Name").fill("Colour of the eggs")
    bench.get_by_label("Its value is").select_option(label="one of several")
    bench.get_by_role("textbox", name="Choices").fill("orange")
    bench.get_by_label("Only if").select_option(label="yes")
    bench.get_by_role("button", name="Define the trait").click()
    expect(bench.locator(".errorlist")).to_contain_text("needs two choices at least")
    bench.get_by_role("textbox", name="Choices").fill("orange\nblue\nclear")
    bench.get_by_role("button", name="Define the trait").click()
    line = bench.get_by_role("row", name="Colour of the eggs")
    expect(line).to_contain_text("orange, blue, clear")
    expect(line).to_contain_text("only if Egg sac: yes")
    line.get_by_role("link", name="Change").click()
    expect(bench.get_by_role("textbox", name="Choices")).to_have_value("orange\nblue\nclear")
    bench.get_by_role("textbox", name="Choices").fill("orange\ngreenish blue\nclear")
    bench.get_by_role("button", name="Keep the changes").click()
    expect(line).to_contain_text("greenish blue")


def test_beside_the_taxa_by_key_for_one_and_for_many(bench: Page) -> None:
    adopt(bench, "Reproduction")
    bench.goto(bench.url.replace("traits/", ""))
    ready(bench)
    vignettes, palette = bench.locator(".vignette"), bench.locator("#palette")
    vignettes.nth(0).click()
    for key in ";ee":
        expect(palette).to_be_visible() if key == "e" else None
        bench.keyboard.press(key)
        if key == ";":
            expect(palette.get_by_role("option", name=re.compile("Egg sac"))).to_be_visible()
    panel = bench.locator("#detail .traits-of")
    expect(panel.get_by_role("row", name=re.compile("Egg sac"))).to_contain_text("yes")
    bench.keyboard.press(";")
    palette.get_by_role("option", name=re.compile("Number of eggs")).wait_for()
    bench.keyboard.press("n")
    bench.keyboard.type("many")
    bench.keyboard.press("Enter")
    expect(palette.locator("#palette-hint")).to_contain_text("takes a whole number from 0")
    bench.locator("#palette-text").fill("12")
    bench.keyboard.press("Enter")
    expect(panel.get_by_role("row", name=re.compile("Number of eggs"))).to_contain_text("12")
    expect(bench.locator("#detail")).to_contain_text("History of its traits")
    bench.keyboard.press("Control+z")
    expect(panel.get_by_role("row", name=re.compile("Number of eggs"))).to_contain_text("not looked at")


def test_a_trait_is_what_is_sorted_by(bench: Page) -> None:
    adopt(bench, "Condition")
    bench.get_by_role("row", name="Dead").get_by_role("link", name="Set values").click()
    ready(bench)
    vignettes, panel = bench.locator(".vignette"), bench.locator("#trait-panel")
    total = vignettes.count()
    expect(panel.get_by_role("link", name=re.compile("not looked at"))).to_contain_text(str(total))
    vignettes.nth(0).click()
    bench.keyboard.press("1")
    expect(vignettes.nth(0).locator(".label")).to_have_text("yes")
    expect(vignettes.nth(1)).to_be_focused()
    bench.keyboard.press("2")
    bench.keyboard.press("0")
    expect(vignettes.nth(2).locator(".label")).to_have_text("not visible")
    expect(panel.get_by_role("link", name=re.compile("not looked at"))).to_contain_text(str(total - 3))
    bench.get_by_role("button", name="loaded, seen or not").click()
    expect(panel.get_by_role("link", name=re.compile("2no|2 no"))).to_contain_text(str(total - 2))
    expect(bench.locator(".vignette.saving")).to_have_count(0)
    bench.reload()
    ready(bench)
    assert [label.inner_text() for label in vignettes.locator(".label").all()[:4]] == [
        "yes",
        "no",
        "not visible",
        "no",
    ]
    bench.keyboard.press("Control+z")
    expect(panel.get_by_role("link", name=re.compile("not looked at"))).to_contain_text(str(total - 3))
    panel.get_by_role("link", name=re.compile("yes")).click()
    expect(bench.locator(".chip")).to_contain_text("dead = yes")
    expect(vignettes).to_have_count(1)


def test_all_that_match_get_a_value_at_one_stroke(bench: Page) -> None:
    adopt(bench, "Condition")
    bench.get_by_role("row", name="Broken").get_by_role("link", name="Set values").click()
    ready(bench)
    bench.get_by_role("button", name="All matching…").click()
    bench.get_by_role("button", name="Give a value…").click()
    bench.keyboard.press("2")
    expect(bench.locator("#toasts")).to_contain_text("no: 60 objects.")
    expect(
        bench.locator("#trait-panel").get_by_role("link", name=re.compile("not looked at"))
    ).to_contain_text("0")


def test_two_people_score_the_same_object(bench: Page) -> None:
    adopt(bench, "Condition")
    bench.get_by_role("row", name="Moulting").get_by_role("link", name="Set values").click()
    ready(bench)
    other = bench.context.new_page()
    other.goto(bench.url)
    ready(other)
    bench.locator(".vignette").nth(0).click()
    bench.keyboard.press("1")
    expect(other.locator(".vignette").nth(0).locator(".label")).to_have_text("yes")


@pytest.mark.own_browser
def test_what_one_saved_oneself_is_not_asked_for_again(bench: Page) -> None:
    """Each event of one's own would have a thousand vignettes asked for and drawn anew."""
    adopt(bench, "Condition")
    bench.get_by_role("link", name="Set values : Parasitised").click()
    ready(bench)
    requests: list[str] = []
    bench.on(
        "request",
        lambda request: (
            request.method == "GET" and "/trait-values/" in request.url and requests.append(request.url)
        ),
    )
    bench.locator(".vignette").nth(0).click()
    for _ in range(5):
        bench.keyboard.press("1")
        expect(bench.locator(".vignette.saving")).to_have_count(0)
    # whereas one object that somebody else changes is asked for, and no other; its event comes behind one's own
    other = bench.context.new_page()
    other.goto(bench.url)
    ready(other)
    other.locator(".vignette").nth(0).click()
    other.keyboard.press("2")
    expect(bench.locator(".vignette").nth(0).locator(".label")).to_have_text("no")
    first = bench.locator(".vignette").nth(0).get_attribute("data-id")
    assert [url.split("ids=")[1] for url in requests] == [first]


def test_conditional_traits_by_hand_and_many_objects_by_key(page: Page, site: Site, tmp_path) -> None:
    """A label for each keystroke, so that each can be undone by itself; `benchmarks.keystrokes` gives a thousand."""
    write_package(tmp_path / "many.zip", objects=60, seed=12, samples=3, settled=1.0)
    site.project("Many by key", tmp_path / "many.zip", create_taxa=True)
    open_bench(page, site, "Many by key")
    bench = page.url
    for number in range(1, 6):
        page.goto(f"{bench}traits/new/")
        page.get_by_label("Name").fill(f"Trait {number}")
        if number > 1:
            page.get_by_label("Only if").select_option(f"trait_{number // 2}=yes")
        page.get_by_role("button", name="Define the trait").click()
        page.get_by_text(f"Trait {number} can be used now").wait_for()
    expect(page.get_by_role("row", name="Trait 5")).to_contain_text("only if Trait 2: yes")
    page.goto(f"{bench}?trait_values=trait_1&size=200")
    ready(page)
    page.locator(".vignette").first.click()
    for number in range(60):
        page.keyboard.press("120"[number % 3])
    expect(page.locator(".vignette[data-state=unclassified]")).to_have_count(0)
    while left := page.locator(
        ".vignette.saving"
    ).count():  # how fast is the machine's affair: none is asked in the end
        page.wait_for_function(
            "left => document.querySelectorAll('.vignette.saving').length < left", arg=left
        )
    counts = page.request.get(
        f"{site.url}/api/v1/projects/{bench.split('/')[-2]}/trait-values/counts/?trait=trait_1"
    ).json()
    assert sorted(entry["count"] for entry in counts) == [20, 20, 20]
    assert all(entry["state"] == "validated" for entry in counts)
    page.goto(f"{bench}?trait_values=trait_2&trait=trait_1%3Dyes")
    ready(page)
    page.locator(".vignette").first.click()
    page.keyboard.press("1")
    expect(page.locator(".vignette .label").first).to_have_text("yes")
