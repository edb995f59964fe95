"""A threshold as a person sets it: with keys, and all above accepted and taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, go_to, open_bench
from tests.browser.test_accessible import COLOURS, faults

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


# eight that are predicted as one of two taxa below one, four of which only the two together are sure of
COARSER = """
from annotations.learning.models import Model, Prediction
from annotations.refitting.models import Refitting
from annotations.samples.models import Object, State
from annotations.projects.models import Project
from annotations.taxonomy.actions import add_taxon
project = Project.objects.get(title="Coarser")
Refitting.objects.update_or_create(project=project, defaults={"is_on": False})
parent = add_taxon(name="Novicrustacea", parent=None)
one, other = (add_taxon(name=name, parent=parent) for name in ("Novicalanus", "Novithona"))
model = Model.objects.create(name="m", is_ready=True, classes=[one.pk, other.pk])
objects = list(Object.objects.filter(project=project).order_by("id")[:9])
Object.objects.filter(project=project, state="P").update(state="V")
for n, each in enumerate(objects):
    taxon, scores = (one, [0.6, 0.39 - n / 20]) if n < 8 else (other, [0.01, 0.98])
    Object.objects.filter(pk=each.pk).update(taxon=taxon, state="P", score=max(scores))
    Prediction.objects.create(object=each, model=model, taxa=[one.pk, other.pk], scores=scores)
print(one.pk)
"""


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


def test_what_lies_below_is_accepted_as_a_coarser_taxon_and_taken_back(
    page: Page, site: Site, package
) -> None:
    site.project("Coarser", package, create_taxa=True)
    taxon = site.shell(COARSER).split()[-1]
    page.goto(site.addresses["Coarser"] + f"thresholds/{taxon}/?threshold=0.6")
    number = page.get_by_label("Score from")
    number.fill("0.8")
    coarser = page.get_by_role("region", name="Those below, as a coarser taxon")
    expect(coarser.get_by_role("radio", name="Novicrustacea")).to_be_checked()
    row = coarser.get_by_role("row", name="Novicrustacea")
    expect(row).to_contain_text("4")
    guess = coarser.get_by_role("checkbox", name="Novicalanus 4")
    expect(guess).to_be_checked()
    expect(coarser.get_by_role("region", name="Novicalanus").get_by_role("link")).to_have_count(
        5
    )  # and the bench
    accept = coarser.get_by_role("button", name="Accept 4 objects as Novicrustacea, machine-validated")
    expect(accept).to_be_enabled()
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults(page, COLOURS) == []
    guess.press("Space")
    expect(coarser.get_by_role("button", name="Nothing is ticked: tick a best guess")).to_be_disabled()
    guess.press("Space")
    accept.click()
    expect(page.locator("#toasts")).to_contain_text("4 objects are machine-validated.")
    expect(page.locator("#threshold-page")).to_contain_text(
        "4 objects that are predicted to be Novicalanus wait"
    )
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("4 objects wait for a person again.")
    expect(page.locator("#threshold-page")).to_contain_text(
        "8 objects that are predicted to be Novicalanus wait"
    )
