"""Like these and not like those on the bench, what the nearest are, and near-duplicates."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, go_to, ready

TITLE = "Alike"
OBJECTS = FEW
# Every object lies somewhere on a circle; two validated ones of different taxa at the same place.
FURNISH = f"""
import numpy as np
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.similarity.actions import keep_embeddings, space_of
from annotations.similarity.duplicates.searching import FoundGroup, finish_search
project = Project.objects.get(title={TITLE!r})
ids = list(Object.objects.filter(project=project).order_by("id").values_list("pk", flat=True))
angles = np.linspace(0, 3, len(ids))
space = space_of(Model.objects.create(name="circle", is_ready=True), 2)
keep_embeddings(space=space, project_id=project.pk, ids=ids, vectors=np.c_[np.cos(angles), np.sin(angles)])
first, second = Object.objects.filter(project=project, state="V").distinct("taxon_id").order_by("taxon_id")[:2]
groups = [FoundGroup(tuple(sorted([first.pk, second.pk])), 0.001, taxa=2)]
finish_search(project=project, groups=groups, threshold=0.01, space=space.pk, compared=len(ids))
"""


def test_like_these_and_not_like_those_by_keys_and_by_the_mouse(bench: Page) -> None:
    vignettes = bench.locator(".vignette")
    liked = [vignettes.nth(n).get_attribute("data-id") for n in (1, 3)]
    vignettes.nth(1).click()
    vignettes.nth(3).click(modifiers=["Control"])
    bench.keyboard.press("Control+i")
    bench.wait_for_url(f"**/?order=similar*{liked[0]}*{liked[1]}*")
    ready(bench)
    unliked = vignettes.nth(4).get_attribute("data-id")
    vignettes.nth(4).click(button="right")
    bench.get_by_role("menuitem", name="Not like these").click()
    examples = bench.get_by_role("list", name="What it is sorted by")
    expect(examples.get_by_role("img", name=f"Unlike object {unliked}")).to_be_visible()
    ready(bench)
    words = f"Sort by most like objects {liked[0]} and {liked[1]}, unlike object {unliked}"
    expect(bench.get_by_role("button", name=words)).to_be_visible()
    examples.get_by_role("link", name=f"Sort without object {unliked}").click()
    expect(examples.get_by_role("img")).to_have_count(2)


def test_the_nearest_give_their_taxon_with_a_click(bench: Page) -> None:
    vignette = bench.locator(".vignette[data-state=predicted]").first
    vignette.click()
    choices = bench.get_by_role("group", name="What the nearest validated objects are")
    offered = choices.get_by_role("button").first
    taxon = offered.get_attribute("data-choice")
    number = vignette.get_attribute("id")
    offered.click()
    expect(bench.locator(f"#{number}")).to_have_attribute("data-state", "validated")
    expect(bench.locator(f"#{number}")).to_have_attribute("data-taxon", str(taxon))


def test_near_duplicates_get_one_label_or_are_put_away(bench: Page) -> None:
    go_to(bench, "Annotate", "Near-duplicates")
    group = bench.locator(".duplicates")
    expect(group).to_contain_text("labels contradict")
    group.get_by_role("button", name="All ").first.click()
    expect(group).to_contain_text("All are validated as")
    expect(group).not_to_contain_text("labels contradict")
    group.get_by_role("button", name="Not duplicates").click()
    expect(group).to_have_count(0)
    bench.get_by_role("link", name="Marked as not duplicates").click()
    expect(group).to_have_count(1)
