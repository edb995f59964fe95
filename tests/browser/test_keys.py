"""Keys label what was meant, and nothing else: held down, as the first letter of a name, as slots that stay."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Site, fast_fingers, ready

TITLE = "Keys that write"
FURNISH = """
from annotations.accounts.models import User
from annotations.taxonomy.creating import create_taxon
from annotations.taxonomy.models import Taxon
parent = Taxon.objects.get(display_name="Copepoda")
create_taxon(user=User.objects.get(username="root"), name="Velella", parent=parent)
"""
QUICK = """async (quick) => fetch("/api/v1/me/preferences/", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) },
    body: JSON.stringify({ quick }),
})"""

PUT = """async ([url, body]) => fetch(url, {
    method: "PUT",
    headers: { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) },
    body: JSON.stringify(body),
})"""

WIDTHS = "names => names.map((name) => name.clientWidth)"
ROOM_OF_A_NAME = 34  # pixels: five letters a line


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture
def counts(page: Page, site: Site, project: str) -> Iterator[Callable[[], Counter]]:
    """The bench at what nobody has settled, and how many objects have each taxon, as the server counts them."""
    page.goto(f"{site.addresses[project]}?state=predicted&state=unclassified")
    ready(page)
    page.locator("#gallery").focus()
    number = site.addresses[project].split("/")[-2]

    def ask() -> Counter:
        expect(page.locator(".vignette.saving, .vignette[data-pending]")).to_have_count(0)
        answer = page.request.get(f"{site.url}/api/v1/projects/{number}/objects/?limit=1000&state=validated")
        labels = [each["taxon"]["name"] for each in answer.json()["results"]]
        return Counter(labels) + Counter(all=len(labels))

    yield ask
    page.evaluate(QUICK, {})


def reach(page: Page, counts: Callable[[], Counter], expected: int) -> None:
    """So many are validated: waits for the panel, since a label is on the disk before it is shown, and then sent."""
    expect(page.locator("[data-count=V]")).to_have_text(str(expected))
    assert counts()["all"] == expected


def hold(page: Page, key: str) -> None:
    """The keyboard's own repeat: down, down, down … and up once."""
    for _ in range(6):
        page.keyboard.down(key)
    page.keyboard.up(key)


def test_a_key_that_is_held_down_acts_once(page: Page, counts) -> None:
    before = counts()["all"]
    page.keyboard.type("vele")
    expect(page.locator("#taxon-options li").first).to_contain_text("Velella")
    hold(page, "Enter")
    expect(page.locator("#picker")).not_to_be_visible()
    reach(page, counts, before + 1)
    hold(page, "1")
    reach(page, counts, before + 2)
    page.locator("#recent button").first.focus()
    hold(page, "Enter")
    reach(page, counts, before + 3)
    page.keyboard.down("Control")
    hold(page, "z")
    page.keyboard.up("Control")
    expect(page.locator("#toasts")).to_contain_text("1 put back")
    reach(page, counts, before + 2)
    page.keyboard.press("Home")
    page.locator(".vignette").first.click()
    hold(page, "ArrowRight")
    expect(page.locator(".vignette").nth(6)).to_be_focused()
    hold(page, "w")
    expect(page.locator("#taxon-text")).to_have_value("w")


@pytest.mark.own_browser
def test_a_quick_key_is_a_letter_of_a_name_too(page: Page, counts) -> None:
    names = ["Copepoda", "Chaetognatha"]
    taxa = {name: page.locator(f'#panel [data-name="{name}"]').get_attribute("data-taxon") for name in names}
    quick = {"v": names[0], "e": names[1]}
    page.evaluate(QUICK, {key: {"id": int(taxa[name]), "name": name} for key, name in quick.items()})
    page.reload()
    ready(page)
    page.locator("#gallery").focus()
    before = counts()
    first = page.locator(".vignette").first

    with fast_fingers(page):
        page.keyboard.type("velella")
        expect(page.locator("#taxon-text")).to_have_value("velella")
    expect(page.locator("#picker-heading")).to_have_text("Taxon for 1 object")
    page.keyboard.press("Enter")
    expect(first.locator(".label")).to_have_attribute("title", "Velella")
    after = counts()
    assert after == before + Counter(Velella=1, all=1)

    page.keyboard.press("v")
    expect(page.locator(".vignette").nth(1)).to_have_attribute("data-pending", "Copepoda")
    expect(page.locator(".vignette").nth(2)).to_be_focused()
    reach(page, counts, after["all"] + 1)
    assert counts() == after + Counter(Copepoda=1, all=1)

    with fast_fingers(page):
        page.keyboard.type("vevveevevvevvveveevv")
    now = after + Counter(Copepoda=1 + 12, Chaetognatha=8, all=21)
    reach(page, counts, now["all"])
    assert counts() == now

    with fast_fingers(page):
        page.keyboard.type("ve")
        page.keyboard.press("Escape")
    page.keyboard.type("xipho")  # a letter that makes dubious is no other
    expect(page.locator("#taxon-text")).to_have_value("xipho")
    page.keyboard.press("Escape")
    assert counts() == now
    expect(page.locator("[data-count=D]")).to_have_text("2")


