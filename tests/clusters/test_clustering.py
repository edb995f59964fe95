"""Objects that nobody has named become clusters, once, whatever happens to the worker."""

from dataclasses import replace

import pytest

from annotations.clusters.models import Cluster, Clustering, ClusterMember
from annotations.jobs.models import Job, JobState
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from tests.clusters.conftest import GROUPS, clustered
from tests.worker.runs import Killed, die_at, run
from worker.clusters import job as clustering
from worker.clusters.job import cluster_objects

pytestmark = pytest.mark.django_db(transaction=True)


def members() -> list[set[int]]:
    """Of each cluster, the largest first."""
    sizes = Cluster.objects.order_by("-size", "pk").values_list("pk", flat=True)
    return [set(ClusterMember.objects.filter(cluster=pk).values_list("object", flat=True)) for pk in sizes]


def test_each_dense_group_becomes_a_cluster_and_the_others_none(sea):
    job = clustered(sea)
    assert job.state == JobState.DONE, job.message
    assert members() == [{each.pk for each in group} for group in sea.groups]
    assert [cluster.size for cluster in Cluster.objects.order_by("-size")] == list(GROUPS)
    assert job.message == "2 clusters with 40 of 50 objects."
    assert Clustering.objects.get().objects_seen == 50


def test_typical_members_are_its_core(sea):
    clustered(sea)
    for cluster, group in zip(Cluster.objects.order_by("-size"), sea.groups, strict=True):
        assert set(cluster.core) <= {each.pk for each in group}
        assert len(set(cluster.core)) == len(cluster.core) > 3


def test_what_somebody_has_settled_is_left_alone(sea, people):
    settled = sea.groups[0][:5]
    targets = [Target(each.pk, each.version) for each in settled]
    label_objects(
        project=sea.project, user=people.bob, targets=targets, taxon=Taxon.objects.get(pk=sea.copepoda)
    )
    clustered(sea)
    assert members()[0] == {each.pk for each in sea.groups[0][5:]}


def test_a_filter_says_among_which_objects(sea):
    clustered(sea, filter={"sample": [sea.groups[1][0].sample_id]})
    assert Clustering.objects.get().objects_seen == 50


def test_a_worker_that_is_killed_leaves_nothing_and_the_next_one_all(sea, monkeypatch):
    params = {"space": sea.space.pk, "smallest": 8, "filter": {}}
    job = Job.objects.create(kind="cluster_objects", project=sea.project, params=params)
    keep = clustering.store_clustering

    def killed(**what):
        keep(**what)
        raise Killed

    monkeypatch.setattr(clustering, "store_clustering", killed)
    die_at(job, cluster_objects)
    assert not Cluster.objects.exists()
    monkeypatch.setattr(clustering, "store_clustering", keep)
    assert run(job, cluster_objects).state == JobState.DONE
    assert members() == [{each.pk for each in group} for group in sea.groups]


def test_an_object_that_is_deleted_meanwhile_is_no_member(sea, monkeypatch):
    deleted = sea.groups[0][3]
    result = clustering._grouped

    def delete_one(*args):
        Object.objects.filter(pk=deleted.pk).delete()
        return replace(result(*args))

    monkeypatch.setattr(clustering, "_grouped", delete_one)
    job = clustered(sea)
    assert job.state == JobState.DONE, job.message
    assert members()[0] == {each.pk for each in sea.groups[0]} - {deleted.pk}
