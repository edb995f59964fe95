"""A cluster as a taxon that is made for it: the taxon and the labels, or neither."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.clusters.actions import name_cluster
from annotations.clusters.models import Cluster
from annotations.labels.outcomes import Outcome
from annotations.review.newtaxa.actions import NOTHING_NEAR
from annotations.review.newtaxa.naming import NewTaxonProposal, free_name_below
from annotations.review.newtaxa.relatives import relatives_of
from annotations.taxonomy.actions import lock_tree
from annotations.taxonomy.creating import (
    create_taxon,
    may_create_taxa,
    require_taxon_creator,
    who_creates_taxa,
)
from annotations.taxonomy.models import Taxon


def propose_for_cluster(*, cluster: Cluster, user: User, parent: Taxon | None = None) -> NewTaxonProposal:
    """Below the common ancestor of what is known nearest to its core, or below `parent`."""
    relatives = relatives_of(cluster.project_id, cluster.core)
    parent = parent or relatives.ancestor
    may = may_create_taxa(user, cluster.project)
    refusal = "" if may else f"{who_creates_taxa()}: ask one, or leave the cluster to them."
    return NewTaxonProposal(free_name_below(parent, user, cluster.project_id), parent, relatives, refusal)


@transaction.atomic
def name_cluster_anew(
    *,
    cluster: Cluster,
    user: User,
    name: str = "",
    parent: Taxon | None = None,
    is_homonym: bool = False,
    traits: Mapping[str, object] | None = None,
) -> tuple[Taxon, Outcome]:
    """Raises what `create_taxon` and `name_cluster` raise, PermissionDenied for who may not create taxa."""
    require_taxon_creator(user, cluster.project)
    lock_tree()
    parent = parent or propose_for_cluster(cluster=cluster, user=user).parent
    if parent is None:
        raise ValidationError(NOTHING_NEAR)
    name = name or free_name_below(parent, user, cluster.project_id)
    taxon = create_taxon(user=user, name=name, parent=parent, project=cluster.project, is_homonym=is_homonym)
    return taxon, name_cluster(cluster=cluster, user=user, taxon=taxon, traits=traits)
