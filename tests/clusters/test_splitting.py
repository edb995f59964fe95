"""A cluster is split by a job, while people go on with it."""

import numpy as np
import pytest
from django.core.exceptions import ValidationError

from annotations.clusters.actions import set_members
from annotations.clusters.current_question import open_cluster, question_about
from annotations.clusters.growing import begin_growth, candidates_of
from annotations.clusters.models import Cluster, ClusterMember, ClusterState
from annotations.clusters.starting import start_splitting
from annotations.clusters.storing import ClusteringResult, ClusterSummary
from annotations.jobs.models import Job
from annotations.labels.actions import label_objects
from annotations.labels.targets import Target
from annotations.taxonomy.models import Taxon
from tests.clusters.conftest import GROUPS
from tests.worker.runs import Killed, die_at, run
from worker.clusters import job as clustering
from worker.clusters.job import split_cluster

pytestmark = pytest.mark.django_db(transaction=True)
LEFT_ALONE = 4  # of the objects of a whole lie in neither half


@pytest.fixture
def whole(drawn, monkeypatch) -> Cluster:
    monkeypatch.setattr(clustering, "_grouped", in_halves)
    return drawn[0]


def in_halves(ids, vectors, settings, progress) -> ClusteringResult:
    labels = np.arange(len(ids)) % 2
    labels[-LEFT_ALONE:] = -1
    halves = [ClusterSummary(ids[labels == n][:3].tolist(), 1, float(n)) for n in range(2)]
    return ClusteringResult(ids, labels, np.linspace(0, 1, len(ids)), halves)


def members(cluster: Cluster) -> set[int]:
    rows = ClusterMember.objects.filter(cluster=cluster).exclude(state="O")
    return set(rows.values_list("object", flat=True))


def parts_of(cluster: Cluster) -> list[Cluster]:
    return list(Cluster.objects.filter(parent=cluster).order_by("number"))


def numbers(objects) -> set[int]:
    return {each.pk for each in objects}


def test_each_member_is_in_one_part_also_what_somebody_named_meanwhile(sea, whole, people):
    named = sea.groups[0][0]
    job = start_splitting(cluster=whole, user=people.bob)
    salp = Taxon.objects.get(pk=sea.salpida)
    label_objects(
        project=sea.project, user=people.alice, targets=[Target(named.pk, named.version)], taxon=salp
    )
    run(job, split_cluster)
    parts = parts_of(whole)
    assert sum(part.size for part in parts) == GROUPS[0]
    assert set.union(*map(members, parts)) == numbers(sea.groups[0])
    assert not members(whole)
    assert question_about(open_cluster(whole, people.bob), people.bob)["phase"] == "gone"


def test_what_was_taken_out_before_or_while_it_ran_is_in_no_part_nor_a_candidate(
    sea, whole, people, monkeypatch
):
    before, meanwhile = sea.groups[0][1].pk, sea.groups[0][2].pk
    set_members(cluster=whole, user=people.bob, out=[before])

    def take_one_out(*args):
        set_members(cluster=whole, user=people.bob, out=[meanwhile])
        return in_halves(*args)

    monkeypatch.setattr(clustering, "_grouped", take_one_out)
    run(start_splitting(cluster=whole, user=people.bob), split_cluster)
    parts = parts_of(whole)
    assert set.union(*map(members, parts)) == numbers(sea.groups[0]) - {before, meanwhile}
    Cluster.objects.filter(pk=parts[0].pk).update(state=ClusterState.VALIDATED)
    begin_growth(cluster=parts[0], user=people.bob)
    assert not {before, meanwhile} & set(candidates_of(parts[0]).ids)


def test_a_worker_that_is_killed_leaves_it_whole_and_the_next_one_splits_it(sea, whole, people, monkeypatch):
    job = start_splitting(cluster=whole, user=people.bob)
    keep = clustering.store_parts

    def killed(**what):
        keep(**what)
        raise Killed

    monkeypatch.setattr(clustering, "store_parts", killed)
    die_at(job, split_cluster)
    assert members(whole) == numbers(sea.groups[0])
    assert not parts_of(whole)
    monkeypatch.setattr(clustering, "store_parts", keep)
    run(job, split_cluster)
    assert [part.size for part in parts_of(whole)] == [10, 10, LEFT_ALONE]


def test_nobody_splits_what_somebody_else_has_open(whole, people):
    open_cluster(whole, people.alice)
    with pytest.raises(ValidationError, match="Alice has Cluster 1 open"):
        start_splitting(cluster=whole, user=people.bob)
    assert not Job.objects.filter(kind="split_cluster").exists()
