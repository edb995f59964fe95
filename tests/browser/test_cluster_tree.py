"""Clusters are arranged by keys and by dragging, by two people at once, and a group is named by one decision."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import FEW, Site, go_to, open_bench

TITLE = "Arranged"
OBJECTS = FEW
FURNISH = """
from annotations.accounts.models import User
from annotations.traits.vocabulary import define_trait
from annotations.clusters.models import Cluster, Clustering, ClusterMember
from annotations.projects.models import Project
from annotations.samples.models import Object
project = Project.objects.get(title="Arranged")
clustering = Clustering.objects.create(project=project, job_id=-project.pk, objects_seen=24, objects_clustered=24)
define_trait(project=project, user=User.objects.get(username="alice"), name="Egg sac", kind="flag", quick_key="e")
waiting = list(Object.objects.filter(project=project, state__in="UP").order_by("id")[:24])
for number in (1, 2, 3, 4):
    some = waiting[6 * number - 6:6 * number]
    cluster = Cluster.objects.create(clustering=clustering, project=project, number=number, size=6, place=number,
                                     state="grown" if number < 3 else "open", core=[o.pk for o in some[:3]])
    ClusterMember.objects.bulk_create(ClusterMember(cluster=cluster, object=o, distance=n) for n, o in enumerate(some))
"""
CHANGE_BY_CARLA = """
from annotations.accounts.models import User
from annotations.clusters.models import Clustering
from annotations.clusters.tree.actions import make_group
clustering = Clustering.objects.get(project__title="Arranged")
third = clustering.clusters.get(number=3).pk
make_group(clustering=clustering, user=User.objects.get(username="carla"), clusters=[third], name="Hers",
           base_revision=clustering.revision)
"""


@pytest.fixture
def person() -> str:
    return "bob"


@pytest.fixture(scope="module")
def project(site: Site, package) -> None:
    site.project(TITLE, package, create_taxa=True)
    site.shell(FURNISH)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("treeitem", name=re.compile(f"^{name}"))


def test_clusters_are_grouped_by_keys_and_named_together_and_others_are_seen(
    project, page: Page, site: Site
) -> None:
    open_bench(page, site, TITLE)
    go_to(page, "Annotate", "Clusters")
    page.get_by_role("link", name="Tree").click()
    page.locator("#cluster-tree[data-ready]").wait_for()
    row(page, "Cluster 1").click()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+g")
    group = row(page, "Group 5")
    expect(group).to_contain_text("2 clusters, 12 objects; 2 wait for a name")
    expect(group).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("odd ones")
    expect(page.get_by_text("No taxon is called so.")).to_be_visible()
    page.keyboard.press("Enter")
    group = row(page, "odd ones")
    expect(group).to_be_focused()
    row(page, "Cluster 4").drag_to(group)
    expect(row(page, "Cluster 4")).to_have_attribute("aria-level", "2")
    site.shell(CHANGE_BY_CARLA)
    expect(row(page, "Hers")).to_be_visible()
    group.click()
    page.get_by_role("button", name="Name all…").click()
    page.keyboard.type("Noctiluca")
    expect(page.locator("#choose-options li").first).to_contain_text("Noctiluca")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text(
        "12 objects in 2 clusters are Noctiluca; 1 that nobody has looked at stay as they are"
    )
    expect(group).to_contain_text("2 named")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(group).to_contain_text("2 wait for a name")
    group.click()
    page.keyboard.press(";")
    expect(page.locator("#palette-heading")).to_have_text("Trait of 18 objects")
    page.keyboard.press("e")
    page.keyboard.press("1")
    expect(page.locator("#tree-traits")).to_have_accessible_name("What all of odd ones gets with its name")
    expect(page.locator("#tree-traits .chip")).to_contain_text("Egg sac: ")
    group.click()
    page.keyboard.press("Control+Enter")
    page.keyboard.type("Noctiluca")
    expect(page.locator("#choose-options li").first).to_contain_text("Noctiluca")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("12 objects in 2 clusters are Noctiluca, Egg sac: ")
    expect(page.locator("#tree-traits")).to_be_hidden()
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(group).to_contain_text("2 wait for a name")
    row(page, "Cluster 4").click()
    page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(row(page, "Cluster 4")).to_have_attribute("aria-level", "1")
    page.keyboard.press("Control+z")
    expect(row(page, "Cluster 4")).to_have_attribute("aria-level", "2")
