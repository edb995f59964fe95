"""The tree of taxa that a learning set brings: who stands below whom, by the keys of the classes."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Tree:
    """`parents` names the taxon above each; roots, and whatever it does not know, have none. `names` are for people."""

    parents: dict[str, str | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def name(self, taxon: str) -> str:
        return self.names.get(taxon, taxon)

    def lineage(self, taxon: str) -> list[str]:
        """From the root down to the taxon itself."""
        path = [taxon]
        while (above := self.parents.get(path[-1])) is not None and above not in path:
            path.append(above)
        return path[::-1]

    def in_order(self, classes: list[str]) -> list[int]:
        """Class numbers by lineage, so that relatives stand together; siblings by name."""
        path = [[self.name(taxon) for taxon in self.lineage(key)] for key in classes]
        return sorted(range(len(classes)), key=lambda k: path[k])

    def as_json(self) -> dict:
        """{taxon: {"name", "parent"}}: what the manifest's and the model's `taxa` are."""
        keys = {*self.names, *self.parents}
        return {key: {"name": self.name(key), "parent": self.parents.get(key)} for key in sorted(keys)}

    @classmethod
    def from_json(cls, taxa: dict[str, dict]) -> "Tree":
        return cls(
            parents={key: entry.get("parent") for key, entry in taxa.items()},
            names={key: entry.get("name", key) for key, entry in taxa.items()},
        )


class Nodes:
    """The part of the tree that spans the classes, as arrays: `members` (nodes, classes) says what lies at or below.

    The first nodes are the classes themselves, in order; the others are their ancestors, deepest first.
    """

    def __init__(self, tree: Tree, classes: list[str]):
        lineages = [tree.lineage(taxon) for taxon in classes]
        above = {taxon: len(lineage[: lineage.index(taxon)]) for lineage in lineages for taxon in lineage}
        inner = sorted(set(above) - set(classes), key=lambda taxon: (-above[taxon], taxon))
        self.taxa = [*classes, *inner]
        self.depths = np.array([above[taxon] for taxon in self.taxa])
        place = {taxon: k for k, taxon in enumerate(self.taxa)}
        self.members = np.zeros((len(self.taxa), len(classes)), bool)
        for k, lineage in enumerate(lineages):
            self.members[[place[taxon] for taxon in lineage], k] = True
        self.parents = np.array([place.get(tree.parents.get(taxon) or "", -1) for taxon in self.taxa])

    @cached_property
    def paths(self) -> list[list[int]]:
        """For each class the nodes from itself up to the root."""
        paths = []
        for k in range(self.members.shape[1]):
            path = [k]
            while (above := int(self.parents[path[-1]])) >= 0 and above not in path:
                path.append(above)
            paths.append(path)
        return paths

    def probabilities(self, of_classes: np.ndarray) -> np.ndarray:
        """(N, classes) → (N, nodes): of each node, the sum of what lies at or below it."""
        return of_classes @ self.members.T.astype(of_classes.dtype)
