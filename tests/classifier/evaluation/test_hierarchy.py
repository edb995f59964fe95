import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.contract.tree import Nodes, Tree
from classifier.evaluation.hierarchy import back_off, hierarchy
from tests.classifier.evaluation.synthetic_scores import CLASSES, nodes, tree

PLACE = {taxon: k for k, taxon in enumerate(CLASSES)}


def called(*pairs: tuple[str, str]) -> dict:
    labels, predicted = zip(*pairs, strict=True)
    return hierarchy(
        np.array([PLACE[name] for name in labels]), np.array([PLACE[name] for name in predicted]), nodes()
    )


@pytest.mark.parametrize(
    ("label", "predicted", "steps"),
    [
        ("calanus", "calanus", 0),
        ("calanus", "copepoda", 2),
        ("copepoda", "calanus", 2),
        ("cyclopoida", "calanus", 2),
        ("medusae", "cyclopoida", 2),
        ("detritus", "calanus", 4),
    ],
)
def test_how_far_up_an_error_lies(label, predicted, steps):
    assert called((label, predicted))["steps"] == [{"steps": steps, "count": 1}]


def test_each_rank_counts_the_taxa_that_reach_it():
    within = called(("calanus", "cyclopoida"), ("medusae", "calanus"), ("detritus", "detritus"))["within"]
    assert [entry["accuracy"] for entry in within] == [1.0, 0.5, 0.0, 0.0]


def test_sets_of_ancestors_agree_with_a_slow_count():
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 5, (2, 200))
    lineages = [set(tree().lineage(taxon)) for taxon in CLASSES]
    common = sum(len(lineages[a] & lineages[b]) for a, b in zip(labels, predicted, strict=True))
    result = hierarchy(labels, predicted, nodes())
    assert result["precision"] == pytest.approx(common / sum(len(lineages[b]) for b in predicted))
    assert result["recall"] == pytest.approx(common / sum(len(lineages[a]) for a in labels))
    assert result["f1"] == pytest.approx(
        2 * result["precision"] * result["recall"] / (result["precision"] + result["recall"])
    )


def test_an_ancestor_of_all_is_no_merit():
    small = Nodes(Tree({"a": "top", "b": "top", "top": None}), ["a", "b"])
    result = hierarchy(np.array([0]), np.array([1]), small)
    assert (result["precision"], result["recall"], result["f1"]) == (0, 0, 0)


def test_without_a_tree_or_objects_there_are_still_figures():
    flat = hierarchy(np.array([0, 1]), np.array([0, 0]), Nodes(Tree(), ["a", "b"]))
    assert flat["steps"] == [{"steps": 0, "count": 1}, {"steps": 1, "count": 1}]
    assert flat["within"] == [{"rank_from_root": 0, "accuracy": 0.5}]
    none = hierarchy(np.zeros(0, int), np.zeros(0, int), nodes())
    assert none == {"steps": [], "within": [], "precision": None, "recall": None, "f1": None}


def test_it_climbs_until_it_is_sure():
    tree_nodes = nodes()
    node = {taxon: k for k, taxon in enumerate(tree_nodes.taxa)}
    thresholds = np.full(len(tree_nodes.taxa), 0.9)
    p = np.array(
        [
            [0.95, 0.0, 0.05, 0.0, 0.0],  # sure of the leaf
            [0.5, 0.1, 0.35, 0.0, 0.05],  # only of copepods
            [0.5, 0.0, 0.1, 0.4, 0.0],  # of nothing
        ]
    )
    result, score = back_off(p, np.zeros(3, int), tree_nodes, thresholds)
    assert result.tolist() == [node["calanus"], node["copepoda"], -1]
    assert score == pytest.approx([0.95, 0.95, 0.5])
    thresholds[node["copepoda"]] = np.inf
    result, score = back_off(p, np.zeros(3, int), tree_nodes, thresholds)
    assert result.tolist() == [node["calanus"], node["animalia"], -1]


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(0, 8))
def test_a_parent_is_at_least_as_likely_as_its_child_and_back_off_as_a_slow_climb(seed, classes, inner):
    rng = np.random.default_rng(seed)
    names = [f"t{k}" for k in range(classes + inner)]
    parents = {
        name: names[rng.integers(k)] if k and rng.random() < 0.8 else None for k, name in enumerate(names)
    }
    chosen = sorted(rng.choice(names, classes, replace=False))
    tree_nodes = Nodes(Tree(parents), chosen)
    p = rng.dirichlet(np.ones(classes), 7)
    of_nodes = tree_nodes.probabilities(p)
    for k, parent in enumerate(tree_nodes.parents):
        assert parent == -1 or (of_nodes[:, parent] >= of_nodes[:, k] - 1e-12).all()
    thresholds = rng.uniform(0, 1.2, len(tree_nodes.taxa))
    predicted = rng.integers(0, classes, 7)
    result, score = back_off(p, predicted, tree_nodes, thresholds)
    for row in range(7):
        above = [node for node in tree_nodes.paths[predicted[row]] if of_nodes[row, node] >= thresholds[node]]
        assert result[row] == (above[0] if above else -1)
        assert score[row] == pytest.approx(of_nodes[row, above[0]] if above else p[row, predicted[row]])
