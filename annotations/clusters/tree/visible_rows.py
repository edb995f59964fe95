"""What of a tree a page draws: all of a small one; of a large one what is in sight, in the groups that are open."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.core.exceptions import ValidationError
from django.http import QueryDict

from annotations.clusters.models import Clustering
from annotations.clusters.tree.queries import TreeRow, add_images, summed_rows
from annotations.search.params import listed
from annotations.search.values import whole

MOST_WHOLE = 300  # rows that are sent whole
SIBLINGS = 200  # rows of one group that are sent at first
MOST_SIBLINGS = 20_000
MOST_OPEN = 1000  # groups


@dataclass(frozen=True)
class TreeSight:
    """Groups that are open, how many rows of each are drawn, and a row that is to be among them."""

    opened: frozenset[int] = frozenset()
    siblings: int = SIBLINGS
    focus: int | None = None

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Raises ValidationError that names what it takes."""
        opened = [whole(text, "open") for text in listed(query, "open")][-MOST_OPEN:]
        siblings = whole(query.get("siblings", str(SIBLINGS)), "siblings")
        if not 1 <= siblings <= MOST_SIBLINGS:
            raise ValidationError(f"`siblings` takes 1 to {MOST_SIBLINGS:,}.")
        focus = query.get("focus")
        return cls(frozenset(opened), siblings, whole(focus, "focus") if focus else None)


@dataclass(frozen=True)
class DrawnTree:
    """`further`: rows of open groups, or at the top, beyond those that are drawn."""

    rows: list[TreeRow]
    is_whole: bool = True
    further: int = 0


def drawn_tree(clustering: Clustering, sight: TreeSight) -> DrawnTree:
    """Each row knows what lies beneath it, drawn or not."""
    rows = summed_rows(clustering)
    tree = DrawnTree(rows) if len(rows) <= MOST_WHOLE else _in_sight(rows, sight)
    add_images(tree.rows)
    return tree


def _in_sight(rows: list[TreeRow], sight: TreeSight) -> DrawnTree:
    around = _path_to(rows, sight.focus)
    most = max([sight.siblings, *(row.position for row in around)])
    opened = sight.opened | {row.cluster.pk for row in around if row.cluster.pk != sight.focus}
    hidden: set[int | None] = set()  # groups whose rows are not drawn
    last: dict[int | None, TreeRow] = {}
    drawn, further = [], 0
    for row in rows:
        is_beyond = row.parent not in hidden and row.position > most
        if is_beyond:
            further += 1
            last[row.parent].following = last[row.parent].following or row.cluster.pk
        if is_beyond or row.parent in hidden:
            hidden.add(row.cluster.pk)
            continue
        drawn.append(row)
        last[row.parent] = row
        if row.cluster.pk not in opened:
            hidden.add(row.cluster.pk)
    return DrawnTree(drawn, is_whole=False, further=further)


def _path_to(rows: Iterable[TreeRow], number: int | None) -> list[TreeRow]:
    """The row of that number, and the groups around it."""
    by_number = {row.cluster.pk: row for row in rows}
    path = []
    while number in by_number:
        path.append(by_number[number])
        number = by_number[number].parent
    return path
