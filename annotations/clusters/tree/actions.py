"""What people do to the tree: they move, group, rename and dissolve. Nothing is labelled by it."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from annotations.accounts.models import User
from annotations.clusters.claims import is_held_by_other, is_undone
from annotations.clusters.models import Cluster, Clustering, ClusterState
from annotations.clusters.tree.editing import TreeConflict, TreeEdit
from annotations.clusters.tree.places import places_before, siblings_below
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import taxon_in_use

DEEPEST = 20  # levels of groups, and of what is put into one


@transaction.atomic
def move_clusters(
    *,
    clustering: Clustering,
    user: User,
    base_revision: int | None,
    clusters: Sequence[int],
    parent: int | None = None,
    before: int | None = None,
) -> int:
    """Puts clusters and groups below a group, or at the top, before one that stands there; without that, at the end.

    What lies in a group that moves goes with it. Returns the tree's revision. Raises TreeConflict where somebody
    changed them since `base_revision`, ValidationError for a place within themselves.
    """
    edit = TreeEdit.begin(clustering, user, base_revision)
    rows = _topmost(edit, edit.rows(clusters))
    group = None if parent is None else _group_of(edit, parent)
    _refuse_place(edit, rows, edit.chain_from(parent))
    numbers = {row.pk for row in rows}
    places = places_before(edit.clustering, group, before, len(rows), numbers)
    for row, place in zip(rows, places, strict=True):
        edit.write(row, parent_id=group and group.pk, place=place)
    what = str(rows[0]) if len(rows) == 1 else f"{len(rows)} clusters and groups"
    where = f"into {group}" if group else "to the top"
    return edit.close(f"{what} moved {where}").revision


@transaction.atomic
def make_group(
    *, clustering: Clustering, user: User, base_revision: int, clusters: Sequence[int] = (), name: str = ""
) -> Cluster:
    """A group of these where the first of them stands; without any, an empty one at the top, first of all.

    Raises TreeConflict where somebody changed them since `base_revision`, ValidationError.
    """
    edit = TreeEdit.begin(clustering, user, base_revision)
    rows = _topmost(edit, edit.rows(clusters)) if clusters else []
    parent = rows[0].parent_id if rows and rows[0].parent_id in edit.parents else None
    group = new_group(edit, parent, _place_of_group(edit, rows), name.strip())
    _refuse_place(edit, rows, edit.chain_from(group.pk))
    for number, row in enumerate(rows):
        edit.write(row, parent_id=group.pk, place=float(number))
    edit.close(f"{group} made of {len(rows)}")
    return group


def new_group(edit: TreeEdit, parent: int | None, place: float, name: str = "") -> Cluster:
    """In a change that is under way."""
    last = edit.clustering.clusters.aggregate(most=Max("number"))["most"] or 0
    group = Cluster.objects.create(
        clustering=edit.clustering,
        project_id=edit.clustering.project_id,
        parent_id=parent,
        place=place,
        name=name,
        number=last + 1,
        is_group=True,
        size=0,
        revision=edit.revision,
    )
    edit.created(group)
    return group


@transaction.atomic
def rename_cluster(
    *, cluster: Cluster, user: User, name: str, taxon: Taxon | None = None, base_revision: int | None = None
) -> int:
    """What people call it meanwhile; a taxon where the group is to be that: nothing is labelled. Without a name and a
    taxon it has its number again. Returns the tree's revision.

    Raises TreeConflict where somebody changed it since `base_revision`, ValidationError where somebody else has it
    open.
    """
    edit = TreeEdit.begin(cluster.clustering, user, base_revision)
    [row] = edit.rows([cluster.pk])
    if is_held_by_other(row, user):
        raise ValidationError(f"Somebody has {row} open: rename it when they are done.")
    if taxon is not None and not row.is_group:
        raise ValidationError(f"{row} is a cluster: name it, when its members are accepted.")
    taxon = taxon and taxon_in_use(taxon)
    _forget_undone_name(row)
    if taxon is not None and row.batch_id is not None and taxon.pk != row.taxon_id:
        raise ValidationError(f"{row} is named already: take that back first, in the last actions.")
    values: dict = {"name": name.strip() or (taxon.display_name[:200] if taxon else "")}
    if row.is_group and row.batch_id is None:
        values["taxon_id"] = taxon and taxon.pk
    called = str(row)
    edit.write(row, **values)
    return edit.close(f"{called} renamed to {row}").revision


def _forget_undone_name(row: Cluster) -> None:
    """A group whose name was taken back is to be something again, which may be changed."""
    if row.is_group and row.batch_id is not None and is_undone(row):
        row.batch_id = row.named_by = row.named_at = None
        row.save(update_fields=["batch_id", "named_by", "named_at"])


@transaction.atomic
def dissolve_group(*, group: Cluster, user: User, base_revision: int) -> int:
    """What lies in it takes its place. Returns the tree's revision. Raises TreeConflict where somebody changed it since
    `base_revision`, ValidationError for a cluster."""
    edit = TreeEdit.begin(group.clustering, user, base_revision)
    [row] = edit.rows([group.pk])
    if not row.is_group:
        raise ValidationError(f"{row} is a cluster: only groups are dissolved.")
    inside = siblings_below(edit.clustering, row)
    following = _following(edit, row)
    places = places_before(edit.clustering, row.parent, following, len(inside), {row.pk})
    for each, place in zip(inside, places, strict=True):
        edit.write(each, parent_id=row.parent_id, place=place)
    edit.write(row, state=ClusterState.GONE)
    return edit.close(f"{row} dissolved").revision


def _following(edit: TreeEdit, row: Cluster) -> int | None:
    """The sibling after it."""
    numbers = [each.pk for each in siblings_below(edit.clustering, row.parent)]
    after = numbers[numbers.index(row.pk) + 1 :] if row.pk in numbers else []
    return after[0] if after else None


def _place_of_group(edit: TreeEdit, rows: list[Cluster]) -> float:
    if rows:
        return rows[0].place
    top = siblings_below(edit.clustering, None)
    return top[0].place - 1 if top else 0.0


def _topmost(edit: TreeEdit, rows: list[Cluster]) -> list[Cluster]:
    """Without those that lie in others of them: they go with these."""
    numbers = {row.pk for row in rows}
    return [row for row in rows if numbers.isdisjoint(edit.chain_from(row.parent_id))]


def _group_of(edit: TreeEdit, number: int) -> Cluster:
    """It may have been renamed or moved since it was seen: it is the same group."""
    group = Cluster.objects.filter(clustering=edit.clustering, pk=number).first()
    if group is None or not group.is_group:
        raise ValidationError(f"{group or number} is no group of this clustering.")
    if group.state == ClusterState.GONE:
        raise TreeConflict(f"{group} was dissolved meanwhile. Nothing was done: look again.")
    return group


def _refuse_place(edit: TreeEdit, rows: list[Cluster], around: list[int]) -> None:
    """Where no group would lie in itself, and no row too deep. `around` are the groups of the place."""
    heights = edit.heights()
    for row in rows:
        if row.pk in around:
            raise ValidationError(f"{row} can't be put into itself.")
        if len(around) + 1 + heights.get(row.pk, 0) > DEEPEST:
            raise ValidationError(f"A tree has {DEEPEST} levels at most.")
