import numpy as np
import pytest
from scipy.stats import binomtest, t
from sklearn.metrics import f1_score

from classifier.evaluation.intervals import bootstrap, intervals


def test_samples_are_drawn_whole():
    groups = np.repeat(["a", "b", "c"], [1, 2, 3])
    for weights in bootstrap(groups, 20, seed=0):
        assert len(set(weights[1:3])) == len(set(weights[3:])) == 1
        assert weights[0] + weights[1] + weights[3] == 3


def test_a_single_sample_is_drawn_by_objects():
    drawn = list(bootstrap(np.array(["only"] * 50), 5, seed=0))
    assert all(weights.sum() == 50 and weights.max() > 1 for weights in drawn)
    assert not np.array_equal(drawn[0], drawn[1])


def called(count: int, classes: int, right: float, seed: int, groups: int = 1):
    """Samples differ in how easy they are, by a standard deviation of 0.1 where there are several."""
    rng = np.random.default_rng(seed)
    labels, group = rng.integers(0, classes, count), rng.integers(0, groups, count)
    ease = np.clip(right + (groups > 1) * 0.1 * rng.normal(size=groups), 0, 1)
    hit = rng.random(count) < ease[group]
    predicted = np.where(hit, labels, (labels + rng.integers(1, classes, count)) % classes)
    return labels, predicted, np.full(count, right), classes, group


def test_it_is_the_percentiles_of_figures_made_anew():
    """The same draws, with scikit-learn's macro-F1 of objects that are really repeated."""
    data = called(300, 4, 0.7, seed=0, groups=12)
    labels, predicted, groups = data[0], data[1], data[4]
    result = intervals(*data, rounds=100)["macro_f1"]
    slow = []
    for weights in bootstrap(groups, 100, 0):
        rows = np.repeat(np.arange(300), weights)
        slow.append(f1_score(labels[rows], predicted[rows], average="macro"))
    figure = f1_score(labels, predicted, average="macro")
    away = np.percentile(np.array(slow) - np.mean(slow), [2.5, 97.5])
    few = np.sqrt(12 / 11) * t.ppf(0.975, 11) / 1.96
    assert result == pytest.approx((figure + few * away).tolist(), abs=1e-4)


@pytest.mark.parametrize("groups", [1, 5])
def test_intervals_hold_the_truth_as_often_as_they_say(groups):
    covered = {"accuracy": 0, "recall": 0, "f1": 0}
    for seed in range(50):
        result = intervals(*called(400, 3, 0.8, seed, groups), rounds=60, seed=seed)
        of_taxon = result["per_taxon"][0]
        for name, (low, high) in {"accuracy": result["accuracy"], **of_taxon}.items():
            if name in covered:
                covered[name] += low <= 0.8 <= high
    assert min(covered.values()) >= 0.88 * 50


def test_an_honest_score_has_an_interval_from_about_nothing():
    low, high = intervals(*called(2000, 3, 0.8, seed=1))["ece"]
    assert 0 <= low < 0.02 < high < 0.06


def test_no_error_at_all_leaves_room():
    labels = np.repeat([0, 1], [4, 40])
    result = intervals(labels, labels, np.ones(44), 2, np.arange(44) % 3)
    exact = binomtest(4, 4).proportion_ci(0.95, "exact")
    assert result["per_taxon"][0]["recall"] == pytest.approx([exact.low, 1])
    assert result["per_taxon"][0]["precision"] == pytest.approx([exact.low, 1])
    assert result["per_taxon"][0]["f1"][0] == pytest.approx(2 * exact.low / (1 + exact.low))
    assert result["accuracy"][0] < 1


def test_a_taxon_without_objects_has_no_recall():
    result = intervals(np.array([0, 0]), np.array([0, 1]), np.ones(2), 3, np.array(["a", "b"]))
    assert result["per_taxon"][1]["recall"] is None
    assert result["per_taxon"][1]["precision"] is not None
    assert result["per_taxon"][2] == {"precision": None, "recall": None, "f1": None}
    one = intervals(np.array([0]), np.array([0]), np.ones(1), 3, np.array(["a"]))
    assert one["accuracy"] == pytest.approx([0.025, 1])
    assert one["macro_f1"] is None
    none = intervals(np.zeros(0, int), np.zeros(0, int), np.zeros(0), 3, np.zeros(0, str))
    assert none["accuracy"] is None
    assert len(none["per_taxon"]) == 3
