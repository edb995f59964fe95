"""Undo goes on to the very first label of the sitting, whatever was undone and redone; a list takes back the rest."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, Site, intercept, open_bench

TITLE = "Sitting"
OBJECTS = FEW
LABELS = 110  # more than a page of the stack, which has a hundred

# labels the same few objects over and over, as programs do; then undoes and redoes half of it. Prints how many were
# predicted before
PREPARE = f"""
from annotations.accounts.models import User
from annotations.history.sitting import Stack, steps
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.labels.models import Batch
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Project, Role
from annotations.samples.models import Object, State
project, alice = Project.objects.get(title={TITLE!r}), User.objects.get(username="alice")
objects = Object.objects.filter(project=project, state=State.PREDICTED).order_by("id").values_list("pk", "version")
predicted = len(objects)
targets = [Target(id, version) for id, version in objects[:10]]
for number in range({LABELS}):
    times, place = divmod(number, len(targets))
    target = Target(targets[place].id, targets[place].version + times)
    state = State.DUBIOUS if times % 2 else State.VALIDATED
    label_objects(project=project, user=alice, targets=[target], state=state)
for stack in Stack.DONE, Stack.UNDONE:
    for step in steps(project.pk, alice, stack, size={LABELS} // 2)[0]:
        undo_batch(batch=Batch.objects.get(pk=step.batch), user=alice, role=Role.MANAGER)
print(predicted)
"""


@pytest.fixture
def person() -> str:
    """Who imported the package: that is the first of her actions."""
    return "alice"


def test_undo_goes_on_to_the_very_first(project: str, page: Page, site: Site) -> None:
    predicted = site.shell(PREPARE)
    bench = open_bench(page, site, project)
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
    for _ in range(2):  # to the first of 110, fifty a page
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
