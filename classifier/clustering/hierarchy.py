"""A tree of clusters that people can take in: groups of groups, each of a few, by Ward's linkage (1963, doi
10.1080/01621459.1963.10500845) of what lies in the middle of each cluster. Average linkage peels off what is odd one by
one, so that groups hold seven clusters and all the rest."""

from dataclasses import dataclass, field

import numpy as np
from scipy.cluster.hierarchy import ClusterNode, linkage, optimal_leaf_ordering, to_tree

MOST_CHILDREN = 8  # of a group: so many a person compares at a glance
DEEPEST = 8  # levels: below, groups hold as many as there are
MOST_MIDDLES = 12_000  # clusters: Ward's linkage keeps the distance of each pair, n²/2 of 8 bytes: 576 MB
MOST_OPTIMAL = 1000  # clusters: beyond, the best order of leaves takes too long


class TooManyMiddles(ValueError):
    """The memory of their distances would grow with their square; the words are for people."""


@dataclass
class ProposedGroup:
    """`children`: places of clusters, or groups of them; what is alike stands side by side."""

    children: list["int | ProposedGroup"] = field(default_factory=list)


def propose_groups(middles: np.ndarray, most: int = MOST_CHILDREN) -> ProposedGroup:
    """Of float (n, dimensions) the top of the tree. The same for the same middles. Raises TooManyMiddles.

    Each group is divided where its parts are farthest from each other, until it has `most` parts.
    """
    if len(middles) < 3:
        return ProposedGroup(list(range(len(middles))))
    if len(middles) > MOST_MIDDLES:
        raise TooManyMiddles(
            f"{len(middles):,} clusters are too many to compare each with each: a tree is proposed for at most "
            f"{MOST_MIDDLES:,}. Look for clusters again with a larger smallest size, or put some into groups by "
            "hand, and propose groups then."
        )
    merges = linkage(middles, "ward")
    if len(middles) <= MOST_OPTIMAL:
        merges = optimal_leaf_ordering(merges, middles)
    return _group_of(to_tree(merges), most, 1)


def _group_of(node: ClusterNode, most: int, level: int) -> ProposedGroup:
    if node.count <= most or level == DEEPEST:
        return ProposedGroup([int(leaf) for leaf in node.pre_order()])
    parts = [node]
    while len(parts) < most:
        widest = max(range(len(parts)), key=lambda at: -1.0 if parts[at].is_leaf() else parts[at].dist)
        parts[widest : widest + 1] = [parts[widest].left, parts[widest].right]
    return ProposedGroup([int(p.id) if p.is_leaf() else _group_of(p, most, level + 1) for p in parts])
