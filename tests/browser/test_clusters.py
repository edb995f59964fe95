"""Clusters as a person works at them: one gets its name, and that is taken back; two are merged, and split again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, Site, go_to, open_bench, ready

TITLE = "Grouped"
OBJECTS = FEW
FURNISH = """
from annotations.clusters.models import Cluster, Clustering, ClusterMember
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.traits.vocabulary import define_trait
project = Project.objects.get(title="Grouped")
manager = project.memberships.get(role="manager").user
define_trait(project=project, user=manager, name="Egg sac", kind="flag", quick_key="e")
clustering = Clustering.objects.create(project=project, job_id=-project.pk, objects_seen=24, objects_clustered=24)
waiting = list(Object.objects.filter(project=project, state__in="UP").order_by("id")[:24])
for number, first, last in ((1, 0, 12), (2, 12, 20), (3, 20, 24)):
    cluster = Cluster.objects.create(clustering=clustering, project=project, number=number, size=last - first)
    members = enumerate(waiting[first:last])
    ClusterMember.objects.bulk_create(ClusterMember(cluster=cluster, object=o, distance=n) for n, o in members)
"""


@pytest.fixture
def person() -> str:
    return "bob"


@pytest.fixture(scope="module")
def project(site: Site, package) -> None:
    site.project(TITLE, package, create_taxa=True)
    site.shell(FURNISH)


def test_a_cluster_is_validated_named_and_taken_back(project, page: Page, site: Site) -> None:
    open_bench(page, site, TITLE)
    go_to(page, "Annotate", "Clusters")
    page.get_by_role("link", name=re.compile("^Cluster 1")).click()
    ready(page)
    accept = page.locator("#cluster-yes")
    expect(accept).to_have_text("All 12 belong together")
    page.locator(".vignette").first.click()
    expect(accept).to_have_text("The other 11 belong together")
    page.keyboard.press("Enter")
    expect(page.locator("[data-step=name]")).to_have_attribute("aria-current", "step")
    expect(page.locator(".vignette")).to_have_count(11)
    page.keyboard.type("Noctiluca")
    expect(page.locator("#taxon-options li").first).to_contain_text("Noctiluca")
    page.keyboard.press("Enter")
    expect(page.locator("#cluster-question")).to_have_text(re.compile("^It is Noctiluca"))
    expect(page.locator("#toasts")).to_contain_text("11 objects")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-step=name]")).to_have_attribute("aria-current", "step")
    expect(page.locator(".vignette")).to_have_count(11)


def test_its_name_takes_a_trait_along(project, page: Page, site: Site) -> None:
    open_bench(page, site, TITLE)
    go_to(page, "Annotate", "Clusters")
    page.get_by_role("link", name=re.compile("^Cluster 1")).click()
    ready(page)
    expect(page.locator("[data-step=name]")).to_have_attribute("aria-current", "step")
    palette = page.locator("#palette")
    member = page.locator(".vignette").first.get_attribute("data-id")
    page.keyboard.press(";")
    expect(palette.get_by_role("heading")).to_have_text("Trait of 11 objects")
    page.keyboard.press("e")
    page.keyboard.press("e")
    chosen = page.locator("#cluster-traits .chip")
    expect(chosen).to_contain_text("Egg sac: yes")
    page.keyboard.type("Noctiluca")
    expect(page.locator("#taxon-options li").first).to_contain_text("Noctiluca")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text(re.compile("is Noctiluca.*, Egg sac: yes: 11 objects"))
    expect(chosen).to_have_count(0)
    assert egg_sac(page, member) == ["yes"]
    page.keyboard.press("Control+z")
    expect(page.locator("[data-step=name]")).to_have_attribute("aria-current", "step")
    assert egg_sac(page, member) is None


# Presses them one after the other before the browser paints, as fast fingers do on a busy machine.
PRESS = """(keys) => {
    const down = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    for (const key of keys) document.activeElement.dispatchEvent(down(key));
}"""


def test_letters_right_after_a_trait_name_the_cluster(project, page: Page, site: Site) -> None:
    open_bench(page, site, TITLE)
    go_to(page, "Annotate", "Clusters")
    page.get_by_role("link", name=re.compile("^Cluster 1")).click()
    ready(page)
    page.keyboard.press(";")
    expect(page.locator("#palette").get_by_role("heading")).to_have_text("Trait of 11 objects")
    page.evaluate(PRESS, ["e", "e", "N"])
    expect(page.locator("#taxon-text")).to_have_value("N")
    page.keyboard.type("oct")
    expect(page.locator("#taxon-options li").first).to_contain_text("Noctiluca")


def egg_sac(page: Page, number: str) -> list | None:
    project = page.locator("#bench").get_attribute("data-project")
    [entry] = page.request.get(f"/api/v1/projects/{project}/trait-values/?trait=egg_sac&ids={number}").json()
    return entry["value"]


def test_two_that_are_ticked_become_one_whose_strangers_survive_a_hurry_and_it_is_split(
    project, page: Page, site: Site
) -> None:
    open_bench(page, site, TITLE)
    go_to(page, "Annotate", "Clusters")
    for name in ("Cluster 2", "Cluster 3"):
        page.get_by_role("checkbox", name=f"{name} is the same").check()
    page.get_by_role("button", name="Merge the ticked").click()
    ready(page)
    accept = page.locator("#cluster-yes")
    expect(accept).to_have_text("All 12 belong together")
    page.locator(".vignette").first.click()
    page.get_by_role("link", name="All clusters").click()  # before the clicks that are gathered are sent
    page.get_by_role("link", name=re.compile("^Cluster 2")).click()
    ready(page)
    expect(page.locator("#selected")).to_have_text("1 taken out")
    expect(accept).to_have_text("The other 11 belong together")
    page.get_by_role("button", name="Split…").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Splitting a cluster")
