"""A change of the tree is taken back, where nobody has changed the same rows since."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.clusters.models import Cluster, Clustering, ClusterState, TreeChange
from annotations.clusters.tree.editing import TreeConflict, TreeEdit, fields_of
from annotations.clusters.tree.places import siblings_below


def undoable(clustering: Clustering, user: User) -> TreeChange | None:
    """The last change of the tree by this person that stands, or None."""
    changes = TreeChange.objects.filter(clustering=clustering, user=user, is_undone=False)
    return changes.order_by("-revision").first()


@transaction.atomic
def undo_tree_change(*, clustering: Clustering, user: User) -> TreeChange:
    """Takes back the person's last change that stands. Raises ValidationError where there is none, TreeConflict where
    somebody has changed some of the same rows since."""
    edit = TreeEdit.begin(clustering, user, None)
    change = undoable(clustering, user)
    if change is None:
        raise ValidationError("There is nothing of yours to take back in this tree.")
    rows = Cluster.objects.select_for_update(of=("self",)).filter(pk__in=list(change.before)).order_by("pk")
    for row in rows:
        if not _is_as_after(row, change.after[str(row.pk)]):
            raise TreeConflict(f"{row} was changed since “{change.summary}”: that can't be taken back.")
    for row in _groups_that_return_first(rows, change):
        _restore(edit, row, change.before[str(row.pk)])
    _refuse_circles(edit)
    undo = edit.close(f"Taken back: {change.summary}")
    # neither of them can be taken back: the next undo is of what was before
    TreeChange.objects.filter(pk__in=[change.pk, undo.pk]).update(is_undone=True)
    return change


def _groups_that_return_first(rows: Iterable[Cluster], change: TreeChange) -> list[Cluster]:
    """And those that go last: what lay in one is put back into it, or has left it."""
    return sorted(
        rows,
        key=lambda row: (
            row.state != ClusterState.GONE,
            change.before[str(row.pk)]["state"] == ClusterState.GONE,
        ),
    )


def _is_as_after(row: Cluster, after: dict) -> bool:
    """Whether it is as the change made it: also where that was changed, and changed back. How far people are with a
    cluster, and what it was named, is no matter of the tree."""
    compared = ["parent_id", "place", "name"]
    if row.is_group:
        compared += ["state", "taxon_id"] if row.batch_id is None else ["state"]
    now = fields_of(row)
    return all(now[name] == after[name] for name in compared)


def _restore(edit: TreeEdit, row: Cluster, before: dict) -> None:
    values = {name: before[name] for name in ("place", "name")}
    values["parent_id"] = _living(before["parent_id"])
    if row.is_group:
        values["state"] = before["state"]
        if row.batch_id is None:
            values["taxon_id"] = before["taxon_id"]
        if before["state"] == ClusterState.GONE:
            _release(edit, row)
    edit.write(row, **values)


def _release(edit: TreeEdit, group: Cluster) -> None:
    """What others have put into a group that goes takes its place."""
    for each in siblings_below(edit.clustering, group):
        Cluster.objects.filter(pk=each.pk).update(parent=group.parent_id, place=group.place)


def _living(number: int | None) -> int | None:
    """The group, or the nearest one above it that was not dissolved."""
    while number is not None:
        group = Cluster.objects.get(pk=number)
        if group.state != ClusterState.GONE:
            break
        number = group.parent_id
    return number


def _refuse_circles(edit: TreeEdit) -> None:
    """A group that was around a row may lie in it by now."""
    parents = dict(Cluster.objects.filter(clustering=edit.clustering).values_list("pk", "parent_id"))
    for start in edit.changed:
        above, parent = {start}, parents[start]
        while parent is not None:
            if parent in above:
                raise TreeConflict("What it lay in lies in it by now: that can't be taken back.")
            above.add(parent)
            parent = parents[parent]