def test_who_chooses_a_key_stays_at_its_line(page: Page, counts) -> None:
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    find = dialog.get_by_role("searchbox", name="Find a key by what it does")
    expect(find).to_be_focused()
    find.fill("dubious")
    change = dialog.get_by_role("button", name=re.compile("Another key for: .*dubious")).first
    change.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("F8")
    expect(change).to_be_focused()
    expect(dialog.get_by_role("listitem")).to_have_count(1)  # what was looked for still is
    expect(dialog.get_by_role("listitem")).to_contain_text("F8")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(change).to_be_focused()

    find.fill("")
    dialog.get_by_role("button", name="Default keys").click()
    dialog.get_by_role("button", name="Add a quick key…").click()
    page.locator("#taxon-text").fill("Velella")
    expect(page.locator("#taxon-options li").first).to_contain_text("Velella")
    page.keyboard.press("Enter")
    page.keyboard.press("F9")
    remove = dialog.get_by_role("button", name="Remove the quick key of Velella")
    expect(remove).to_be_focused()
    page.keyboard.press("Enter")
    expect(remove).to_have_count(0)
    expect(dialog.get_by_role("button", name="Add a quick key…")).to_be_focused()


def pinned_by(answer: Response) -> list[int]:
    """The slots that the request of the answer keeps; none where it was about something else."""
    request = answer.request
    is_saving = request.method == "PUT" and answer.url.endswith("/slots/")
    return (
        [slot["number"] for slot in request.post_data_json["slots"] if slot["is_pinned"]] if is_saving else []
    )


def test_digits_keep_their_taxa(page: Page, counts, browser, site: Site) -> None:
    """A new taxon takes the slot unused longest, pins hold, and another browser has the same digits."""
    taxa = page.locator("#panel [data-taxon]").evaluate_all(
        "links => links.map((link) => ({ taxon: Number(link.dataset.taxon), name: link.dataset.name }))"
    )[:10]
    slots = [{"number": n + 1, "taxon": taxa[n]["taxon"], "is_pinned": n == 8} for n in range(9)]
    address = page.url.split("?")[0].rstrip("/").replace("/projects/", "/api/v1/projects/")
    names = [each["name"] for each in taxa]
    row = page.locator("#recent .slot")

    # the list from before slots: what the project has of it keeps its digits
    page.evaluate(PUT, [f"{address}/slots/", {"slots": []}])
    before = [{"id": taxa[4]["taxon"], "name": names[4]}, {"id": 999999, "name": "Of another"}]
    before.append({"id": str(taxa[2]["taxon"]), "name": names[2]})
    page.evaluate("(taxa) => localStorage.setItem('seston.recent-taxa', JSON.stringify(taxa))", before)
    with page.expect_response(lambda answer: answer.url.endswith("/slots/") and answer.ok):
        page.reload()
    expect(row).to_have_text([f"1{names[4]}", f"3{names[2]}"])

    page.evaluate(PUT, [f"{address}/slots/", {"slots": slots}])
    page.reload()
    ready(page)
    expect(row).to_have_text([f"{n + 1}{names[n]}" for n in range(9)])

    # beside the open panel there is room for the first letters of each, in two lines, and nothing goes beyond the row
    page.locator("#object-panel").click()
    expect(page.locator("#detail")).to_be_visible()
    widths = row.locator(".name").evaluate_all(WIDTHS)
    assert len(widths) == 9 and min(widths) >= ROOM_OF_A_NAME
    assert page.locator(".quiet").evaluate("row => row.scrollWidth <= row.clientWidth")
    page.locator("#object-panel").click()

    # the ninth was unused longest, but is pinned: a new taxon takes the eighth
    page.locator("#gallery").focus()
    page.keyboard.press("Insert")
    page.locator("#taxon-text").fill(names[9])
    expect(page.locator("#taxon-options li").first).to_contain_text(names[9])
    page.keyboard.press("Enter")
    digits = [*names[:7], names[9], names[8]]
    expect(row).to_have_text([f"{n + 1}{digits[n]}" for n in range(9)])

    page.keyboard.press("*")
    expect(page.get_by_role("button", name=f"Keep {names[9]} on 8")).to_have_attribute("aria-pressed", "true")
    pin = page.get_by_role("button", name=f"Keep {names[8]} on 9")
    pin.focus()
    with page.expect_response(lambda answer: answer.ok and pinned_by(answer) == [8]):
        page.keyboard.press("Enter")
    expect(pin).to_be_focused()
    expect(pin).to_have_attribute("aria-pressed", "false")

    elsewhere = browser.new_context(storage_state={"cookies": page.context.cookies(), "origins": []})
    other = elsewhere.new_page()
    other.goto(page.url)
    ready(other)
    expect(other.locator("#recent .slot")).to_have_text([f"{n + 1}{digits[n]}" for n in range(9)])
    expect(other.locator("#recent [aria-pressed=true]")).to_have_attribute("data-pin", "8")
    elsewhere.close()
