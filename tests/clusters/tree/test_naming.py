"""A group gets its name: one decision for all clusters beneath that wait."""

import pytest
from django.core.exceptions import ValidationError

from annotations.clusters.actions import validate_cluster
from annotations.clusters.models import Cluster, ClusterState
from annotations.clusters.sitting import open_cluster
from annotations.clusters.tree.actions import make_group
from annotations.clusters.tree.naming import name_group
from annotations.clusters.tree.queries import tree_of
from annotations.labels.models import Batch
from annotations.labels.undoing import undo_batch
from annotations.projects.models import Role
from annotations.samples.models import Object
from annotations.taxonomy.models import Taxon

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group(drawn, people):
    clustering = drawn[0].clustering
    inner = make_group(clustering=clustering, user=people.bob, seen=0, clusters=[drawn[1].pk])
    return make_group(clustering=clustering, user=people.bob, seen=1, clusters=[drawn[0].pk, inner.pk])


@pytest.fixture
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
