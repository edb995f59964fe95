"""A person works at a cluster: strangers are taken out, others join, it gets a name, and that is taken back."""

import pytest
from django.core.exceptions import ValidationError
from rest_framework.test import APIClient

from annotations.accounts.tokens import create_token
from annotations.clusters import candidates
from annotations.clusters.actions import merge_clusters, name_cluster, set_members, validate_cluster
from annotations.clusters.current_question import open_cluster, question_about
from annotations.clusters.growing import answer_candidates, begin_growth, candidates_of, end_growth
from annotations.clusters.models import Cluster, ClusterMember, ClusterState
from annotations.clusters.pace import pace_of
from annotations.clusters.queries import page_of_clusters
from annotations.labels.actions import label_objects
from annotations.labels.models import Batch
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Role
from annotations.samples.models import Object
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.models import Taxon
from tests.clusters.conftest import GROUPS
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db(transaction=True)


@shared_rows
def largest(drawn):
    return drawn[0]


def copepoda(sea) -> Taxon:
    return Taxon.objects.get(pk=sea.copepoda)


def states(objects) -> set[str]:
    return set(Object.objects.filter(pk__in=[each.pk for each in objects]).values_list("state", flat=True))


def test_strangers_come_first_and_those_taken_out_are_no_members(largest, people):
    object_ids = question_about(open_cluster(largest, people.bob), people.bob)["objects"]
    distances = dict(ClusterMember.objects.values_list("object", "distance"))
    assert [distances[pk] for pk in object_ids] == sorted((distances[pk] for pk in object_ids), reverse=True)
    validate_cluster(cluster=largest, user=people.bob, out=object_ids[:2])
    largest.refresh_from_db()
    assert (largest.size, largest.state) == (GROUPS[0] - 2, ClusterState.VALIDATED)


def test_a_name_labels_the_members_and_undo_makes_it_wait_again(sea, largest, people):
    object_ids = question_about(open_cluster(largest, people.bob), people.bob)["objects"]
    validate_cluster(cluster=largest, user=people.bob, out=object_ids[:2])
    outcome = name_cluster(cluster=largest, user=people.bob, taxon=copepoda(sea))
    assert outcome.changed == GROUPS[0] - 2
    assert Object.objects.filter(taxon=sea.copepoda, state="V").count() == GROUPS[0] - 2
    assert [each["id"] for each in page_of_clusters(largest.clustering, "named", None)[0]] == [largest.pk]
    undo_batch(batch=Batch.objects.get(pk=outcome.batch), user=people.bob, role=Role.ANNOTATOR)
    assert states(sea.groups[0]) == {"U"}
    assert largest.pk in [each["id"] for each in page_of_clusters(largest.clustering, "waiting", None)[0]]
    assert question_about(open_cluster(largest, people.bob), people.bob)["phase"] == "name"


def test_what_was_labelled_elsewhere_keeps_its_label(sea, largest, people):
    salp = Taxon.objects.get(pk=sea.salpida)
    target = Target(sea.groups[0][0].pk, sea.groups[0][0].version)
    label_objects(project=sea.project, user=people.alice, targets=[target], taxon=salp)
    validate_cluster(cluster=largest, user=people.bob)
    assert question_about(largest, people.bob)["settled_elsewhere"] == 1
    name_cluster(cluster=largest, user=people.bob, taxon=copepoda(sea))
    assert Object.objects.get(pk=target.id).taxon_id == sea.salpida


def test_the_index_of_the_space_finds_the_same_candidates(sea, largest, people, monkeypatch):
    compared = candidates.nearest_candidates(largest)
    monkeypatch.setattr(candidates, "COMPARED_QUICKLY", 0)
    monkeypatch.setattr(candidates, "FEWEST", 1)
    monkeypatch.setattr(candidates, "_all_compared", lambda cluster, places: pytest.fail("all is compared"))
    EmbeddingSpace.objects.filter(pk=sea.space.pk).update(is_indexed=True)
    by_index = candidates.nearest_candidates(largest)
    assert [pk for pk, _ in by_index] == [pk for pk, _ in compared] and len(by_index) == len(
        sea.objects
    ) - GROUPS[0]
    assert [distance for _, distance in by_index] == pytest.approx([distance for _, distance in compared])


def test_where_the_index_finds_few_all_is_compared(sea, largest, people, monkeypatch):
    compared = candidates.nearest_candidates(largest)
    monkeypatch.setattr(candidates, "COMPARED_QUICKLY", 0)
    monkeypatch.setattr(candidates, "nearest", lambda *arguments: [])
    EmbeddingSpace.objects.filter(pk=sea.space.pk).update(is_indexed=True)
    assert candidates.nearest_candidates(largest) == compared


