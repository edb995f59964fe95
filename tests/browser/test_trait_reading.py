"""A blind second reading of a trait: two readers score by digits, an expert settles by key."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from annotations.demo.package import write_package
from tests.browser.conftest import Site, browser_of, go_to, ready

# What the project holds of the objects of the reading, in their order
VALUES = """
import json
from annotations.readings.models import Reading
from annotations.traits.queries import values_now
reading = Reading.objects.get(name="NAME")
objects = list(reading.reading_objects.order_by("object_id").values_list("object_id", flat=True))
print(json.dumps([entry["value"] for entry in values_now(reading.trait_id, objects)]))
"""


@pytest.fixture
def person() -> str:
    """Who manages."""
    return "alice"


@pytest.fixture(scope="module")
def eggs(site: Site, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("packages") / "eggs.zip"
    write_package(path, objects=60, seed=3, samples=1, settled=1.0)
    site.project("Eggs", path, create_taxa=True)


@pytest.fixture(scope="module")
def readers(browser: Browser, site: Site) -> Iterator[dict[str, Page]]:
    """Two people, each with a browser of their own; an error in a script fails the test."""
    with browser_of("carla", site, browser) as carla, browser_of("bob", site, browser) as bob:
        yield {"carla": carla, "bob": bob}


def held(site: Site, name: str) -> list:
    return json.loads(site.shell(VALUES.replace("NAME", name)))


def enrol(page: Page, site: Site, project: str, name: str) -> None:
    page.goto(f"{site.url}/projects/{project}/settings/")
    page.get_by_label("User name").fill(name)
    page.locator("#id_role").select_option("annotator")
    page.get_by_role("button", name="Save the member").click()
    page.get_by_role("row", name=re.compile(name, re.IGNORECASE)).first.wait_for()


def draw(page: Page, name: str, trait: str, readers: list[str]) -> None:
    go_to(page, "Annotate", "Second readings")
    page.get_by_role("link", name="Start a second reading").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("How many objects").fill("3")
    page.get_by_label("What is read").select_option(label=trait)
    for reader in readers:
        page.get_by_label(reader).check()
    page.get_by_role("button", name="Start it").click()
    expect(page.get_by_role("heading", name=name)).to_contain_text(trait)


def start(their: Page, site: Site, project: str, name: str) -> None:
    their.goto(f"{site.url}/projects/{project}/readings/")
    their.get_by_role("link", name=f"Read {name}").click()
    their.locator("#reading[data-ready]").wait_for()
    expect(their.locator(".vignette")).to_have_count(3)


def in_order(their: Page) -> list[str]:
    """The objects by their numbers: each reader has them in another order."""
    return sorted((v.get_attribute("data-id") or "" for v in their.locator(".vignette").all()), key=int)


def label(their: Page, object_id: str):
    return their.locator(f"#o{object_id} .label")


def no_of(object_id: str) -> dict:
    return {"objects": [int(object_id)], "value": ["no"]}


def submit(their: Page) -> None:
    their.get_by_role("button", name="Submit").click()
    expect(their.get_by_text("submitted").first).to_be_visible()


def test_two_readers_of_an_egg_sac_and_a_judge(page: Page, site: Site, eggs, readers) -> None:
    page.goto(site.url)
    page.get_by_role("link", name="Eggs").click()
    ready(page)
    project = page.url.rstrip("/").rsplit("/", 1)[1]
    go_to(page, "Annotate", "Traits")
    page.get_by_role("button", name="Adopt Reproduction").click()
    page.get_by_text("traits are added").wait_for()
    for name in readers:
        enrol(page, site, project, name)
    draw(page, "Do they carry", "Egg sac", list(readers))

    says = {"carla": {"1": "yes", "2": "no", "0": "not visible"}, "bob": {"1": "yes", "0": "not visible"}}
    for name, keys in (("carla", "120"), ("bob", "100")):
        their = readers[name]
        start(their, site, project, "Do they carry")
        expect(their.get_by_role("group", name="Values of Egg sac")).to_contain_text("1yes2no0not visible")
        expect(their.locator("#gallery")).not_to_contain_text("yes")
        for n, (object_id, key) in enumerate(zip(in_order(their), keys, strict=True), start=1):
            their.locator(f"#o{object_id}").click()
            their.keyboard.press(key)
            expect(label(their, object_id)).to_have_text(says[name][key])
            expect(their.locator("#done")).to_have_text(str(n))

    bob = readers["bob"]  # thinks again, and back
    last = in_order(bob)[-1]
    bob.locator(f"#o{last}").click()
    with bob.expect_response(lambda answer: answer.request.post_data_json == no_of(last)):
        bob.keyboard.press("2")
    expect(label(bob, last)).to_have_text("no")
    with bob.expect_response(re.compile("/choices/")):  # one is sent after the other: this is the next
        bob.keyboard.press("Control+z")
    expect(label(bob, last)).to_have_text("not visible")
    bob.reload()
    bob.locator("#reading[data-ready]").wait_for()
    expect(label(bob, last)).to_have_text("not visible")
    for their in readers.values():
        submit(their)
    assert held(site, "Do they carry") == [None, None, None]

    page.reload()
    page.get_by_role("link", name="Agreement of Do they carry").click()
    expect(page.get_by_text("Cohen's kappa")).to_be_visible()
    cell = page.get_by_role("link", name=re.compile(r"1 objects: (no and not visible|not visible and no)$"))
    figures = page.url
    page.goto(site.url + (cell.get_attribute("href") or ""))
    ready(page)
    expect(page.locator(".vignette")).to_have_count(1)
    expect(page.locator(".chip").first).to_contain_text("no")
    page.goto(figures)

    page.get_by_role("link", name="Settle 1 difference").click()
    page.locator(".settle[data-ready]").wait_for()
    expect(page.get_by_text("Egg sac now: no value")).to_be_visible()
    page.keyboard.press("e")  # a letter opens all values
    palette = page.locator("#palette")
    expect(palette.get_by_role("option", name=re.compile("yes"))).to_be_visible()
    expect(palette).not_to_contain_text("take the value back")
    page.keyboard.press("2")
    expect(page.get_by_text("Every difference is settled.")).to_be_visible()
    assert held(site, "Do they carry") == [None, ["no"], None]
    page.goto(figures)
    page.get_by_role("button", name="Validate all on which every reader agrees").click()
    expect(page.get_by_text("2 values follow what all readers said.")).to_be_visible()
    assert held(site, "Do they carry") == [["yes"], ["no"], {"hidden": True}]


def test_of_a_count_a_number_is_typed(page: Page, site: Site, eggs, readers) -> None:
    page.goto(site.url)
    page.get_by_role("link", name="Eggs").click()
    ready(page)
    project = page.url.rstrip("/").rsplit("/", 1)[1]
    go_to(page, "Annotate", "Traits")
    page.get_by_role("link", name="New trait").click()
    page.get_by_label("Name").fill("Segments")
    page.get_by_label("Its value is").select_option(label="a count")
    page.get_by_role("button", name="Define the trait").click()
    page.get_by_role("row", name=re.compile("Segments")).wait_for()
    for name in readers:
        enrol(page, site, project, name)
    draw(page, "How many", "Segments", list(readers))
    for name, numbers in (("carla", ("12", "5", "")), ("bob", ("12", "30", ""))):
        their = readers[name]
        start(their, site, project, "How many")
        for n, (object_id, number) in enumerate(zip(in_order(their), numbers, strict=True), start=1):
            their.locator(f"#o{object_id}").click()
            their.keyboard.press(number[:1] or "0")
            if number:
                expect(their.locator("#palette-text")).to_have_value(number[:1])
                their.keyboard.type(number[1:])
                their.keyboard.press("Enter")
            expect(label(their, object_id)).to_have_text(number or "not visible")
            expect(their.locator("#done")).to_have_text(str(n))
        submit(their)
    page.reload()
    page.get_by_role("link", name="Agreement of How many").click()
    expect(page.get_by_text("Krippendorff's alpha, interval").first).to_be_visible()
    expect(page.get_by_text("kappa")).to_have_count(0)
    expect(page.get_by_role("link", name="1 objects: 30 and 5")).to_be_visible()
    page.get_by_role("link", name="Settle 1 difference").click()
    page.locator(".settle[data-ready]").wait_for()
    page.get_by_role("button", name="Another value…").click()
    page.locator("#palette-text").fill("17")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Every difference is settled.")).to_be_visible()
    assert held(site, "How many") == [None, 17, None]
