"""A group gets its name: one decision for all clusters beneath that wait."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from annotations.clusters.actions import validate_cluster
from annotations.clusters.current_question import open_cluster
from annotations.clusters.models import Cluster, ClusterState
from annotations.clusters.tree.actions import make_group, move_clusters, rename_cluster
from annotations.clusters.tree.editing import TreeConflict
from annotations.clusters.tree.naming import name_group
from annotations.clusters.tree.queries import tree_of
from annotations.labels.models import Batch
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Role
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db(transaction=True)


@shared_rows
def group(drawn, people):
    clustering = drawn[0].clustering
    inner = make_group(clustering=clustering, user=people.bob, base_revision=0, clusters=[drawn[1].pk])
    return make_group(
        clustering=clustering, user=people.bob, base_revision=1, clusters=[drawn[0].pk, inner.pk]
    )


@shared_rows
def salps(sea) -> Taxon:
    return Taxon.objects.get(pk=sea.salpida)


def validate(cluster, user):
    validate_cluster(cluster=open_cluster(cluster, user), user=user)


def test_all_that_wait_are_named_in_one_batch_and_undo_takes_all_back(sea, drawn, group, people, salps):
    for cluster in drawn:
        validate(cluster, people.bob)
    named = name_group(group=group, user=people.bob, taxon=salps)
    assert (named.clusters, named.outcome.changed) == (2, 40)
    assert Object.objects.filter(taxon=sea.salpida, state="V").count() == 40
    [whole, *_] = tree_of(group.clustering)
    assert (whole.named, whole.is_named) == (2, True)
    undo_batch(batch=Batch.objects.get(pk=named.outcome.batch), user=people.bob, role=Role.ANNOTATOR)
    [whole, *_] = tree_of(group.clustering)
    assert (whole.named, whole.ready, whole.is_named) == (0, 2, False)


def test_what_nobody_looked_at_and_what_others_have_open_is_left(sea, drawn, group, people, salps):
    with pytest.raises(ValidationError, match="accept the members"):
        name_group(group=group, user=people.bob, taxon=salps)
    validate(drawn[0], people.bob)
    named = name_group(group=group, user=people.bob, taxon=salps)
    assert (named.clusters, named.not_validated, named.held) == (1, 1, 0)
    validate(drawn[1], people.carla)  # who has it open still
    with pytest.raises(ValidationError, match="waits for a name"):
        name_group(group=group, user=people.bob, taxon=salps)
    assert Cluster.objects.get(pk=drawn[1].pk).state == ClusterState.VALIDATED


def test_what_somebody_has_put_into_a_group_since_it_was_seen_is_not_named_unseen(
    sea, drawn, group, people, salps
):
    for cluster in drawn:
        validate(cluster, people.bob)
    inner = group.children.get(is_group=True)
    other = make_group(clustering=group.clustering, user=people.bob, base_revision=2, clusters=[inner.pk])
    move_clusters(clustering=group.clustering, user=people.bob, base_revision=3, clusters=[other.pk])
    move_clusters(
        clustering=group.clustering, user=people.carla, base_revision=4, clusters=[other.pk], parent=group.pk
    )
    with pytest.raises(TreeConflict, match="Carla has changed"):
        name_group(group=group, user=people.bob, taxon=salps, base_revision=4)
    assert not Object.objects.filter(taxon=sea.salpida, state="V").exists()
    assert name_group(group=group, user=people.bob, taxon=salps, base_revision=5).clusters == 2


def test_a_group_whose_name_was_taken_back_is_to_be_another_taxon(sea, drawn, group, people, salps):
    validate(drawn[0], people.bob)
    named = name_group(group=group, user=people.bob, taxon=salps)
    copepods = Taxon.objects.get(pk=sea.copepoda)
    with pytest.raises(ValidationError, match="is named already"):
        rename_cluster(cluster=group, user=people.bob, name="", taxon=copepods)
    undo_batch(batch=Batch.objects.get(pk=named.outcome.batch), user=people.bob, role=Role.ANNOTATOR)
    rename_cluster(cluster=group, user=people.bob, name="", taxon=copepods)
    [whole, *_] = tree_of(group.clustering)
    assert (str(whole.cluster), whole.taxon["id"], whole.is_named) == ("Copepoda", sea.copepoda, False)


def test_an_undo_whose_answer_was_lost_takes_back_one_change(group, people, client):
    client.force_login(people.bob)
    key = {"Idempotency-Key": str(uuid4())}
    path = f"/api/v1/clusterings/{group.clustering_id}/"
    answers = [client.post(f"{path}undo/", headers=key).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert [str(row.cluster) for row in tree_of(group.clustering) if row.cluster.is_group] == ["Group 3"]
    body = {"revision": answers[0]["revision"], "name": "new"}
    key = {"Idempotency-Key": str(uuid4())}
    for _ in range(2):
        assert client.post(f"{path}groups/", body, "application/json", headers=key).status_code == 201
    assert group.clustering.clusters.filter(name="new").count() == 1