def test_candidates_come_the_nearest_first_and_join(sea, largest, people):
    validate_cluster(cluster=largest, user=people.bob)
    begin_growth(cluster=largest, user=people.bob)
    page = candidates_of(largest)
    assert page.ids[:3] == [each.pk for each in sea.elsewhere[:3]]
    out = page.ids[5:]
    answer_candidates(cluster=largest, user=people.bob, page=0, answer="all", out=out)
    members = set(
        ClusterMember.objects.filter(cluster=largest).exclude(state="O").values_list("object", flat=True)
    )
    assert members == {each.pk for each in [*sea.groups[0], *sea.elsewhere[:5]]}
    assert Cluster.objects.get(pk=largest.pk).state == ClusterState.GROWN


def test_members_of_another_cluster_leave_it_when_they_join(sea, largest, people):
    validate_cluster(cluster=largest, user=people.bob)
    begin_growth(cluster=largest, user=people.bob)
    answer_candidates(cluster=largest, user=people.bob, page=0, answer="all")
    other = Cluster.objects.exclude(pk=largest.pk).get()
    assert (Cluster.objects.get(pk=largest.pk).size, other.size) == (50, 0)
    begin_growth(cluster=largest, user=people.bob, anew=True)  # and what had joined is let go
    assert Cluster.objects.get(pk=largest.pk).size == GROUPS[0]


def test_none_of_them_ends_the_growth(largest, people):
    validate_cluster(cluster=largest, user=people.bob)
    begin_growth(cluster=largest, user=people.bob)
    answer_candidates(cluster=largest, user=people.bob, page=0, answer="none")
    assert Cluster.objects.get(pk=largest.pk).state == ClusterState.GROWN
    with pytest.raises(ValidationError, match="answered meanwhile"):
        answer_candidates(cluster=largest, user=people.bob, page=0, answer="all")


def test_nobody_answers_about_what_somebody_else_has_open(largest, people):
    open_cluster(largest, people.bob)
    assert question_about(open_cluster(largest, people.alice), people.alice)["phase"] == "held"
    with pytest.raises(ValidationError, match="Bob has Cluster 1 open"):
        validate_cluster(cluster=largest, user=people.alice)
    validate_cluster(cluster=largest, user=people.bob)


def test_merged_clusters_are_one(largest, people):
    other = Cluster.objects.exclude(pk=largest.pk).get()
    merge_clusters(into=largest, user=people.bob, others=[other])
    assert Cluster.objects.get(pk=largest.pk).size == sum(GROUPS)
    assert Cluster.objects.get(pk=other.pk).state == ClusterState.GONE
    with pytest.raises(ValidationError, match="is gone"):
        validate_cluster(cluster=other, user=people.bob)


def test_what_was_taken_out_of_a_merged_cluster_is_no_candidate(sea, drawn, people):
    largest, other = drawn
    stranger = sea.groups[1][0].pk
    set_members(cluster=other, user=people.bob, out=[stranger])
    merge_clusters(into=largest, user=people.bob, others=[other])
    validate_cluster(cluster=largest, user=people.bob)
    begin_growth(cluster=largest, user=people.bob)
    assert stranger not in candidates_of(largest).ids


def test_the_pace_counts_what_stands(sea, largest, people):
    validate_cluster(cluster=largest, user=people.bob)
    end_growth(cluster=largest, user=people.bob)
    name_cluster(cluster=largest, user=people.bob, taxon=copepoda(sea))
    pace = pace_of(largest.clustering)
    assert (pace.named, pace.objects, pace.clusters_named, pace.clusters) == (GROUPS[0], sum(GROUPS), 1, 2)
    assert pace.percent == 60


def test_over_the_api(sea, largest, people):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {create_token(user=people.bob, name='t')[1]}")
    [first, _] = client.get(f"/api/v1/projects/{sea.project.pk}/clusters/").json()["results"]
    path = f"/api/v1/clusters/{first['id']}/"
    assert client.post(f"{path}open/").json()["phase"] == "validate"
    assert client.post(f"{path}validate/", {"out": []}, format="json").json()["phase"] == "grow"
    grown = client.post(f"{path}grow/", {"growth": "begin"}, format="json").json()
    assert grown["candidates"]["number"] == 0
    named = client.post(f"{path}grow/", {"page": 0, "belong": "none"}, format="json").json()
    assert (named["phase"], named["waiting"]) == ("name", GROUPS[0])
    proposal = client.get(f"{path}new-taxon/").json()
    assert proposal["name"] == "morphotype 1"
    answer = client.post(f"{path}name/", {"taxon": sea.copepoda}, format="json").json()
    assert (answer["changed"], answer["question"]["phase"]) == (GROUPS[0], "named")
    result = client.get(f"/api/v1/projects/{sea.project.pk}/objects/?cluster={first['id']}").json()["results"]
    assert len(result) == GROUPS[0]
    assert client.get(f"/projects/{sea.project.pk}/clusters/").status_code == 302
