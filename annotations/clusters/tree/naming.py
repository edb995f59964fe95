"""A group gets its name: all clusters beneath that wait for one, by one decision and in one batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.clusters.actions import values_with
from annotations.clusters.claims import is_held_by_other, wait_again
from annotations.clusters.models import Cluster, ClusterState
from annotations.clusters.tree.editing import TreeEdit
from annotations.labels.actions import label_objects
from annotations.labels.outcomes import Outcome
from annotations.taxonomy.models import Taxon

READY = (ClusterState.VALIDATED, ClusterState.GROWN)
BENEATH = """
WITH RECURSIVE beneath (id) AS (
    SELECT id FROM clusters_cluster WHERE parent_id = %s
    UNION SELECT c.id FROM beneath JOIN clusters_cluster c ON c.parent_id = beneath.id
)
SELECT id FROM beneath
"""
MEMBERS = """
EXISTS (SELECT FROM clusters_clustermember m
        WHERE m.object_id = o.id AND m.cluster_id = ANY(%s) AND m.state <> 'O')
AND o.state IN ('U', 'P')"""
WITH_WAITING = """
SELECT c.id FROM unnest(%s::bigint[]) AS c (id) WHERE EXISTS (
    SELECT FROM clusters_clustermember m JOIN samples_object o ON o.id = m.object_id
    WHERE m.cluster_id = c.id AND m.state <> 'O' AND o.state IN ('U', 'P'))
"""


@dataclass
class GroupNamed:
    """The labels that were given; `clusters` got the name, `not_validated` nobody has looked at yet, `held` somebody
    else has open."""

    outcome: Outcome
    clusters: int
    not_validated: int
    held: int


@transaction.atomic
def name_group(
    *,
    group: Cluster,
    user: User,
    taxon: Taxon,
    traits: Mapping[str, object] | None = None,
    base_revision: int | None = None,
) -> GroupNamed:
    """Labels the members of all clusters beneath that are validated or grown and that nobody has settled meanwhile, and
    gives them the values of traits by their keys.

    What nobody has looked at, and what somebody else has open, is left as it is, and counted. Raises ValidationError
    where nothing waits for a name, and as `give_values`; TreeConflict where somebody has put something into the group,
    or moved it, since the tree had the revision `base_revision`.
    """
    if not group.is_group:
        raise ValidationError(f"{group} is a cluster, not a group.")
    edit = TreeEdit.begin(group.clustering, user, base_revision)  # nothing is moved in meanwhile
    clusters = _locked_beneath(edit, group)
    ready = [each for each in clusters if each.state in READY and not is_held_by_other(each, user)]
    numbers = _with_waiting([each.pk for each in ready])
    if not numbers:
        raise ValidationError(
            f"Nothing in {group} waits for a name: accept the members of its clusters first."
        )
    outcome = label_objects(project=group.project, user=user, where=(MEMBERS, [numbers]), taxon=taxon)
    outcome.traits = values_with(outcome, user, traits)
    values = {"taxon": taxon, "batch_id": outcome.batch, "named_by": user, "named_at": timezone.now()}
    Cluster.objects.filter(pk=group.pk).update(**values)
    Cluster.objects.filter(pk__in=numbers).update(**values, state=ClusterState.NAMED, holder=None)
    return GroupNamed(
        outcome,
        len(numbers),
        sum(each.state == ClusterState.OPEN for each in clusters),
        sum(each.state in READY and is_held_by_other(each, user) for each in clusters),
    )


def numbers_beneath(group: Cluster) -> list[int]:
    """Of all clusters and groups below it."""
    with connection.cursor() as cursor:
        cursor.execute(BENEATH, [group.pk])
        return [number for (number,) in cursor.fetchall()]


def _locked_beneath(edit: TreeEdit, group: Cluster) -> list[Cluster]:
    """Its clusters, locked in one order; one whose name was taken back waits for one again."""
    rows = Cluster.objects.select_for_update(of=("self",)).filter(pk__in=[group.pk, *numbers_beneath(group)])
    tree = list(rows.exclude(state=ClusterState.GONE).order_by("pk"))
    for each in tree:
        edit.refuse_changed(each)
    clusters = [each for each in tree if not each.is_group and each.size]
    for each in clusters:
        wait_again(each)
    return clusters


def _with_waiting(numbers: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(WITH_WAITING, [list(numbers)])
        return sorted(number for (number,) in cursor.fetchall())
