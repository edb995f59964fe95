"""What waits in the browser: several tabs of one person, no Web Locks, older databases, a page's last moment."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site, fast_fingers, intercept, ready
from tests.browser.test_keys import QUICK
from tests.browser.test_nothing_lost import POSTS, another_tab, ask, label, log, number, offline, online

TITLE = "Several tabs"
WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })"
RECORDS = """() => new Promise((resolve) => {
  indexedDB.open("seston").onsuccess = ({ target: { result: db } }) => {
    db.transaction("outbox").objectStore("outbox").getAll().onsuccess = (event) => {
      db.close();
      resolve(event.target.result);
    };
  };
})"""
EMPTY = f"""async () => {{
  for (let tries = 0; (await ({RECORDS})()).length; tries += 1) {{
    if (tries > 600) throw new Error("Something still waits.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }}
}}"""
OLD_DATABASE = """([id, version, queue, key]) => new Promise((resolve) => {
  const request = indexedDB.open("seston", 1);
  request.onupgradeneeded = () => {
    const records = request.result.createObjectStore("outbox", { keyPath: "key" });
    records.createIndex("queue", "queue");
    records.add({
      key, seq: 1, queue, page: "gone", turn: 0, at: Date.now(),
      subject: "taxon", path: "annotations/", words: "Dubious", label: { state: "dubious" },
      shows: { state: "dubious" }, hasVersions: true, status: "waiting", tries: 0, objects: [{ id, version }],
    });
  };
  request.onsuccess = () => {
    window.held = request.result;
    resolve();
  };
})"""


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture
def bench(project: str, page: Page, site: Site) -> Page:
    """The bench at predicted objects, which stay on the page when they are labelled."""
    page.goto(f"{site.addresses[project]}?state=predicted")
    ready(page)
    return page


def records(page: Page) -> list[dict[str, Any]]:
    return page.evaluate(RECORDS)


def saved(page: Page) -> None:
    expect(page.locator(".vignette.saving")).to_have_count(0)
    expect(page.get_by_role("region", name="could not be saved")).to_be_hidden()


def empty(page: Page) -> None:
    """Nothing is left in the browser's database, soon."""
    page.evaluate(EMPTY)


def test_two_tabs_that_label_one_object_keep_the_order_in_which_it_was_labelled(bench: Page) -> None:
    second = another_tab(bench)
    earlier = log(bench, number(bench, 0))
    offline(bench)
    for tab, key in ((bench, "-"), (second, "Enter"), (bench, "Enter"), (second, "-")):
        object_id = label(tab, 0, key)
    assert len(records(bench)) == 4
    online(bench)
    for tab in (bench, second):
        saved(tab)
        expect(tab.locator(f"#o{object_id}")).to_have_attribute("data-state", "dubious")
        expect(tab.locator("#conflicts")).to_be_hidden()
    assert log(bench, object_id) == ["dubious", "validated", "validated", "dubious", *earlier]
    empty(bench)


def test_a_tab_that_has_not_heard_of_ones_own_label_is_not_told_of_a_stranger(bench: Page) -> None:
    intercept(bench.context, "**/live/*/**", lambda route: route.abort())
    second = another_tab(bench)
    earlier = log(bench, number(bench, 1))
    object_id = label(bench, 1, "-")
    saved(bench)
    label(bench, 1, "Enter")
    saved(bench)
    empty(bench)
    version = int(second.locator(f"#o{object_id}").get_attribute("data-version"))
    assert version < int(bench.locator(f"#o{object_id}").get_attribute("data-version"))
    label(second, 1, "-")
    saved(second)
    expect(second.locator("#conflicts")).to_be_hidden()
    assert log(bench, object_id) == ["dubious", "validated", "dubious", *earlier]


@pytest.mark.own_browser
def test_without_web_locks_tabs_leave_each_others_labels_alone_and_one_of_them_sends(
    bench: Page, site: Site
) -> None:
    bench.context.add_init_script(WITHOUT_LOCKS)
    bench.reload()
    ready(bench)
    second = another_tab(bench)
    earlier = {place: log(bench, number(bench, place)) for place in (2, 3)}
    offline(bench)
    object_ids = {place: label(tab, place) for tab, place in ((bench, 2), (second, 3))}
    expect(second.locator("#notice")).to_contain_text("cannot be reached")
    assert len({record["page"] for record in records(bench)}) == 2, "nobody took over what isn't left"
    sent: list[str] = []

    def note(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        route.continue_()

    intercept(bench.context, POSTS, note)  # before the one that lets nothing through
    for tab in (bench, second):
        saved(tab)
    assert len(sent) == len(set(sent)) == 2
    for place, object_id in object_ids.items():
        assert log(bench, object_id) == ["dubious", *earlier[place]]
    bench.context.unroute(POSTS)
    bench.close()  # the one that sent
    again = label(second, 4)
    saved(second)
    assert log(second, again)[0] == "dubious"
    empty(second)


def waiting_since_an_older_page(bench: Page, place: int) -> tuple[Page, int]:
    """A page with a database as it was before, where a label waits, that keeps it open."""
    vignette = bench.locator(".vignette").nth(place)
    object_id, version = int(vignette.get_attribute("data-id")), int(vignette.get_attribute("data-version"))
    queue = bench.evaluate(
        "(({ person, project }) => `${person}.${project}`)(document.getElementById('bench').dataset)"
    )
    older = bench.context.new_page()
    older.goto(bench.url.split("/projects/")[0])
    bench.close()
    older.evaluate("() => new Promise((resolve) => (indexedDB.deleteDatabase('seston').onsuccess = resolve))")
    older.evaluate(OLD_DATABASE, [object_id, version, queue, str(uuid4())])
    return older, object_id


def test_what_waits_in_a_database_of_an_older_page_goes_out(bench: Page) -> None:
    earlier, address = log(bench, number(bench, 5)), bench.url
    older, object_id = waiting_since_an_older_page(bench, 5)
    older.evaluate("held.onversionchange = () => held.close()")
    newer = older.context.new_page()
    newer.goto(address)
    ready(newer)
    empty(newer)
    assert log(newer, object_id) == ["dubious", *earlier]


def test_a_page_that_holds_an_older_database_stops_nobody_from_working(bench: Page) -> None:
    earlier, address = log(bench, number(bench, 6)), bench.url
    older, object_id = waiting_since_an_older_page(bench, 6)
    newer = older.context.new_page()
    newer.goto(address)
    ready(newer)
    expect(newer.locator("#notice")).to_contain_text("This browser keeps nothing on its disk")
    other = label(newer, 0)
    saved(newer)
    assert log(newer, other)[0] == "dubious"
    older.evaluate("held.close()")
    newer.reload()
    ready(newer)
    empty(newer)
    assert log(newer, object_id) == ["dubious", *earlier]


def test_a_page_of_today_lets_go_of_the_database_when_a_newer_one_needs_it(bench: Page) -> None:
    newer = bench.context.new_page()
    newer.goto(bench.url.split("/projects/")[0])
    newer.evaluate(
        "() => new Promise((resolve) => { const newer = indexedDB.open('seston', 99);"
        " newer.onsuccess = () => { newer.result.close(); resolve(); }; })"
    )
    expect(bench.locator("#notice")).to_contain_text("Load this one again")
    object_id = label(bench, 0)
    saved(bench)
    assert log(bench, object_id)[0] == "dubious"


# The 400 ms after which letters label are never over on this page.
LETTERS_WAIT = """() => {
  const set = window.setTimeout;
  window.setTimeout = (act, time) => (time === 400 ? 0 : set(act, time));
}"""


@pytest.mark.own_browser
@pytest.mark.parametrize("leave", ["reload", "close"])
def test_quick_letters_of_a_page_that_goes_are_labels(bench: Page, leave: str) -> None:
    quick = bench.locator('#panel [data-name="Chaetognatha"]').get_attribute("data-taxon")
    bench.evaluate(QUICK, {"v": {"id": int(quick), "name": "Chaetognatha"}})
    bench.reload()
    ready(bench)
    objects = [number(bench, place) for place in (7, 8)]
    bench.locator(".vignette").nth(7).click()
    bench.on("dialog", lambda dialog: dialog.accept())
    address, last = bench.url, bench.context.new_page()
    last.goto(address.split("/projects/")[0])
    bench.bring_to_front()
    bench.evaluate(LETTERS_WAIT)
    bench.keyboard.type("vv")
    expect(bench.locator(".vignette[data-pending]")).to_have_count(2)
    if leave == "reload":
        bench.reload()
    else:
        with bench.expect_event("close"):
            bench.close(run_before_unload=True)
    last.goto(address)
    ready(last)
    saved(last)
    empty(last)
    for object_id in objects:
        now = ask(last, f"objects/{object_id}/")
        assert (now["taxon"]["name"], now["state"]) == ("Chaetognatha", "validated")
    assert (
        last.evaluate("() => Object.keys(localStorage).filter((name) => name.startsWith('seston.late'))")
        == []
    )


@pytest.mark.own_browser
def test_quick_letters_of_a_page_that_nobody_looks_at_any_more_are_labels(bench: Page) -> None:
    """Another tab is in front: the page's letters wait for no other letter."""
    quick = bench.locator('#panel [data-name="Chaetognatha"]').get_attribute("data-taxon")
    bench.evaluate(QUICK, {"v": {"id": int(quick), "name": "Chaetognatha"}})
    bench.reload()
    ready(bench)
    vignette = bench.locator(".vignette").nth(9)
    object_id = vignette.get_attribute("data-id")
    vignette.click()
    with fast_fingers(bench):
        bench.keyboard.press("v")
        expect(bench.locator(f"#o{object_id}")).to_have_attribute("data-pending", "Chaetognatha")
        bench.evaluate(
            """() => {
              Object.defineProperty(document, "hidden", { get: () => true });
              document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
        expect(bench.locator(f"#o{object_id}")).not_to_have_attribute("data-pending", re.compile("."))
        expect(bench.locator(f"#o{object_id}")).to_have_attribute(
            "data-state", "validated"
        )  # it is written down
    saved(bench)
    assert ask(bench, f"objects/{object_id}/")["taxon"]["name"] == "Chaetognatha"


READ_BY_A_STEP = """async (waiting) => {
  const { openStore } = await import("/static/js/outbox/store.js");
  const { added, settled } = await import("/static/js/outbox/records.js");
  const { newKey } = await import("/static/js/page/server.js");
  const store = await openStore(() => {});
  const queue = `test.${waiting}`;
  const make = (id) => ({
    key: newKey(), queue, page: "p", turn: 0, at: Date.now(), subject: "taxon", label: { taxon: 5 }, hasVersions: true,
    objects: [{ id, version: 3 }],
  });
  const all = Array.from({ length: waiting }, (_, i) => make(i));
  await store.change(queue, (seen) => added(all, seen), { about: all });
  let read = 0;
  const getAll = IDBIndex.prototype.getAll;
  IDBIndex.prototype.getAll = function (...about) {
    const request = getAll.apply(this, about);
    request.addEventListener("success", () => (read += request.result.length));
    return request;
  };
  const [record] = await store.due(queue, Date.now());
  await store.change(queue, (seen) => settled(record, { batch: 1 }, seen), { about: [record] });
  const more = make(0);
  const { put } = await store.change(queue, (seen) => added([more], seen), { about: [more] });
  const next = (await store.due(queue, Date.now()))[0].objects[0].id;
  IDBIndex.prototype.getAll = getAll;
  await store.remove([...all, more].map(({ key }) => key));
  store.db.close();
  return { read, sent: record.objects[0].id, next, seq: put[0].seq, version: put[0].objects[0].version };
}"""


def test_a_step_of_sending_reads_as_much_with_many_waiting_as_with_few(page: Page) -> None:
    page.goto("/")
    few, many = (page.evaluate(READ_BY_A_STEP, waiting) for waiting in (10, 300))
    assert few == {"read": 4, "sent": 0, "next": 1, "seq": 11, "version": 4}
    assert many == few | {"seq": 301}
