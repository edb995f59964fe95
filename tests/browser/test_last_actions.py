"""Undo goes on to the very first label of the sitting, whatever was undone and redone; a list takes back the rest."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import intercept, ready

TITLE = "Sitting"
LABELS = 130  # more than a page of the stack

# labels the same few objects over and over, as programs do; then undoes and redoes half of it
PREPARE = """async (count) => {
  const { project } = document.getElementById("bench").dataset;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const send = async (path, body) => {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const options = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) };
    const answer = await fetch(`/api/v1/${path}`, options);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const { results } = await send(`projects/${project}/objects/?state=predicted&limit=10`);
  for (let n = 0; n < count; n++) {
    const object = results[n % results.length];
    const state = Math.floor(n / results.length) % 2 ? "dubious" : "validated";
    await send(`projects/${project}/annotations/`, { objects: [{ id: object.id, version: object.version++ }], state });
  }
  for (const stack of ["done", "undone"])
    for (const { batch } of (await send(`projects/${project}/sitting/?stack=${stack}&limit=${count / 2}`)).results)
      await send(`batches/${batch}/undo/`, {});
}"""


@pytest.fixture
def person() -> str:
    """Who imported the package: that is the first of her actions."""
    return "alice"


def test_undo_goes_on_to_the_very_first(bench: Page) -> None:
    predicted = bench.locator("[data-count=P]").inner_text()
    bench.evaluate(PREPARE, LABELS)
    bench.reload()
    ready(bench)
    expect(bench.locator("#redo")).to_be_disabled()
    expect(bench.locator("[data-count=P]")).to_have_text(str(int(predicted) - 10))
    expect(bench.locator("#undo")).to_be_enabled()
    for _ in range(LABELS):
        bench.keyboard.press("Control+z")
    expect(bench.locator("#undo")).to_be_disabled(timeout=120_000)
    expect(bench.locator("[data-count=P]")).to_have_text(predicted)
    bench.keyboard.press("Control+y")
    expect(bench.locator("[data-count=P]")).to_have_text(str(int(predicted) - 1))

    bench.keyboard.press("Control+Shift+H")
    expect(bench.get_by_role("heading", name="Your last actions")).to_be_visible()
    for _ in range(2):  # to the first of 130, fifty a page
        bench.get_by_role("link", name="Earlier ones").click()
    first = bench.locator("tbody tr", has=bench.get_by_role("button", name="Take back"))
    expect(first).to_have_count(1)  # the import cannot be; all others are taken back
    first.get_by_role("button", name="Take back").click()
    expect(bench.get_by_text("1 put back.")).to_be_visible()
    bench.get_by_role("link", name="Take back a period").click()
    expect(bench.get_by_role("heading", name="Take back a period")).to_be_visible()


def test_undoing_more_than_a_request_can_says_which_job_does_it(bench: Page) -> None:
    bench.locator("#gallery .vignette").first.click()
    bench.keyboard.press("Enter")
    expect(bench.locator("#undo")).to_be_enabled()
    job = {"id": 4711, "kind": "take_back", "state": "queued"}
    intercept(bench, "**/undo/", lambda route: route.fulfill(status=202, json=job))
    bench.keyboard.press("Control+z")
    expect(bench.locator("#notice")).to_contain_text("job 4711 puts them back")


def test_a_day_is_typed_or_chosen_and_written_alike_in_every_browser(bench: Page) -> None:
    bench.keyboard.press("Control+Shift+H")
    bench.get_by_role("link", name="Take back a period").click()
    day = bench.get_by_label("From (UTC)", exact=True)
    day.fill("30.4.2026")
    bench.get_by_role("button", name="How many would that be?").click()
    expect(bench.locator("[name=since]:invalid")).to_be_focused()  # the browser says how a day is written
    expect(bench.get_by_role("button", name="Calendar: From (UTC)")).to_be_visible()
    chosen = "input => { input.value = '2026-04-30'; input.dispatchEvent(new Event('change')); }"
    bench.locator(".day", has=day).locator("[type=date]").evaluate(chosen)
    expect(day).to_have_value("2026-04-30")
    bench.get_by_role("button", name="How many would that be?").click()
    expect(bench.get_by_role("heading", name="from 2026-04-30 00:00 to now, UTC")).to_be_visible()
    expect(day).to_have_value("2026-04-30")
