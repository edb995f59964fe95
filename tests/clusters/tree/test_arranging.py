"""Clusters are arranged into groups by several people: nothing is overwritten, and each takes back what was theirs."""

import pytest
from django.core.exceptions import ValidationError

from annotations.clusters.claims import hold
from annotations.clusters.models import Cluster, ClusterState
from annotations.clusters.tree.actions import dissolve_group, make_group, move_clusters, rename_cluster
from annotations.clusters.tree.editing import TreeConflict
from annotations.clusters.tree.proposals import GroupOfClusters, store_proposal
from annotations.clusters.tree.queries import tree_of
from annotations.clusters.tree.undoing import undo_tree_change
from annotations.jobs.models import Job, JobState
from annotations.taxonomy.models import Taxon
from classifier.clustering.hierarchy import TooManyMiddles
from tests.clusters.conftest import clustered
from tests.worker.runs import run
from tests.worlds import shared_rows
from worker.clusters import arranging
from worker.clusters import job as clustering_job

pytestmark = pytest.mark.django_db


@shared_rows
def clustering(drawn):
    """Of five clusters, one beside the other."""
    clustering = drawn[0].clustering
    for number in (3, 4, 5):
        Cluster.objects.create(
            clustering=clustering, project=clustering.project, number=number, size=1, place=number
        )
    return clustering


def numbered(clustering, *numbers) -> list[int]:
    by_number = dict(clustering.clusters.values_list("number", "pk"))
    return [by_number[number] for number in numbers]


def revision_of(clustering) -> int:
    clustering.refresh_from_db()
    return clustering.revision


def move(clustering, user, *numbers, into=None, before=None):
    return move_clusters(
        clustering=clustering,
        user=user,
        base_revision=revision_of(clustering),
        clusters=numbered(clustering, *numbers),
        parent=into and into.pk,
        before=before and numbered(clustering, before)[0],
    )


def group_of(clustering, user, *numbers, name=""):
    clusters = numbered(clustering, *numbers)
    return make_group(
        clustering=clustering, user=user, base_revision=revision_of(clustering), clusters=clusters, name=name
    )


def drawn_tree(clustering) -> list[str]:
    return [f"{'  ' * (row.level - 1)}{row.cluster}" for row in tree_of(clustering)]


def test_a_cluster_goes_before_another_and_into_a_group_and_to_the_end(clustering, people):
    move(clustering, people.bob, 5, before=2)
    assert drawn_tree(clustering) == [f"Cluster {n}" for n in (1, 5, 2, 3, 4)]
    group = group_of(clustering, people.bob, 2, 3, name="Copepods")
    move(clustering, people.bob, 1, into=group)
    move(clustering, people.bob, 5)
    assert drawn_tree(clustering) == [
        "Copepods",
        "  Cluster 2",
        "  Cluster 3",
        "  Cluster 1",
        "Cluster 4",
        "Cluster 5",
    ]


def test_rows_find_a_place_between_two_however_often(clustering, people):
    for _ in range(30):
        move(clustering, people.bob, 5, before=2)
        move(clustering, people.bob, 4, before=5)
        move(clustering, people.bob, 5, before=4)
    assert drawn_tree(clustering) == [f"Cluster {n}" for n in (1, 5, 4, 2, 3)]


def test_a_group_that_is_dissolved_leaves_what_lay_in_it_in_its_place(clustering, people):
    group = group_of(clustering, people.bob, 2, 3)
    dissolve_group(group=group, user=people.bob, base_revision=revision_of(clustering))
    assert drawn_tree(clustering) == [f"Cluster {n}" for n in (1, 2, 3, 4, 5)]


def test_what_somebody_changed_since_it_was_seen_is_not_overwritten(clustering, people):
    before = revision_of(clustering)
    group = group_of(clustering, people.carla, 2, name="Carla's")
    with pytest.raises(TreeConflict, match="Carla has changed Cluster 2 meanwhile"):
        move_clusters(
            clustering=clustering, user=people.bob, base_revision=before, clusters=numbered(clustering, 2)
        )
    assert Cluster.objects.get(pk=numbered(clustering, 2)[0]).parent_id == group.pk
    move_clusters(
        clustering=clustering, user=people.bob, base_revision=before, clusters=numbered(clustering, 4)
    )


def test_no_group_goes_into_itself(clustering, people):
    outer = group_of(clustering, people.bob, 2, 3, name="outer")
    inner = group_of(clustering, people.bob, 3, name="inner")
    with pytest.raises(ValidationError, match="can't be put into itself"):
        move(clustering, people.bob, outer.number, into=inner)
    with pytest.raises(ValidationError, match="is no group"):
        move(clustering, people.bob, 4, into=Cluster.objects.get(pk=numbered(clustering, 1)[0]))


def test_each_takes_back_what_was_theirs_the_last_first(clustering, people):
    before = drawn_tree(clustering)
    group = group_of(clustering, people.bob, 2, 3, name="Copepods")
    move(clustering, people.carla, 5, before=1)
    dissolve_group(group=group, user=people.bob, base_revision=revision_of(clustering))
    undo_tree_change(clustering=clustering, user=people.bob)
    assert drawn_tree(clustering)[2:5] == ["Copepods", "  Cluster 2", "  Cluster 3"]
    undo_tree_change(clustering=clustering, user=people.bob)
    assert drawn_tree(clustering) == ["Cluster 5", *before[:4]]
    with pytest.raises(ValidationError, match="nothing of yours"):
        undo_tree_change(clustering=clustering, user=people.bob)


