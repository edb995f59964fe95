"""What others do while somebody works at a cluster: nothing of it is lost, and nobody is stuck."""

import pytest
from django.core.exceptions import ValidationError

from annotations.clusters.actions import merge_clusters, name_cluster, validate_cluster
from annotations.clusters.current_question import next_waiting, open_cluster, question_about
from annotations.clusters.growing import answer_candidates, begin_growth, candidates_of
from annotations.clusters.models import Cluster, ClusterMember, ClusterState
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Role
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db(transaction=True)


@shared_rows
def growing(drawn, people) -> Cluster:
    """The largest, with candidates, in Bob's hand."""
    validate_cluster(cluster=drawn[0], user=people.bob)
    begin_growth(cluster=drawn[0], user=people.bob)
    return drawn[0]


def settle(sea, person, objects) -> None:
    targets = [Target(each.pk, each.version) for each in objects]
    label_objects(project=sea.project, user=person, targets=targets, taxon=Taxon.objects.get(pk=sea.salpida))


def members(cluster: Cluster) -> set[int]:
    rows = ClusterMember.objects.filter(cluster=cluster).exclude(state="O")
    return set(rows.values_list("object", flat=True))


def name_and_take_back(cluster: Cluster, sea, person) -> None:
    validate_cluster(cluster=cluster, user=person)
    outcome = name_cluster(cluster=cluster, user=person, taxon=Taxon.objects.get(pk=sea.copepoda))
    undo_batch(batch=Batch.objects.get(pk=outcome.batch), user=person, role=Role.ANNOTATOR)


def test_what_is_taken_out_and_settled_meanwhile_refuses_no_answer(sea, growing, people):
    out = candidates_of(growing).ids[-2:]
    settle(sea, people.alice, Object.objects.filter(pk__in=out))
    answer_candidates(cluster=growing, user=people.bob, page=0, answer="all", out=out)
    assert {each.pk for each in sea.elsewhere[:3]} <= members(growing)


def test_a_page_that_was_settled_meanwhile_is_no_border(sea, growing, people):
    settle(sea, people.alice, Object.objects.filter(pk__in=candidates_of(growing).ids))
    answer_candidates(cluster=growing, user=people.bob, page=0, answer="all")
    growing.growth.refresh_from_db()
    assert growing.growth.search["good"] == 1


def test_members_of_what_somebody_opened_since_stay_there(drawn, growing, people):
    other = drawn[1]
    assert set(candidates_of(growing).ids) & members(other)
    open_cluster(other, people.alice)
    assert not set(candidates_of(growing).ids) & members(other)
    answer_candidates(cluster=growing, user=people.bob, page=0, answer="all")
    assert Cluster.objects.get(pk=other.pk).size == len(members(other)) == 16


def test_a_name_that_was_taken_back_hinders_neither_a_new_one_nor_merging(sea, drawn, people):
    largest, other = drawn
    name_and_take_back(largest, sea, people.bob)
    assert question_about(largest, people.vera)["phase"] == "name"
    name_and_take_back(other, sea, people.bob)
    merge_clusters(into=largest, user=people.bob, others=[other])
    outcome = name_cluster(cluster=largest, user=people.bob, taxon=Taxon.objects.get(pk=sea.salpida))
    assert outcome.changed == 40


def test_the_size_follows_objects_that_are_gone(sea, drawn, people):
    Object.objects.filter(pk__in=[each.pk for each in sea.groups[0][:20]]).delete()
    open_cluster(drawn[0], people.bob)
    assert Cluster.objects.get(pk=drawn[0].pk).size == 4


def test_who_passes_over_clusters_comes_to_all_that_wait(sea, drawn, people):
    largest, other = drawn
    third = Cluster.objects.create(
        clustering=largest.clustering, project=sea.project, number=3, size=1, state=ClusterState.OPEN
    )
    ClusterMember.objects.create(cluster=third, object=sea.elsewhere[0], distance=0)
    assert [next_waiting(each, people.bob) for each in (largest, other, third)] == [
        other.pk,
        third.pk,
        largest.pk,
    ]
    settle(sea, people.alice, sea.groups[1])
    assert next_waiting(largest, people.bob) == third.pk


def test_one_of_which_all_is_settled_gets_no_name(sea, drawn, people):
    validate_cluster(cluster=drawn[1], user=people.bob)
    settle(sea, people.alice, sea.groups[1])
    with pytest.raises(ValidationError, match="settled meanwhile"):
        name_cluster(cluster=drawn[1], user=people.bob, taxon=Taxon.objects.get(pk=sea.copepoda))
