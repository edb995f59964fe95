"""Those who work at clusters of one clustering at the same moment: nobody waits for another, and no member is lost."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from annotations.clusters.actions import merge_clusters, name_cluster, validate_cluster
from annotations.clusters.claims import lock_clustering, locked
from annotations.clusters.growing import answer_candidates, begin_growth, candidates_of
from annotations.clusters.models import Cluster, ClusterMember
from annotations.clusters.tree.actions import make_group
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.samples.actions import delete_objects
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from tests.readings.test_at_once import done_or_waiting, on_a_connection_of_its_own
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db(transaction=True)


@shared_rows
def growing(drawn, people) -> Cluster:
    """The largest, whose candidates are the members of the other and what lies in none."""
    validate_cluster(cluster=drawn[0], user=people.bob)
    begin_growth(cluster=drawn[0], user=people.bob)
    return drawn[0]


@pytest.fixture
def other(drawn, growing) -> Cluster:
    return drawn[1]


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1) as pool:
        yield pool


def begin(pool: ThreadPoolExecutor, work: Callable[[], object]) -> Future:
    """Of somebody else, until it is done or waits for a lock."""
    future = pool.submit(on_a_connection_of_its_own, work)
    done_or_waiting(future)
    return future


def without_waiting(pool: ThreadPoolExecutor, work: Callable[[], object]) -> None:
    """The work of somebody else, who must wait for nobody."""
    future = begin(pool, work)
    assert future.done(), "it waits for a lock"
    future.result()


def accept_all(cluster: Cluster, user) -> None:
    answer_candidates(cluster=cluster, user=user, page=0, answer="all")


def members(cluster: Cluster) -> set[int]:
    rows = ClusterMember.objects.filter(cluster=cluster).exclude(state="O")
    return set(rows.values_list("object", flat=True))


def test_a_person_in_two_tabs_waits_for_nothing(sea, growing, other, people, pool):
    before = members(other)
    with transaction.atomic():
        Cluster.objects.select_for_update().get(pk=other.pk)
        without_waiting(pool, lambda: accept_all(growing, people.bob))
        locked(other, people.bob)
    assert members(other) == before, "what lies in a cluster that somebody is at stays there"
    assert members(growing) == {each.pk for each in [*sea.groups[0], *sea.elsewhere]}
    assert Cluster.objects.get(pk=growing.pk).size == len(sea.groups[0]) + len(sea.elsewhere)


def test_who_names_a_cluster_and_who_takes_its_members_do_not_wait_for_each_other(
    sea, growing, other, people, pool
):
    taxon = Taxon.objects.get(pk=sea.salpida)
    validate_cluster(cluster=other, user=people.alice)
    with transaction.atomic():
        locked(other, people.alice)
        without_waiting(pool, lambda: accept_all(growing, people.bob))
        outcome = name_cluster(cluster=other, user=people.alice, taxon=taxon)
    assert outcome.changed == len(sea.groups[1])
    assert Object.objects.filter(taxon=taxon).count() == len(sea.groups[1])


def test_labels_on_the_bench_wait_for_no_cluster(sea, growing, people, pool):
    taxon = Taxon.objects.get(pk=sea.copepoda)
    first = Object.objects.get(pk=candidates_of(growing).ids[0])
    with transaction.atomic():
        accept_all(growing, people.bob)
        targets = [Target(first.pk, first.version)]
        without_waiting(
            pool,
            lambda: label_objects(project=sea.project, user=people.carla, targets=targets, taxon=taxon),
        )
    assert Object.objects.get(pk=first.pk).taxon_id == sea.copepoda


def test_what_is_deleted_meanwhile_waits_for_the_answer_or_the_answer_for_it(sea, growing, people, pool):
    page = candidates_of(growing).ids
    deleted = sorted(page)[-3:]
    with transaction.atomic():
        delete_objects(project=sea.project, object_ids=deleted[:1])
        answered = begin(
            pool,
            lambda: answer_candidates(
                cluster=growing, user=people.bob, page=0, answer="all", out=deleted[-1:]
            ),
        )
        delete_objects(project=sea.project, object_ids=deleted)
    answered.result()
    assert members(growing) == {each.pk for each in sea.groups[0]} | (set(page) - set(deleted))


def test_who_merges_waits_for_who_arranges_with_nothing_locked(sea, growing, other, people, pool):
    clustering = growing.clustering
    with transaction.atomic():
        lock_clustering(clustering.pk)
        Cluster.objects.select_for_update().get(pk=other.pk)
        merging = begin(pool, lambda: merge_clusters(into=growing, user=people.bob, others=[other]))
        assert not merging.done()
        group = make_group(
            clustering=clustering,
            user=people.alice,
            base_revision=clustering.revision,
            clusters=[growing.pk, other.pk],
            name="",
        )
    merging.result()
    with connection.cursor() as cursor:
        cursor.execute("SELECT parent_id, size FROM clusters_cluster WHERE id = %s", [growing.pk])
        assert cursor.fetchone() == (group.pk, len(sea.groups[0]) + len(sea.groups[1]))