def test_what_others_put_into_a_group_survives_its_undo(clustering, people):
    group = group_of(clustering, people.bob, 2)
    move(clustering, people.carla, 4, into=group)
    undo_tree_change(clustering=clustering, user=people.bob)
    assert sorted(drawn_tree(clustering)) == [f"Cluster {n}" for n in (1, 2, 3, 4, 5)]


def test_what_others_moved_since_is_not_taken_back(clustering, people):
    group_of(clustering, people.bob, 2, name="Bob's")
    move(clustering, people.carla, 2)
    with pytest.raises(TreeConflict, match="was changed since"):
        undo_tree_change(clustering=clustering, user=people.bob)


def test_what_others_put_into_a_proposed_group_within_one_survives_the_undo_of_all(clustering, people):
    job = Job.objects.create(kind="propose_tree", owner=people.bob, project=clustering.project)
    inner = GroupOfClusters(numbered(clustering, 1, 2))
    outer = GroupOfClusters([inner, *numbered(clustering, 3)])
    store_proposal(clustering=clustering, job=job, top=GroupOfClusters([outer]))
    within = Cluster.objects.get(is_group=True, parent__isnull=False)
    move(clustering, people.carla, 4, into=within)
    undo_tree_change(clustering=clustering, user=people.bob)
    assert sorted(drawn_tree(clustering)) == [f"Cluster {n}" for n in (1, 2, 3, 4, 5)]
    assert not Cluster.objects.exclude(state=ClusterState.GONE).exclude(parent=None).exists()


def test_too_many_clusters_for_a_tree_are_said_and_stay(clustering, sea, people, monkeypatch):
    def refused(clustering):
        raise TooManyMiddles("12,001 clusters are too many")

    monkeypatch.setattr(arranging, "proposal_for", refused)
    job = Job.objects.create(
        kind="propose_tree", project=sea.project, params={"clustering": clustering.pk}, owner=people.alice
    )
    assert run(job, arranging.propose_tree).message == "12,001 clusters are too many"
    monkeypatch.setattr(clustering_job, "proposal_for", refused)
    job = clustered(sea)
    assert job.state == JobState.DONE and job.result["clusters"] == 2
    assert [entry["message"] for entry in job.result["warnings"]] == ["12,001 clusters are too many"]


def test_no_tree_grows_too_deep_by_what_is_put_into_it(clustering, people):
    inner = outer = group_of(clustering, people.bob, 1)
    for _ in range(11):
        outer = group_of(clustering, people.bob, outer.number)
    other = group_of(clustering, people.bob, 2)
    for _ in range(11):
        group_of(clustering, people.bob, other.number)
    with pytest.raises(ValidationError, match="20 levels at most"):
        move(clustering, people.bob, outer.number, into=other)
    assert inner.number < outer.number


def test_a_change_asks_the_database_as_often_for_many_rows_as_for_two(
    clustering, people, django_assert_max_num_queries
):
    group = group_of(clustering, people.bob, 1, name="deep")
    for number in range(6, 36):
        Cluster.objects.create(
            clustering=clustering, project=clustering.project, number=number + 1000, size=1, place=number
        )
    many = [number + 1000 for number in range(6, 36)]
    with django_assert_max_num_queries(14):
        move(clustering, people.bob, *many, into=group)
    with django_assert_max_num_queries(16):
        undo_tree_change(clustering=clustering, user=people.bob)
    assert drawn_tree(clustering)[:3] == ["deep", "  Cluster 1", "Cluster 2"]


def test_a_group_is_to_be_a_taxon_before_anything_is_labelled(clustering, people, sea):
    group = group_of(clustering, people.bob, 1, 2)
    salps = Taxon.objects.get(pk=sea.salpida)
    rename_cluster(
        cluster=group, user=people.bob, name="", taxon=salps, base_revision=revision_of(clustering)
    )
    [row] = [row for row in tree_of(clustering) if row.cluster.is_group]
    assert (str(row.cluster), row.taxon["id"], row.is_named) == ("Salpida", sea.salpida, False)


def test_what_somebody_else_has_open_keeps_its_name(clustering, people, drawn):
    hold(cluster=drawn[0], user=people.carla)
    with pytest.raises(ValidationError, match="Somebody has Cluster 1 open"):
        rename_cluster(cluster=drawn[0], user=people.bob, name="mine")
    rename_cluster(cluster=drawn[0], user=people.carla, name="hers")
    assert Cluster.objects.get(pk=drawn[0].pk).name == "hers"


def test_merged_clusters_are_in_the_tree_no_more(clustering, people, drawn):
    Cluster.objects.filter(pk=drawn[1].pk).update(state=ClusterState.GONE)
    assert "Cluster 2" not in drawn_tree(clustering)
    with pytest.raises(TreeConflict, match="is gone"):
        move(clustering, people.bob, 2)
