"""A cluster as a person works at it: a stranger is taken out, it gets its name, and that is taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, go_to, open_bench, ready

TITLE = "Grouped"
FURNISH = """
from annotations.clusters.models import Cluster, Clustering, ClusterMember
from annotations.projects.models import Project
from annotations.samples.models import Object
project = Project.objects.get(title="Grouped")
clustering = Clustering.objects.create(project=project, job_id=1, objects_seen=12, objects_clustered=12)
cluster = Cluster.objects.create(clustering=clustering, project=project, number=1, size=12)
waiting = Object.objects.filter(project=project, state__in="UP").order_by("id")[:12]
ClusterMember.objects.bulk_create(ClusterMember(cluster=cluster, object=o, distance=n) for n, o in enumerate(waiting))
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
    page.keyboard.press("Control+z")
    expect(page.locator(".vignette")).to_have_count(11)
