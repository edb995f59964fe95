"""The tree as people see it: row by row from the top, each with a few vignettes."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q

from annotations.clusters.claims import is_held
from annotations.clusters.models import Cluster, Clustering, ClusterState
from annotations.labels.models import Batch
from annotations.pictures.keys import image_url
from annotations.samples.queries import first_image

VIGNETTES = 3  # of a cluster, and of a group one each of its largest clusters

PICTURES = f"""
SELECT near.object_id, i.key, i.width, i.height FROM unnest(%s::bigint[]) AS near (object_id)
{first_image("near.object_id")}
"""


@dataclass
class TreeRow:
    """A cluster or group: `level` from 1 on, `position` of `siblings` from 1 on. Of what lies beneath a group:
    `objects`, `clusters`, and of these how many are `ready` for a name and `named`; of a cluster, its own."""

    cluster: Cluster
    level: int
    position: int
    siblings: int
    is_named: bool
    is_held: bool
    parent: int | None = None  # the group that it lies in
    following: int | None = None  # the sibling after it, where that is not drawn
    objects: int = 0
    clusters: int = 0
    ready: int = 0
    named: int = 0
    examples: list[int] = field(default_factory=list)  # objects whose vignettes stand for it
    images: list[dict] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Of a cluster whose name was taken back: grown."""
        if self.cluster.state == ClusterState.NAMED and not self.is_named:
            return ClusterState.GROWN
        return self.cluster.state

    @property
    def taxon(self) -> dict | None:
        """`id` and `name` of what it is; of a group also of what it is to be."""
        taxon = self.cluster.taxon if self.is_named or self.cluster.is_group else None
        return {"id": taxon.pk, "name": taxon.display_name} if taxon else None


def tree_of(clustering: Clustering) -> list[TreeRow]:
    """All clusters that have members, and all groups, each below the group that it lies in."""
    rows = summed_rows(clustering)
    add_images(rows)
    return rows


def summed_rows(clustering: Clustering) -> list[TreeRow]:
    """As `tree_of`, without images."""
    living = Cluster.objects.filter(Q(is_group=True) | Q(size__gt=0), clustering=clustering).exclude(
        state=ClusterState.GONE
    )
    clusters = list(living.select_related("taxon", "holder").order_by("place", "number"))
    undone = set(
        Batch.objects.filter(
            pk__in={each.batch_id for each in clusters if each.batch_id}, is_undone=True
        ).values_list("pk", flat=True)
    )
    rows = list(_rows(_by_parent(clusters), None, 1, undone))
    _sum_up(rows)
    return rows


def _by_parent(clusters: list[Cluster]) -> dict[int | None, list[Cluster]]:
    numbers = {each.pk for each in clusters if each.is_group}
    below: dict[int | None, list[Cluster]] = defaultdict(list)
    for each in clusters:
        below[each.parent_id if each.parent_id in numbers else None].append(each)
    return below


def _rows(
    below: dict[int | None, list[Cluster]], parent: int | None, level: int, undone: set[int]
) -> Iterator[TreeRow]:
    siblings = below.get(parent, [])
    for position, cluster in enumerate(siblings, 1):
        is_named = cluster.batch_id is not None and cluster.batch_id not in undone
        yield TreeRow(cluster, level, position, len(siblings), is_named, is_held(cluster), parent)
        if cluster.is_group:
            yield from _rows(below, cluster.pk, level + 1, undone)


def _sum_up(rows: list[TreeRow]) -> None:
    by_number = {row.cluster.pk: row for row in rows}
    for row in reversed(rows):
        if not row.cluster.is_group:
            _count_itself(row)
        parent = by_number.get(row.cluster.parent_id or 0)
        if parent is not None:
            for name in ("objects", "clusters", "ready", "named"):
                setattr(parent, name, getattr(parent, name) + getattr(row, name))
    for row in rows:
        if not row.cluster.is_group:
            row.examples = row.cluster.core[:VIGNETTES]
    _choose_examples(rows)


def _count_itself(row: TreeRow) -> None:
    row.objects, row.clusters = row.cluster.size, 1
    row.ready = int(row.state in (ClusterState.VALIDATED, ClusterState.GROWN))
    row.named = int(row.state == ClusterState.NAMED)


def _choose_examples(rows: list[TreeRow]) -> None:
    """Of a group, of each of its largest children the first."""
    below: dict[int, list[TreeRow]] = defaultdict(list)
    for row in reversed(rows):
        if row.cluster.is_group:
            largest = sorted(below[row.cluster.pk], key=lambda each: -each.objects)
            row.examples = [each.examples[0] for each in largest if each.examples][:VIGNETTES]
        if row.cluster.parent_id:
            below[row.cluster.parent_id].append(row)


def add_images(rows: list[TreeRow]) -> None:
    images = {}
    with connection.cursor() as cursor:
        cursor.execute(PICTURES, [list({pk for row in rows for pk in row.examples})])
        for pk, key, width, height in cursor.fetchall():
            images[pk] = {"url": image_url(key), "width": width, "height": height}
    for row in rows:
        row.images = [images[pk] for pk in row.examples if pk in images]
