import json

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from classifier.evaluation.calibration import (
    Calibration,
    classwise_ece,
    fit_calibration,
    fit_temperature,
    fit_tilted,
    fit_vector,
    nll,
)
from tests.classifier.evaluation.synthetic_scores import judged

EVEN = np.full(5, 0.2)


def samples(labels, count: int = 10):
    return np.arange(len(labels)) % count


def test_a_temperature_is_found_again():
    logits, labels = judged(4000)
    assert fit_temperature(3 * logits, labels) == pytest.approx(3, rel=0.1)
    assert nll(logits, labels) == pytest.approx(log_loss(labels, softmax(logits, 1), labels=range(5)))


def test_a_bias_is_found_where_there_is_one():
    logits, labels = judged(3000)
    off = np.array([0, 1.5, 0, -1.5, 0])
    result = fit_calibration(2 * (logits - off), labels, samples(labels), EVEN)
    assert result.temperature == pytest.approx(2, rel=0.1)
    assert result.bias - result.bias.mean() == pytest.approx(off, abs=0.25)
    assert classwise_ece(labels, result.apply(2 * (logits - off))) < 0.015


def test_without_a_bias_to_find_one_number_is_enough():
    """What is left is none of a class: where all are as frequent no rarity tells them apart."""
    logits, labels = judged(300, classes=30)
    assert not fit_calibration(2 * logits, labels, samples(labels), np.full(30, 1 / 30)).bias.any()


@pytest.mark.parametrize("underrated", [0.0, 0.3])
def test_what_rare_classes_are_underrated_by_is_found(underrated):
    logits, labels = judged(6000, classes=12)
    prior = np.bincount(labels, minlength=12) / len(labels)
    result = fit_tilted(2 * (logits + underrated * np.log(prior)), labels, prior)
    assert result.temperature == pytest.approx(2, rel=0.1)
    assert result.bias == pytest.approx(-underrated * np.log(prior / prior.max()), abs=0.15)


def test_the_likeliest_is_right_more_often_once_rare_ones_are_not_underrated():
    logits, labels = judged(6000, classes=12)
    prior = np.bincount(labels, minlength=12) / len(labels)
    off = logits + np.log(prior)
    fitted, checked = slice(0, 3000), slice(3000, None)
    result = fit_calibration(off[fitted], labels[fitted], samples(labels[fitted]), prior)
    right = (result.apply(off[checked]).argmax(1) == labels[checked]).mean()
    assert right > (off[checked].argmax(1) == labels[checked]).mean() + 0.02


def test_a_class_that_was_never_seen_keeps_its_chance():
    logits, labels = judged(2000)
    result = fit_vector(np.column_stack([logits, logits[:, 0]]), labels, np.full(6, 1 / 6))
    assert np.isfinite(result.bias).all()
    assert result.apply(np.zeros((1, 6)))[0, 5] > 0


def test_the_loss_is_minimal_where_the_search_ends():
    """Looking around finds nothing better."""
    logits, labels = judged(200, classes=3)

    def loss(place):
        scaled = logits / np.exp(place[0]) + place[1:]
        return -log_softmax(scaled, 1)[np.arange(200), labels].sum() + 2 * (place[1:] ** 2).sum()

    result = fit_vector(logits, labels, np.full(3, 1 / 3))
    best = np.array([np.log(result.temperature), *result.bias])
    around = best + np.random.default_rng(0).normal(0, 0.02, (200, 4))
    assert loss(best) <= min(map(loss, around))


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_calibrate_by_changes_nothing_or_little(count):
    logits, labels = judged(count)
    result = fit_calibration(logits, labels, samples(labels), EVEN)
    assert result.bias is None or not result.bias.any()
    assert np.isfinite(result.apply(np.eye(5))).all()
    if not count:
        assert result.temperature == 1


def test_a_single_sample_is_divided_by_objects():
    logits, labels = judged(500)
    assert fit_calibration(logits + 3 * np.eye(5)[2], labels, np.zeros(500), EVEN).bias.any()


def test_it_travels_as_json():
    for calibration in (Calibration(1.5), Calibration(0.7, np.array([0.5, -0.5]))):
        again = Calibration.from_json(json.loads(json.dumps(calibration.as_json())))
        logits = np.array([[1.0, 2.0]])
        assert np.array_equal(again.apply(logits), calibration.apply(logits))


def test_classwise_error_agrees_with_scikit_learn():
    """Its bins of equal mass are ours where no score comes twice and 15 divides the number."""
    logits, labels = judged(1500)
    p = softmax(1.7 * logits, 1)
    gaps = []
    for k in range(5):
        share, mean = calibration_curve(labels == k, p[:, k], n_bins=15, strategy="quantile")
        gaps.append(np.abs(share - mean).mean())
    assert classwise_ece(labels, p) == pytest.approx(np.mean(gaps), abs=2e-3)
    assert np.isnan(classwise_ece(labels[:0], p[:0]))
