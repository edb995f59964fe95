"""A manager deletes a clustering; and a name that is given again stands."""

import pytest
from django.core.exceptions import ValidationError

from annotations.clusters.actions import name_cluster, validate_cluster
from annotations.clusters.current_question import open_cluster, question_about
from annotations.clusters.deleting import delete_clustering
from annotations.clusters.models import Cluster, ClusterMember, DeletedClustering
from annotations.labels.models import Batch
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Role
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon

pytestmark = pytest.mark.django_db(transaction=True)


def named(cluster, user, sea):
    validate_cluster(cluster=cluster, user=user)
    return name_cluster(cluster=cluster, user=user, taxon=Taxon.objects.get(pk=sea.copepoda))


def undone(number: int, user) -> int:
    batch = Batch.objects.get(pk=number)
    return undo_batch(batch=batch, user=user, role=Role.ANNOTATOR).batch


def test_its_clusters_go_and_the_labels_stay(sea, drawn, people):
    named(drawn[0], people.bob, sea)
    delete_clustering(clustering=drawn[0].clustering, user=people.alice)
    assert not Cluster.objects.exists() and not ClusterMember.objects.exists()
    assert Object.objects.filter(taxon=sea.copepoda, state="V").count() == 24


def test_it_is_logged_with_what_went(client, sea, drawn, people):
    named(drawn[0], people.bob, sea)
    client.force_login(people.alice)
    clustering = drawn[0].clustering
    client.post(f"/projects/{sea.project.pk}/clusterings/{clustering.pk}/delete/")
    (entry,) = DeletedClustering.objects.all()
    assert (entry.number, entry.user, entry.clusters, entry.named) == (clustering.pk, people.alice, 2, 1)
    client.force_login(people.vera)
    page = client.get(f"/projects/{sea.project.pk}/clusters/").content.decode()
    assert "with 40 objects in 2 clusters, 1 named: deleted by " in page and people.alice.display_name in page


def test_what_somebody_has_open_is_not_deleted_below_them(drawn, people):
    open_cluster(drawn[0], people.bob)
    with pytest.raises(ValidationError, match="Bob has Cluster 1 open"):
        delete_clustering(clustering=drawn[0].clustering, user=people.alice)


def test_a_name_that_is_taken_back_and_given_again_stands(sea, drawn, people):
    batch = named(drawn[0], people.bob, sea).batch
    undo = undone(batch, people.bob)
    assert question_about(open_cluster(drawn[0], people.bob), people.bob)["phase"] == "name"
    undone(undo, people.bob)  # which is a redo
    assert question_about(open_cluster(drawn[0], people.alice), people.alice)["phase"] == "named"
