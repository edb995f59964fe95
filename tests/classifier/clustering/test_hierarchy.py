"""The tree that is proposed for clusters."""

import numpy as np
import pytest

from classifier.clustering import hierarchy
from classifier.clustering.hierarchy import MOST_CHILDREN, ProposedGroup, TooManyMiddles, propose_groups


def leaves(group: ProposedGroup) -> list[int]:
    return [
        leaf for child in group.children for leaf in ([child] if isinstance(child, int) else leaves(child))
    ]


def sizes(group: ProposedGroup) -> list[int]:
    below = [size for child in group.children if not isinstance(child, int) for size in sizes(child)]
    return [len(group.children), *below]


def test_what_is_alike_is_in_one_group():
    chance = np.random.default_rng(0)
    families = np.repeat(np.arange(8), 5)
    top = propose_groups(np.eye(8)[families] + chance.normal(0, 0.01, (40, 8)))
    groups = sorted(sorted(leaves(group)) for group in top.children)
    assert groups == np.arange(40).reshape(8, 5).tolist()


def test_each_cluster_is_in_it_once_and_no_group_has_too_many():
    top = propose_groups(np.random.default_rng(1).normal(size=(300, 16)))
    assert sorted(leaves(top)) == list(range(300))
    assert min(sizes(top)) >= 2 and max(sizes(top)) <= MOST_CHILDREN


def test_clusters_that_are_the_same_and_a_few_are_arranged_too():
    assert sorted(leaves(propose_groups(np.ones((50, 3))))) == list(range(50))
    assert propose_groups(np.eye(2)).children == [0, 1]


def test_more_than_memory_holds_are_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(hierarchy, "MOST_MIDDLES", 9)
    with pytest.raises(
        TooManyMiddles, match=r"10 clusters are too many .* at most 9\. Look for clusters again"
    ):
        propose_groups(np.eye(10))
