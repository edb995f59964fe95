"""Work outlives the network, the page and one's own mistakes."""

import re
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import FEW, Site, intercept, ready, sign_in_by_form

TITLE = "Nothing lost"
OBJECTS = FEW


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


def give(page: Page, taxon: str) -> None:
    page.keyboard.type(taxon)
    expect(page.locator("#taxon-options li").first).to_contain_text(taxon)
    page.keyboard.press("Enter")


@pytest.mark.own_browser
def test_labels_given_without_a_network_survive_a_reload(bench: Page) -> None:
    bench.locator(".state", has_text="Unclassified").click()
    ready(bench)
    waiting, validated = (int(bench.locator(f"[data-count={state}]").inner_text()) for state in "UV")
    intercept(bench, "**/annotations/", lambda route: route.abort("internetdisconnected"))
    bench.locator("#gallery").focus()
    bench.keyboard.press("Shift+ArrowRight")
    give(bench, "Noctiluca")
    expect(bench.locator("#notice")).to_contain_text("cannot be reached")
    with bench.expect_response("**/me/preferences/"):  # which goes well, and hides nothing
        bench.keyboard.press(",")  # another layout is kept
    give(bench, "Noctiluca")  # the next one, while the first two wait
    expect(bench.locator(".vignette.saving")).to_have_count(3)
    expect(bench.locator("#notice")).to_contain_text("cannot be reached")
    bench.once("dialog", lambda dialog: dialog.accept())  # the browser warns: something is not saved
    bench.unroute("**/annotations/")
    bench.reload()
    ready(bench)
    expect(bench.locator("[data-count=U]")).to_have_text(str(waiting - 3))
    expect(bench.locator("[data-count=V]")).to_have_text(str(validated + 3))


def test_labels_of_who_was_signed_out_wait_for_the_next_sign_in(bench: Page, site: Site) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    count = bench.locator("[data-count=P]")
    predicted = int(count.inner_text())
    other = bench.context.new_page()
    other.goto(site.url)
    other.get_by_role("banner").locator("summary", has_text="Bob").click()
    other.get_by_role("button", name="Sign out").click()
    bench.locator(".vignette").first.click()
    bench.keyboard.press("Enter")
    expect(bench.locator("#notice")).to_contain_text("You are signed out.")
    sign_in_by_form(other, site, "bob")
    expect(count).to_have_text(str(predicted - 1))
    expect(bench.locator("#notice")).to_be_hidden()
    bench.keyboard.press("Control+z")
    expect(count).to_have_text(str(predicted))


def test_undo_goes_back_through_pages_and_reloads(bench: Page) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    count, validated = bench.locator("[data-count=P]"), bench.locator("[data-count=V]")
    predicted, before = int(count.inner_text()), int(validated.inner_text())
    bench.locator(".vignette").first.click()
    bench.keyboard.press("Enter")
    expect(count).to_have_text(str(predicted - 1))
    bench.locator(".vignette").nth(3).click()
    bench.keyboard.press("-")
    expect(count).to_have_text(str(predicted - 2))
    bench.locator(".state", has_text="Dubious").click()  # another page
    ready(bench)
    bench.locator("#gallery").focus()
    bench.keyboard.press("Control+z")
    expect(count).to_have_text(str(predicted - 1))
    bench.keyboard.press("Control+z")
    expect(bench.locator("#toasts")).to_contain_text("1 put back, not all of them on this page.")
    expect(count).to_have_text(str(predicted))
    bench.reload()
    ready(bench)
    expect(bench.locator("#redo")).to_be_enabled()
    bench.keyboard.press("Control+y")
    expect(validated).to_have_text(str(before + 1))
    bench.keyboard.press("Control+z")
    expect(count).to_have_text(str(predicted))


def test_all_that_match_are_shown_before_they_are_labelled(bench: Page) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    count = bench.locator("[data-count=P]")
    predicted = int(count.inner_text())
    bench.get_by_role("button", name="All matching…").click()
    dialog = bench.get_by_role("dialog", name=f"{predicted} objects match")
    expect(dialog).to_contain_text(f"{predicted} predicted")
    dialog.get_by_role("button", name="Validate as they are").click()
    expect(bench.locator("#toasts")).to_contain_text(f"Validated as it is: {predicted} objects.")
    expect(count).to_have_text("0")
    bench.keyboard.press("Control+z")
    expect(count).to_have_text(str(predicted))


