import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

from classifier.evaluation.learning_curve import extrapolated, learning_curve


def data(count: int, seed: int):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, count)
    return np.eye(4, 12)[labels] * 1.5 + rng.normal(size=(count, 12)), labels


def fit(features, labels):
    return LogisticRegression(max_iter=200).fit(features, labels).predict


def test_more_labels_help_and_the_last_point_has_all():
    (features, labels), (test, test_labels) = data(400, 0), data(2000, 1)
    groups = np.arange(400) // 20
    result = learning_curve(features, labels, groups, test, test_labels, fit, "logistic regression")
    assert [p["share"] for p in result["points"]] == [0.125, 0.25, 0.5, 1.0]
    assert [p["objects"] for p in result["points"]] == pytest.approx([50, 100, 200, 400], abs=12)
    assert (
        result["points"][0]["accuracy"] < result["points"][-1]["accuracy"] < result["doubled"]["accuracy"] < 1
    )
    predicted = fit(features, labels)(test)
    assert result["points"][-1]["accuracy"] == pytest.approx(accuracy_score(test_labels, predicted))
    assert result["points"][-1]["macro_f1"] == pytest.approx(
        f1_score(test_labels, predicted, average="macro")
    )
    assert result["doubled"]["objects"] == 800
    assert result["how"] == "logistic regression"


def test_samples_are_drawn_whole_where_there_are_enough():
    drawn = []

    def watch(features, labels):
        drawn.append(np.unique(features[:, 0], return_counts=True)[1])
        return lambda test: np.zeros(len(test), int)

    groups, labels = np.repeat(np.arange(16), 10), np.arange(160) % 2
    learning_curve(groups[:, None], labels, groups, np.zeros((4, 1)), np.zeros(4, int), watch, "")
    assert all((counts == 10).all() for counts in drawn)
    assert [len(counts) for counts in drawn] == [2, 2, 2, 4, 4, 4, 8, 8, 8, 16]


def test_a_power_law_is_continued():
    objects = [100, 200, 400, 800]
    assert extrapolated(objects, [1 - 3 * n**-0.5 for n in objects], 2) == pytest.approx(1 - 3 * 1600**-0.5)
    assert extrapolated(objects, [0.9, 0.8, 0.7, 0.6], 2) == 0.6, "worse with more is chance"
    assert extrapolated(objects, [1, 1, 1, 1], 2) == 1


def test_too_little_has_no_curve():
    features, labels = data(40, 0)
    assert learning_curve(features, labels, np.zeros(40), features[:0], labels[:0], fit, "") is None
    assert learning_curve(features[:2], np.array([0, 1]), np.zeros(2), features, labels, fit, "") is None
