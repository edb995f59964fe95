"""A change of the tree is taken back, where nobody has changed the same rows since."""

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.clusters.models import Cluster, Clustering, ClusterState, TreeChange
from annotations.clusters.tree.editing import TreeConflict, TreeEdit, fields_of


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
    for row in rows:
        _restore(edit, row, change.before[str(row.pk)])
    edit.flush()
    _refuse_circles(edit)
    _leave_gone_groups(edit)
    undo = edit.close(f"Taken back: {change.summary}")
    # neither of them can be taken back: the next undo is of what was before
    TreeChange.objects.filter(pk__in=[change.pk, undo.pk]).update(is_undone=True)
    return change


def _is_as_after(row: Cluster, after: dict) -> bool:
    """Whether it is as the change made it: also where that was changed, and changed back. How far people are with a
    cluster, and what it was named, is no matter of the tree."""
    compared = ["parent_id", "place", "name"]
    if row.is_group:
        compared += ["state", "taxon_id"] if row.batch_id is None else ["state"]
    now = fields_of(row)
    return all(now[name] == after[name] for name in compared)


def _restore(edit: TreeEdit, row: Cluster, before: dict) -> None:
    values = {name: before[name] for name in ("place", "name", "parent_id")}
    if row.is_group:
        values["state"] = before["state"]
        if row.batch_id is None:
            values["taxon_id"] = before["taxon_id"]
    edit.write(row, **values)


def _leave_gone_groups(edit: TreeEdit) -> None:
    """What lies in a group that is gone, also what others have put there, comes into the nearest one around it that is
    not; what this undo did not move takes the group's place there."""
    groups = Cluster.objects.filter(clustering=edit.clustering, is_group=True, state=ClusterState.GONE)
    removed = {group.pk: group for group in groups}
    inside = Cluster.objects.select_for_update(of=("self",)).filter(parent__in=list(removed))
    for each in inside.exclude(state=ClusterState.GONE).order_by("pk"):
        outermost = removed[each.parent_id or 0]
        while outermost.parent_id in removed:
            outermost = removed[outermost.parent_id]
        row = edit.changed.get(each.pk, each)
        place = row.place if each.pk in edit.changed else outermost.place
        edit.write(row, parent_id=outermost.parent_id, place=place)


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
