"""An order in which taxa that are confused stand side by side."""

import numpy as np


def by_confusion(matrix: np.ndarray) -> list[int]:
    """Places of the rows of a confusion matrix (N, N): groups that are confused together, the largest first.

    Within a group by the second eigenvector of its graph's Laplacian (Atkins, Boman & Hendrickson 1998).
    """
    shares = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    likeness = shares + shares.T
    np.fill_diagonal(likeness, 0)
    groups = sorted(_groups(likeness > 0), key=lambda group: (-len(group), group))
    return [place for group in groups for place in _along(likeness, group)]


def _groups(is_joined: np.ndarray) -> list[list[int]]:
    """The connected parts of a graph given as bool (N, N)."""
    left, groups = set(range(len(is_joined))), []
    while left:
        group: set[int] = set()
        border = {min(left)}
        while border:
            group |= border
            border = set(np.flatnonzero(is_joined[list(border)].any(0)).tolist()) - group
        groups.append(sorted(group))
        left -= group
    return groups


def _along(likeness: np.ndarray, group: list[int]) -> list[int]:
    if len(group) < 3:
        return group
    part = likeness[np.ix_(group, group)]
    laplacian = np.diag(part.sum(1)) - part
    second = np.linalg.eigh(laplacian)[1][:, 1]
    order = np.argsort(second, kind="stable")
    if order[0] > order[-1]:  # an eigenvector has no sign: the same matrix always reads the same way
        order = order[::-1]
    return [group[k] for k in order]
