"""A threshold as a person sets it: with keys, and all above accepted and taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, go_to, open_bench

# eight of a taxon, with scores from 0.6 to 0.95
SCORE = """
from annotations.samples.models import Object
eight = list(Object.objects.filter(project__title="Surest", taxon__isnull=False).order_by("id")[:8])
for n, each in enumerate(eight):
    Object.objects.filter(pk=each.pk).update(taxon=eight[0].taxon, state="P", score=0.6 + n / 20)
Object.objects.filter(project__title="Surest", state="P", score=None).update(state="V")
"""


@pytest.fixture
def person() -> str:
    """Who annotates."""
    return "bob"


@pytest.fixture
def threshold(page: Page, site: Site, package) -> Page:
    site.project("Surest", package, create_taxa=True)
    site.shell(SCORE)
    open_bench(page, site, "Surest")
    go_to(page, "Annotate", "Thresholds")
    page.get_by_role("table").get_by_role("link").first.click()
    page.locator("#threshold-page[data-ready]").wait_for()
    return page


def test_a_threshold_is_chosen_by_keys_and_all_above_is_accepted_and_taken_back(threshold: Page) -> None:
    slider, above = threshold.get_by_role("slider"), threshold.locator("[data-figure=above]")
    slider.focus()
    threshold.keyboard.press("Home")
    expect(above).to_have_text("8")
    threshold.keyboard.press("ArrowRight")
    threshold.keyboard.press("ArrowRight")
    expect(above).to_have_text("6")
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(r"^Score 0.7000: 6 objects above, .* right expected")
    )
    expect(threshold.get_by_label("Score from")).to_have_value("0.7000")
    expect(threshold.get_by_role("region", name="Just below 0.7000").get_by_role("link")).to_have_count(2)

    threshold.get_by_role("button", name="Accept 6 objects as machine-validated").click()
    expect(threshold.locator("#toasts")).to_contain_text("6 objects are machine-validated.")
    expect(threshold.get_by_role("button", name="Accept")).to_contain_text("Accept 1 object")
    slider.press("Home")
    expect(above).to_have_text("2")
    threshold.get_by_role("button", name="Undo").click()
    expect(threshold.locator("#toasts")).to_contain_text("6 objects wait for a person again.")
    expect(above).to_have_text("6")
    expect(threshold.locator("[data-figure=above] + span")).to_have_text("of 8")
