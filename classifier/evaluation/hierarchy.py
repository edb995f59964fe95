"""Errors seen on the tree of taxa: how far off they are, and what can be said for sure when the leaf cannot."""

import numpy as np

from classifier.contract.tree import Nodes


def hierarchy(labels: np.ndarray, predicted: np.ndarray, nodes: Nodes) -> dict:
    """`labels` and `predicted` (N,) class numbers. Figures are None without objects.

    `steps`: how far up the first common ancestor lies, from the farther of the two; 0 is right, and taxa of different
    roots meet one step above them. `within`: share that is right at each distance from the root, of the objects whose
    taxon reaches it. `precision`, `recall`, `f1`: of sets of ancestors (Kiritchenko et al. 2006), without those that
    all classes share.
    """
    length, shared = _lineages(nodes.members)
    climb = np.maximum(length[labels], length[predicted]) - shared[labels, predicted]
    telling, agreed = _lineages(nodes.members[_tells(nodes)])
    common = agreed[labels, predicted].sum()
    precision, recall = (_share(common, telling[ends].sum()) for ends in (predicted, labels))
    return {
        "steps": [{"steps": int(k), "count": int(n)} for k, n in enumerate(np.bincount(climb)) if n],
        "within": [
            {"rank_from_root": rank, "accuracy": float((shared[labels, predicted] > rank)[reach].mean())}
            for rank in range(length.max())
            if (reach := length[labels] > rank).any()
        ],
        "precision": precision,
        "recall": recall,
        "f1": _share(2 * common, telling[predicted].sum() + telling[labels].sum()),
    }


def _lineages(members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each class the number of nodes from the root down to it, (C,); of each two the number they share, (C, C)."""
    members = members.astype(np.int64)
    return members.sum(0), members.T @ members


def _tells(nodes: Nodes) -> np.ndarray:
    is_class = np.arange(len(nodes.taxa)) < nodes.members.shape[1]
    return is_class | ~nodes.members.all(1)


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def back_off(
    p: np.ndarray, predicted: np.ndarray, nodes: Nodes, thresholds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For each object the first node from its label up whose probability reaches the node's threshold, and that
    probability; -1 and the label's own probability where none does.

    `p` (N, C), `predicted` (N,) class numbers, `thresholds` (nodes,), infinite for nodes that are never good enough.
    """
    named, score = np.full(len(p), -1), p[np.arange(len(p)), predicted]
    for taxon in np.unique(predicted):
        rows, path = np.flatnonzero(predicted == taxon), np.array(nodes.paths[taxon])
        climbing = p[rows] @ nodes.members[path].T.astype(p.dtype)
        enough = climbing >= thresholds[path]
        first, any_is = enough.argmax(1), enough.any(1)
        named[rows[any_is]] = path[first[any_is]]
        score[rows[any_is]] = climbing[any_is, first[any_is]]
    return named, score


def steps_up(node: np.ndarray, predicted: np.ndarray, nodes: Nodes) -> np.ndarray:
    """(N,) how many steps above the label the node is that `back_off` gave; -1 where it gave none."""
    return np.where(node >= 0, nodes.depths[predicted] - nodes.depths[node], -1)
