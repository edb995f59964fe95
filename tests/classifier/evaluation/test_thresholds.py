import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from scipy.stats import binomtest

from classifier.evaluation.thresholds import class_thresholds, lower_bound, node_thresholds, threshold
from classifier.tree import Nodes, Tree
from tests.classifier.evaluation.made import judged, nodes


@pytest.mark.parametrize(("right", "total"), [(0, 0), (0, 5), (5, 5), (47, 50), (59, 59), (990, 1000)])
def test_the_bound_is_that_of_scipy(right, total):
    if total:
        exact = binomtest(right, total, alternative="greater").proportion_ci(0.95, "exact").low
        assert lower_bound(right, total) == pytest.approx(exact)
    else:
        assert lower_bound(right, total) == 0


def test_the_bound_holds_as_often_as_it_says():
    rng = np.random.default_rng(0)
    for share in (0.5, 0.9, 0.97):
        right = rng.binomial(80, share, 20_000)
        assert np.mean(lower_bound(right, np.full(20_000, 80)) <= share) >= 0.947


def test_fifty_nine_without_an_error_are_the_fewest_for_95_percent():
    score = np.linspace(0.5, 1, 59)
    assert threshold(score, np.ones(59, bool), 0.95) == 0.5
    assert threshold(score[:58], np.ones(58, bool), 0.95) is None
    assert threshold(score[:0], np.ones(0, bool), 0.5) is None


@given(
    st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=60),
    st.sampled_from([0.3, 0.5, 0.8, 0.9]),
)
def test_what_is_accepted_meets_the_bound_and_no_smaller_threshold_would(objects, precision):
    score = np.array([score for score, _ in objects]) / 12
    right = np.array([is_right for _, is_right in objects], bool)

    def meets(t: float) -> bool:
        accepted = right[score >= t]
        return lower_bound(accepted.sum(), len(accepted)) >= precision

    slow = min(filter(meets, score), default=None)
    assert threshold(score, right, precision) == slow


def test_the_promise_is_kept_on_new_objects_as_often_as_it_says():
    """Of honest scores with the density 8 s⁷ a share of 8 (1 − t⁹) / 9 (1 − t⁸) is right from t on. Though the
    threshold is chosen where the bound happens to be met, no more than about 5 % of the promises are broken."""
    rng, broken = np.random.default_rng(0), 0
    for _ in range(300):
        score = rng.beta(8, 1, 1000)
        t = threshold(score, rng.random(1000) < score, 0.95)
        broken += t is not None and 8 * (1 - t**9) / (9 * (1 - t**8)) < 0.95
    assert broken / 300 < 0.09


def test_a_taxon_is_judged_by_what_was_called_so():
    logits, labels = judged(3000, spread=3)
    p = softmax(logits, 1)
    predicted = p.argmax(1)
    found = class_thresholds(p, labels, predicted, 0.9)
    for k in range(5):
        mine = predicted == k
        slow = threshold(p[mine, k], labels[mine] == k, 0.9)
        assert found[k] == (np.inf if slow is None else slow)
    assert np.isinf(class_thresholds(p[:0], labels[:0], predicted[:0], 0.9)).all()
    assert np.isfinite(found[:2]).all()


def test_of_all_that_climb_the_accepted_meet_the_bound_at_every_node():
    tree_nodes = nodes()
    logits, labels = judged(4000, spread=1.5)
    p = softmax(logits, 1)
    predicted = p.argmax(1)
    found = node_thresholds(p, labels, predicted, tree_nodes, 0.8)
    at = []
    for row, leaf in zip(p, predicted, strict=True):  # a slow climb
        node = int(leaf)
        while node >= 0 and row[tree_nodes.members[node]].sum() < found[node] - 1e-12:
            node = int(tree_nodes.parents[node])
        at.append(node)
    at = np.array(at)
    assert (at >= 5).any(), "some had to climb"
    for node in np.unique(at[at >= 0]):
        hits = tree_nodes.members[node][labels[at == node]]
        assert lower_bound(hits.sum(), len(hits)) >= 0.8 - 1e-9


def test_a_node_above_everything_says_nothing():
    small = Nodes(Tree({"a": "top", "b": "top", "top": None}), ["a", "b"])
    p = np.full((500, 2), 0.5)
    found = node_thresholds(p, np.arange(500) % 2, np.zeros(500, int), small, 0.9)
    assert np.isinf(found).all()
