"""What a rule labelled shows by itself, with a badge and a filter of its own, and is taken back as one action."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW

TITLE = "Ruled"
OBJECTS = FEW
# predictions of a package have no scores; and no refit gives others meanwhile
FURNISH = f"""
from annotations.projects.models import Project
from annotations.refitting.models import Refitting
from annotations.samples.models import Object
project = Project.objects.get(title="{TITLE}")
Refitting.objects.update_or_create(project=project, defaults={{"is_on": False}})
Object.objects.filter(project=project, state="P").update(score=0.9)
"""
# everything with a score that is predicted as the taxon that most are
ACCEPT = """async () => {
    const api = `/api/v1${location.pathname}`;
    const get = async (path) => (await fetch(api + path)).json();
    const [most] = (await get("counts/?state=predicted&score_min=0")).sort((a, b) => b.count - a.count);
    const taxon = most.taxon.id;
    const { count } = await get(`counts/total/?state=predicted&descendants=0&score_min=0&taxon=${taxon}`);
    const answer = await fetch(api + "machine-validations/", {
        method: "POST",
        headers: { "Content-Type": "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) },
        body: JSON.stringify({ taxon, threshold: 0, objects: count }),
    });
    return [count, (await answer.json()).changed];
}"""
BADGE = """(vignette) => {
    const mark = vignette.querySelector(".mark");
    return [getComputedStyle(mark, "::before").content, getComputedStyle(mark).borderRadius];
}"""


@pytest.fixture
def person() -> str:
    """Who sets the rule: an annotator."""
    return "bob"


def test_badge_filter_key_and_undo(bench: Page) -> None:
    count, changed = bench.evaluate(ACCEPT)
    assert count == changed > 1
    by_rule = bench.locator(".vignette[data-state=machine-validated]")
    chip = bench.get_by_role("link", name=f"Machine-validated {count}")
    expect(chip).to_be_visible()
    expect(by_rule.first.get_by_role("img", name="machine-validated", exact=True)).to_be_visible()

    chip.click()
    expect(by_rule).to_have_count(count)
    expect(bench.locator(".vignette")).to_have_count(count)
    assert by_rule.first.evaluate(BADGE) == ['"M"', "3px"]

    by_rule.first.click()
    bench.keyboard.press("Enter")
    expect(bench.locator(".vignette[data-state=validated]")).to_have_count(1)
    expect(by_rule).to_have_count(count - 1)

    bench.keyboard.press("Control+z")
    expect(by_rule).to_have_count(count)
    bench.keyboard.press("Control+z")
    expect(bench.locator(".vignette[data-state=predicted]")).to_have_count(count)
