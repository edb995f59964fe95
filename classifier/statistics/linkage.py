"""Average linkage (UPGMA): samples joined into a tree by how unlike their groups are on the mean."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Join:
    """Two groups become one at `height`, the mean dissimilarity between their members. Groups are numbered as SciPy
    does: 0 … n − 1 are the samples, n + k is what the join k made."""

    left: int
    right: int
    height: float


def average_linkage(dissimilarities: np.ndarray) -> list[Join]:
    """float (n, n), symmetric → n − 1 joins, the lowest first."""
    between = np.array(dissimilarities, float)
    np.fill_diagonal(between, np.inf)
    count = len(between)
    sizes, names, joins = np.ones(count), list(range(count)), []
    for each in range(count, 2 * count - 1):
        left, right = sorted(divmod(int(between.argmin()), count))
        pair = names[left], names[right]
        joins.append(Join(min(pair), max(pair), float(between[left, right])))
        _join(between, sizes, left, right)
        names[left] = each
    return joins


def _join(between: np.ndarray, sizes: np.ndarray, left: int, right: int) -> None:
    """The row of `left` becomes that of both, weighted by their samples; `right` is out of the way."""
    whole = sizes[left] + sizes[right]
    mean = (sizes[left] * between[left] + sizes[right] * between[right]) / whole
    between[left], between[:, left] = mean, mean
    between[left, left] = np.inf
    between[right], between[:, right] = np.inf, np.inf
    sizes[left] = whole


def leaf_order(joins: list[Join]) -> list[int]:
    """The samples such that no branch of the tree crosses another."""
    count = len(joins) + 1
    members: dict[int, list[int]] = {leaf: [leaf] for leaf in range(count)}
    for place, join in enumerate(joins):
        members[count + place] = members.pop(join.left) + members.pop(join.right)
    return next(iter(members.values()))
