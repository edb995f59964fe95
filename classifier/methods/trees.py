"""Trees as arrays: scikit-learn grows them, numpy asks them.

Nothing is pickled, and what a file brings is checked before it is followed: a model that came from elsewhere can be
opened without running what it brings, and by any version of scikit-learn. docs/lab-notes.md says why neither skops nor
ONNX keeps them.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_array

from classifier.contract.errors import ClassifierError

RENEW = "Export the model again where it comes from, or train it again."
MOST_QUESTIONS = 2**20  # (object, tree) pairs that go down together


@dataclass
class Trees:
    """All nodes of all trees. A node sends x on to `left` where x[feature] ≤ threshold, else to `right`; a leaf
    (`left` is -1) adds its values: the entries `starts[node]` to `starts[node + 1]` of `columns` and `values`."""

    roots: np.ndarray  # int32 (trees,)
    feature: np.ndarray  # int16 (nodes,)
    threshold: np.ndarray  # float32 (nodes,)
    left: np.ndarray  # int32 (nodes,)
    right: np.ndarray  # int32 (nodes,)
    starts: np.ndarray  # int64 (nodes + 1,)
    columns: np.ndarray  # int32 (entries,)
    values: np.ndarray  # float64 (entries,)

    def __len__(self) -> int:
        return len(self.roots)

    def leaves(self, x: np.ndarray) -> np.ndarray:
        """float32 (N, features) without NaN to the node where each tree ends, (N, trees)."""
        node = np.tile(self.roots, len(x))
        row = np.repeat(np.arange(len(x)), len(self))
        going = np.flatnonzero(self.left[node] >= 0)
        while len(going):
            here = node[going]
            low = x[row[going], self.feature[here]] <= self.threshold[here]
            node[going] = np.where(low, self.left[here], self.right[here])
            going = going[self.left[node[going]] >= 0]
        return node.reshape(len(x), len(self))

    def sums(self, x: np.ndarray, outputs: int) -> np.ndarray:
        """What the leaves say, summed over the trees in their order, float64 (N, outputs).

        Raises ClassifierError where `x` has fewer features than the trees ask for."""
        if self.feature.max() >= x.shape[1]:
            raise ClassifierError(
                f"The trees ask for feature {self.feature.max() + 1}, and there are {x.shape[1]}. {RENEW}"
            )
        leaf_values = csr_array((self.values, self.columns, self.starts), shape=(len(self.left), outputs))
        step = max(1, MOST_QUESTIONS // len(self))
        parts = [self._sums(x[at : at + step], leaf_values) for at in range(0, len(x), step)]
        return np.concatenate(parts) if parts else np.zeros((0, outputs))

    def _sums(self, x: np.ndarray, leaf_values: csr_array) -> np.ndarray:
        ends = self.leaves(x).ravel()
        starts = np.arange(0, len(ends) + 1, len(self))
        reached = csr_array((np.ones(len(ends)), ends, starts), shape=(len(x), leaf_values.shape[0]))
        return (reached @ leaf_values).toarray()

    @classmethod
    def joined(cls, parts: list["Trees"]) -> "Trees":
        nodes = np.cumsum([0, *(len(part.left) for part in parts)])
        entries = np.cumsum([0, *(len(part.values) for part in parts)])

        def moved(which: str) -> np.ndarray:
            links = [(getattr(part, which), at) for part, at in zip(parts, nodes, strict=False)]
            return np.concatenate([np.where(link < 0, -1, link + at) for link, at in links]).astype(np.int32)

        starts = [part.starts[:-1] + at for part, at in zip(parts, entries, strict=False)]
        return cls(
            roots=np.concatenate([p.roots + at for p, at in zip(parts, nodes, strict=False)]).astype(
                np.int32
            ),
            feature=np.concatenate([part.feature for part in parts]),
            threshold=np.concatenate([part.threshold for part in parts]),
            left=moved("left"),
            right=moved("right"),
            starts=np.append(np.concatenate(starts), entries[-1]),
            columns=np.concatenate([part.columns for part in parts]),
            values=np.concatenate([part.values for part in parts]),
        )

    def tensors(self) -> dict[str, np.ndarray]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_tensors(cls, tensors: dict[str, np.ndarray], outputs: int) -> Self:
        """Of a file that anybody may have written. Raises ClassifierError where following the trees would not end, or
        would read outside of them."""
        trees = cls(**{field.name: tensors[field.name] for field in fields(cls)})
        if not (trees._fits_together() and trees._leads_down() and trees._adds_to(outputs)):
            raise ClassifierError(f"The trees in the model's weights are damaged. {RENEW}")
        return trees

    def _fits_together(self) -> bool:
        """Are the arrays of the kinds and lengths that belong together?"""
        nodes, entries = len(self.left), len(self.values)
        lengths = {"roots": len(self.roots), "starts": nodes + 1, "columns": entries, "values": entries}
        reals = ("threshold", "values")
        return len(self.roots) > 0 and all(
            array.shape == (lengths.get(name, nodes),) and array.dtype.kind == ("f" if name in reals else "i")
            for name, array in self.tensors().items()
        )

    def _leads_down(self) -> bool:
        """Does every branch end at a leaf? It does where children come after their parent, as whoever grows a tree
        numbers them."""
        nodes = len(self.left)
        inner = np.flatnonzero(self.left >= 0)
        children = np.stack([self.left[inner], self.right[inner]])
        return bool(
            ((self.roots >= 0) & (self.roots < nodes)).all()
            and ((children > inner) & (children < nodes)).all()
            and (self.feature >= 0).all()
        )

    def _adds_to(self, outputs: int) -> bool:
        """Does every leaf add to outputs that there are?"""
        return bool(
            self.starts[0] == 0
            and self.starts[-1] == len(self.values)
            and (np.diff(self.starts) >= 0).all()
            and ((self.columns >= 0) & (self.columns < outputs)).all()
        )


# --- Flattening -------------------------------------------------------------------------------------------------------


def of_decision_tree(tree: Any, columns: np.ndarray) -> Trees:
    """scikit-learn's `tree_`; `columns` (K,) says which output each of its values is."""
    is_leaf = tree.children_left < 0
    values = tree.value.reshape(tree.node_count, -1) * is_leaf[:, None]
    node, k = np.nonzero(values)
    return Trees(
        roots=np.zeros(1, np.int32),
        feature=np.where(is_leaf, 0, tree.feature).astype(np.int16),
        threshold=_not_above(tree.threshold),
        left=tree.children_left.astype(np.int32),
        right=tree.children_right.astype(np.int32),
        starts=_starts(node, tree.node_count),
        columns=columns[k].astype(np.int32),
        values=values[node, k],
    )


def of_boosted_tree(nodes: np.ndarray, column: int) -> Trees:
    """The nodes of one of HistGradientBoosting's predictors, which adds to the output `column`."""
    is_leaf = nodes["is_leaf"].astype(bool)
    return Trees(
        roots=np.zeros(1, np.int32),
        feature=np.where(is_leaf, 0, nodes["feature_idx"]).astype(np.int16),
        threshold=_not_above(nodes["num_threshold"]),
        left=np.where(is_leaf, -1, nodes["left"].astype(np.int32)),
        right=np.where(is_leaf, -1, nodes["right"].astype(np.int32)),
        starts=_starts(np.flatnonzero(is_leaf), len(nodes)),
        columns=np.full(is_leaf.sum(), column, np.int32),
        values=nodes["value"][is_leaf],
    )


def _starts(node: np.ndarray, nodes: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(node, minlength=nodes))]).astype(np.int64)


def _not_above(threshold: np.ndarray) -> np.ndarray:
    """The largest float32 that is not above: for a float32 x, x ≤ threshold stays exactly what it was."""
    with np.errstate(over="ignore"):
        near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)
