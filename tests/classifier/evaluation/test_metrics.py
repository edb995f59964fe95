import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)

from classifier.evaluation.confusion import confusion, macro_f1
from classifier.evaluation.metrics import (
    ece_by_chance,
    ece_of,
    evaluate,
    expected_calibration_error,
    reliability,
)
from tests.classifier.evaluation.synthetic_scores import judged

CLASSES = list("abcdefgh")


@pytest.mark.parametrize("has_predictions", [False, True])
def test_figures_agree_with_scikit_learn(has_predictions):
    logits, labels = judged(600, classes=8)
    p = softmax(logits, 1)
    predicted = np.random.default_rng(1).integers(0, 8, 600) if has_predictions else p.argmax(1)
    result = evaluate(labels, p, CLASSES, predicted if has_predictions else None)
    assert result["accuracy"] == pytest.approx(accuracy_score(labels, predicted))
    assert result["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(labels, predicted))
    assert result["macro_f1"] == pytest.approx(f1_score(labels, predicted, average="macro"))
    assert result["top5_accuracy"] == pytest.approx(top_k_accuracy_score(labels, p, k=5, labels=range(8)))
    assert result["nll"] == pytest.approx(log_loss(labels, p, labels=range(8)))
    expected = precision_recall_fscore_support(labels, predicted, labels=range(8), zero_division=0)
    for name, values in zip(("precision", "recall", "f1", "support"), expected, strict=True):
        assert [entry[name] for entry in result["per_taxon"]] == pytest.approx(list(values))
    assert result["confusion"] == {
        "labels": CLASSES,
        "matrix": confusion_matrix(labels, predicted, labels=range(8)).tolist(),
    }


def test_weights_count_like_repetition():
    rng = np.random.default_rng(0)
    labels, predicted, weights = rng.integers(0, 4, (3, 100))
    assert np.array_equal(
        confusion(labels, predicted, 4, weights), confusion_matrix(labels, predicted, sample_weight=weights)
    )
    assert macro_f1(labels, predicted, 4) == pytest.approx(f1_score(labels, predicted, average="macro"))


def test_the_matrix_has_the_order_that_was_asked_for_and_no_taxon_in_vain():
    result = evaluate(np.array([0, 2]), np.eye(4)[[0, 0]], list("abcd"), order=[3, 2, 1, 0])
    assert result["confusion"] == {"labels": ["c", "a"], "matrix": [[0, 1], [0, 1]]}


def test_means_are_over_taxa_that_were_there():
    result = evaluate(np.array([0, 0, 1]), np.eye(3)[[0, 2, 1]], list("abc"))
    assert result["balanced_accuracy"] == pytest.approx((0.5 + 1) / 2)
    assert result["per_taxon"][2]["support"] == 0


def test_calibration_error_of_an_honest_and_of_a_boasting_model():
    rng = np.random.default_rng(3)
    score = rng.uniform(0.5, 1, 20_000)
    labels = (rng.random(20_000) > score).astype(int)
    honest = np.stack([score, 1 - score], 1)
    boasting = np.stack([score**0.2, 1 - score**0.2], 1)
    assert expected_calibration_error(labels, honest) < 0.015
    assert expected_calibration_error(labels, boasting) > 0.1


def test_calibration_error_agrees_with_a_slow_count():
    logits, labels = judged(1000)
    p = softmax(2 * logits, 1)
    predicted = 1 - (p[:, 1] > 0.3)
    rows = sorted(range(1000), key=lambda row: p[row, predicted[row]])
    slow = 0.0
    for part in np.array_split(rows, 15):
        slow += abs(sum(p[row, predicted[row]] - (labels[row] == predicted[row]) for row in part)) / 1000
    assert expected_calibration_error(labels, p, predicted) == pytest.approx(slow)
    bins = reliability(labels, p, predicted)
    assert sum(b["count"] for b in bins) == 1000
    assert all(b["low"] <= b["confidence"] <= b["high"] for b in bins)


def test_an_impossible_label_does_not_make_the_loss_infinite():
    assert np.isfinite(evaluate(np.array([1]), np.array([[1.0, 0.0]]), ["a", "b"])["nll"])


@pytest.mark.parametrize("count", [200, 2000])
def test_the_error_by_chance_is_that_of_true_scores(count):
    """The mean over a hundred draws in which every score is true."""
    rng = np.random.default_rng(5)
    score = rng.uniform(0.2, 1, count)
    drawn = [ece_of(score, rng.random(count) < score) for _ in range(100)]
    assert ece_by_chance(score) == pytest.approx(np.mean(drawn), rel=0.1)


def test_without_objects_there_is_no_chance():
    assert ece_by_chance(np.zeros(0)) is None