def test_what_came_to_match_meanwhile_is_not_labelled_unseen(bench: Page, site: Site) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    count = bench.locator("[data-count=P]")
    predicted = int(count.inner_text())
    other = bench.context.new_page()
    other.goto(bench.url)
    ready(other)
    bench.get_by_role("button", name="All matching…").click()
    expect(bench.get_by_role("dialog", name=f"{predicted} objects match")).to_be_visible()
    other.locator(".vignette").first.click()
    other.keyboard.press("Enter")
    expect(other.locator("[data-count=P]")).to_have_text(str(predicted - 1))
    bench.get_by_role("button", name="Validate as they are").click()
    expect(bench.locator("#toasts [role=alert]")).to_contain_text("Nothing was done; look again.")
    other.keyboard.press("Control+z")
    expect(other.locator("[data-count=P]")).to_have_text(str(predicted))


POSTS = re.compile(r"/(annotations|choices)/$")


def offline(page: Page) -> None:
    """For all tabs of the browser, as far as labels go: pages can still be loaded."""
    intercept(page.context, POSTS, lambda route: route.abort("internetdisconnected"))


def online(page: Page) -> None:
    page.context.unroute(POSTS)


def another_tab(page: Page) -> Page:
    tab = page.context.new_page()
    tab.goto(page.url)
    ready(tab)
    return tab


def number(page: Page, place: int) -> int:
    """The number of the object at the place."""
    return int(page.locator(".vignette").nth(place).get_attribute("data-id"))


def label(page: Page, place: int, key: str = "-") -> int:
    """Labels the vignette at the place and gives its object's number, once the page shows it as given."""
    vignette = page.locator(".vignette").nth(place)
    vignette.click()
    page.keyboard.press(key)
    expect(vignette).to_have_attribute("data-state", "dubious" if key == "-" else "validated")
    return int(vignette.get_attribute("data-id"))


def ask(page: Page, path: str) -> Any:
    return page.request.get(urljoin(page.url, f"/api/v1/{path}")).json()


def log(page: Page, object_id: int) -> list[str]:
    """The states that people gave the object, by the server's log."""
    history = ask(page, f"objects/{object_id}/history/")
    return [entry["to"]["state"] for entry in history if entry["kind"] == "label"]


@pytest.mark.own_browser
def test_two_tabs_without_a_network_lose_nothing_though_both_are_gone(bench: Page) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    second, third = another_tab(bench), another_tab(bench)
    before = {}
    offline(bench)
    for tab, places in ((bench, (0, 1)), (second, (3, 4)), (bench, (2,))):
        for place in places:
            object_id = label(tab, place)
            before[object_id] = log(third, object_id)
    expect(second.locator(".vignette.saving")).to_have_count(2)
    second.once("dialog", lambda dialog: dialog.accept())
    second.reload()
    ready(second)
    expect(second.locator(".vignette.saving"), "it shows what it gave").to_have_count(2)
    bench.close()  # without being asked: as a crash does
    second.close()
    online(third)
    expect(third.locator(".vignette[data-state=dubious]:not(.saving)")).to_have_count(5)
    for object_id, earlier in before.items():
        assert log(third, object_id) == ["dubious", *earlier]
    third.keyboard.press("Control+z")
    expect(third.locator(".vignette[data-state=dubious]")).to_have_count(4)


def test_a_label_whose_answer_got_lost_is_in_the_log_once(bench: Page) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    answers: list[int] = []
    earlier = log(bench, number(bench, 0))

    def lose(route: Route) -> None:
        if not answers:
            answers.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    intercept(bench.context, POSTS, lose)
    object_id = label(bench, 0)
    expect(bench.locator(f"#o{object_id}")).not_to_have_class(re.compile("saving"))
    assert answers == [200]
    assert log(bench, object_id) == ["dubious", *earlier]
    expect(bench.get_by_role("dialog", name="Somebody was faster")).to_be_hidden()
    bench.keyboard.press("Control+z")
    expect(bench.locator(f"#o{object_id}")).to_have_attribute("data-state", "predicted")


def test_a_label_that_the_server_fails_at_is_listed_and_holds_nothing_back(bench: Page) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    unsaved = bench.get_by_role("region", name="could not be saved")
    intercept(
        bench.context, POSTS, lambda route: route.fulfill(status=500, body="<h1>Server Error</h1>"), times=2
    )
    first = bench.locator(".vignette").first
    first.click()
    give(bench, "Noctiluca")
    earlier = {place: log(bench, number(bench, place)) for place in (1, 2)}
    second = label(bench, 1)
    third = label(bench, 2)
    expect(unsaved.get_by_role("listitem")).to_have_count(2)
    expect(unsaved.get_by_role("listitem").first).to_contain_text(
        "Noctiluca for 1 object. The server failed at this (error 500)."
    )
    expect(bench.locator(f"#o{third}")).not_to_have_class(re.compile("saving"))
    assert log(bench, third) == ["dubious", *earlier[2]], "those behind it are saved"
    expect(first).to_have_attribute("data-state", "predicted")
    expect(first).to_have_class(re.compile("unsaved"))
    unsaved.get_by_role("button", name="Try again: Noctiluca").press("Enter")
    expect(first).to_have_attribute("data-state", "validated")
    expect(first).not_to_have_class(re.compile("unsaved"))
    expect(first.locator(".label")).to_contain_text("Noctiluca")
    unsaved.get_by_role("button", name="Give up").press("Enter")
    expect(unsaved).to_be_hidden()
    expect(bench.locator(f"#o{second}")).to_have_attribute("data-state", "predicted")
    assert log(bench, second) == earlier[1]


