import numpy as np
import pytest
from scipy.special import softmax

from classifier.contract.tree import Nodes, Tree
from classifier.evaluation.hierarchy import back_off
from classifier.evaluation.thresholds import promise
from classifier.statistics.bounds import chance_of, fewest
from tests.classifier.evaluation.synthetic_scores import judged, nodes

TAXA = 10


def flat(taxa: int) -> Nodes:
    names = [f"taxon {k}" for k in range(taxa)]
    return Nodes(Tree(dict.fromkeys(names)), names)


def boasted(rng: np.random.Generator, truth: float, rho: float, samples: int, says: float = 0.97):
    """(p, labels, predicted, samples): scores say 97 of 100, `truth` are right, in some samples more.

    What is wrong is of the last taxon, which is never named.
    """
    share = rng.beta(truth * (1 / rho - 1), (1 - truth) * (1 / rho - 1), (TAXA, samples))
    size = 60
    predicted = np.repeat(np.arange(TAXA), samples * size)
    sample = np.tile(np.repeat(np.arange(samples), size), TAXA)
    is_right = rng.random(len(sample)) < share[predicted, sample]
    p = np.full((len(sample), TAXA + 1), 1e-9)
    p[np.arange(len(sample)), predicted] = says + rng.uniform(-0.005, 0.005, len(sample))
    p[:, TAXA] = 1 - p[np.arange(len(sample)), predicted]
    return p, np.where(is_right, predicted, TAXA), predicted, sample


@pytest.mark.parametrize("samples", [4, 12])
def test_no_taxon_is_promised_in_vain_though_samples_differ(samples):
    """Ten taxa that are right just less often than is asked for: in 95 of 100 draws none may be promised."""
    broken = {True: 0, False: 0}
    for seed in range(60):
        p, labels, predicted, sample = boasted(np.random.default_rng(seed), 0.94, 0.15, samples)
        for by_sample in broken:
            created = promise(p, labels, predicted, flat(TAXA + 1), 0.95, sample if by_sample else None)
            broken[by_sample] += np.isfinite(created.thresholds[:TAXA]).any()
    assert broken[True] / 60 <= 0.05 + 0.02
    if samples > 10:
        assert broken[False] / 60 > 0.1, "objects alone are too sure: else this test shows nothing"


def test_what_is_named_at_any_level_is_right_as_often_as_promised():
    """The whole climb, on new objects: of all nodes of all draws, and of the draws."""
    tree_nodes = nodes()
    logits, labels = judged(60_000, seed=99, spread=2.5)
    new = softmax(logits, 1)
    broken = 0
    for seed in range(40):
        tuned, tuned_labels = judged(1500, seed=seed, spread=2.5)
        p = softmax(tuned, 1)
        created = promise(p, tuned_labels, p.argmax(1), tree_nodes, 0.8)
        node, _ = back_off(new, new.argmax(1), tree_nodes, created.thresholds)
        named = [node == place for place in np.unique(node[node >= 0])]
        broken += any(tree_nodes.members[node[rows][0]][labels[rows]].mean() < 0.8 for rows in named)
    assert broken / 40 <= 0.05 + 0.05


def test_taxa_share_the_five_percent():
    p, labels, predicted, _ = boasted(np.random.default_rng(0), 0.9999, 0.01, 3, says=0.994)
    created = promise(p, labels, predicted, flat(TAXA + 1), 0.95)
    assert created.level == pytest.approx(0.05 / TAXA)
    assert np.isfinite(created.thresholds[:TAXA]).all()
    few = np.arange(len(predicted)) % 180 < fewest(0.95, 0.005) - 1
    created = promise(p[few], predicted[few], predicted[few], flat(TAXA + 1), 0.95)
    assert np.isinf(created.thresholds).all(), "one object less than each of ten taxa needs"


def test_a_taxon_in_too_few_samples_is_told_how_many_more_it_needs():
    """No error in three samples, nor in sixty: the three may agree by chance."""
    p, _, predicted, samples = boasted(np.random.default_rng(0), 0.9999, 0.01, 3, says=0.994)
    created = promise(p, predicted, predicted, flat(TAXA + 1), 0.95, samples)
    assert np.isinf(created.thresholds).all()
    needed = 3 + created.more_samples[0]
    assert created.more_samples[:TAXA].tolist() == [needed - 3] * TAXA
    assert created.more_samples[TAXA] == 0, "it is in none"
    p, _, predicted, samples = boasted(np.random.default_rng(0), 0.9999, 0.01, 60, says=0.994)
    created = promise(p, predicted, predicted, flat(TAXA + 1), 0.95, samples)
    assert np.isfinite(created.thresholds[:TAXA]).all() and not created.more_samples.any()


def test_of_all_that_climb_the_accepted_pass_the_test_at_every_node():
    tree_nodes = nodes()
    logits, labels = judged(4000, spread=2.5)
    p = softmax(logits, 1)
    predicted = p.argmax(1)
    created = promise(p, labels, predicted, tree_nodes, 0.8)
    at, _ = back_off(p, predicted, tree_nodes, created.thresholds)
    assert (at >= 5).any(), "some had to climb"
    for node in np.unique(at[at >= 0]):
        hits = tree_nodes.members[node][labels[at == node]]
        assert chance_of(hits.sum(), len(hits), 0.8) <= 0.05


def test_a_node_above_everything_says_nothing():
    small = Nodes(Tree({"a": "top", "b": "top", "top": None}), ["a", "b"])
    p = np.full((500, 2), 0.5)
    created = promise(p, np.arange(500) % 2, np.zeros(500, int), small, 0.9)
    assert np.isinf(created.thresholds).all()
    assert created.level == 0


def test_without_objects_nothing_is_promised():
    empty = promise(np.zeros((0, 3)), np.zeros(0, int), np.zeros(0, int), flat(3), 0.9, np.zeros(0, int))
    assert np.isinf(empty.thresholds).all()
