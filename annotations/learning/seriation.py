"""An order in which taxa that are confused stand side by side."""

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform


def by_confusion(matrix: np.ndarray) -> list[int]:
    """Places of the rows of a confusion matrix (N, N): groups that are confused together, the largest first.

    Within a group neighbours are as alike as a tree of the group allows (optimal leaf ordering, Bar-Joseph, Gifford &
    Jaakkola 2001).
    """
    shares = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    confusions = shares + shares.T
    np.fill_diagonal(confusions, 0)
    _, labels = connected_components(confusions > 0, directed=False)
    groups = [np.flatnonzero(labels == label).tolist() for label in range(labels.max(initial=-1) + 1)]
    return [place for group in sorted(groups, key=_largest_first) for place in _along(confusions, group)]


def _largest_first(group: list[int]) -> tuple[int, list[int]]:
    return -len(group), group


def _along(confusions: np.ndarray, group: list[int]) -> list[int]:
    if len(group) < 3:
        return group
    part = confusions[np.ix_(group, group)]
    distances = squareform(part.max() - part, checks=False)
    order = leaves_list(linkage(distances, "average", optimal_ordering=True)).tolist()
    if order[0] > order[-1]:  # a tree has no direction: the same matrix always reads the same way
        order.reverse()
    return [group[k] for k in order]