def test_a_label_on_top_of_a_failed_one_means_what_was_seen(bench: Page) -> None:
    """“Dubious, as it is” was said of the taxon that the page showed, not of the one that the server still has."""
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    requests: list[Route] = []
    intercept(bench.context, POSTS, lambda route: route.continue_() if requests else requests.append(route))
    first = bench.locator(".vignette").nth(4)
    first.click()
    with bench.expect_request(POSTS):
        give(bench, "Noctiluca")
    first.click()
    bench.keyboard.press("-")
    expect(first).to_have_attribute("data-state", "dubious")
    requests[0].fulfill(status=500)
    expect(first).not_to_have_class(re.compile("saving"))
    expect(first.locator(".label")).to_contain_text("Noctiluca")
    expect(first).to_have_attribute("data-state", "dubious")
    object_id = int(first.get_attribute("data-id"))
    now = ask(bench, f"objects/{object_id}/")
    assert (now["taxon"]["name"], now["state"]) == ("Noctiluca", "dubious")
    expect(bench.get_by_role("region", name="could not be saved")).to_be_hidden()


def test_labels_of_the_outbox_that_older_pages_kept_are_taken_over(bench: Page) -> None:
    bench.locator(".state", has_text="Predicted").click()
    ready(bench)
    vignette = bench.locator(".vignette").nth(5)
    object_id, version = int(vignette.get_attribute("data-id")), int(vignette.get_attribute("data-version"))
    earlier = log(bench, object_id)
    bench.evaluate(
        """([id, version]) => {
          const { person, project } = document.getElementById("bench").dataset;
          const entries = [{ objects: [{ id, version }], state: "dubious" }];
          localStorage.setItem(`seston.outbox.${person}.${project}`, JSON.stringify(entries));
        }""",
        [object_id, version],
    )
    bench.reload()
    ready(bench)
    expect(bench.locator(f"#o{object_id}[data-state=dubious]:not(.saving)")).to_be_attached()
    bench.reload()
    ready(bench)
    assert log(bench, object_id) == ["dubious", *earlier]
    assert (
        bench.evaluate("() => Object.keys(localStorage).filter((name) => name.startsWith('seston.outbox'))")
        == []
    )


@pytest.mark.own_browser
def test_a_browser_that_keeps_nothing_says_so(bench: Page) -> None:
    bench.add_init_script("indexedDB.open = () => { throw new DOMException('no', 'SecurityError') }")
    bench.reload()
    ready(bench)
    expect(bench.locator("#notice")).to_contain_text("This browser keeps nothing on its disk")
    earlier = log(bench, number(bench, 0))
    object_id = label(bench, 0)
    expect(bench.locator(f"#o{object_id}")).not_to_have_class(re.compile("saving"))
    assert log(bench, object_id) == ["dubious", *earlier]


SLOW_DISK = """
const transaction = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (names, mode, options) {
  const made = transaction.call(this, names, mode, options);
  const turn = () => window.isDiskSlow && (made.objectStore("outbox").count().onsuccess = turn);
  if (mode === "readwrite") turn();
  return made;
};
"""


@pytest.mark.own_browser
def test_a_label_given_during_an_undo_goes_out_however_slow_the_disk_is(bench: Page) -> None:
    """The undo may end while the disk is still busy with the label before: nothing must wait for it any more."""
    bench.add_init_script(SLOW_DISK)
    bench.goto(f"{bench.url.split('?')[0]}?state=validated")
    ready(bench)
    vignettes = bench.locator(".vignette")
    vignettes.nth(0).click()
    bench.keyboard.press("-")
    expect(bench.locator(".vignette.saving")).to_have_count(0)
    expect(vignettes.nth(0)).to_have_attribute("data-state", "dubious")
    routes: list[Route] = []
    intercept(bench, "**/undo/", lambda route: routes.append(route))
    with bench.expect_request("**/undo/"):
        bench.keyboard.press("Control+z")
    bench.evaluate("window.isDiskSlow = true")
    for place in (1, 2):
        vignettes.nth(place).click()
        bench.keyboard.press("-")
    routes[0].continue_()
    expect(bench.locator("#toasts")).to_contain_text("1 put back")
    bench.evaluate("window.isDiskSlow = false")
    for place in (1, 2):
        expect(vignettes.nth(place)).to_have_attribute("data-state", "dubious")
        expect(vignettes.nth(place)).not_to_have_class(re.compile("saving"))
