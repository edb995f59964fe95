"""The score of a label that was picked says how often such labels are right."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax

from classifier.evaluation.balance import decide
from classifier.evaluation.confidence import Confidence, fit_confidence
from classifier.evaluation.metrics import ece_of
from tests.classifier.evaluation.synthetic_scores import judged


def picked(seed: int, classes: int = 30, noise: float = 1.0):
    """Probabilities that are noisy, though honest of each class: what is picked among them is too sure."""
    logits, labels = judged(30_000, classes, seed)
    rng = np.random.default_rng(seed + 100)
    p = softmax(logits + noise * rng.normal(size=logits.shape), axis=1)
    prior = np.bincount(labels, minlength=classes) / len(labels)
    predicted = decide(p, np.maximum(prior, 1e-4), 0.75)
    return p, predicted, labels


def error(p, predicted, labels) -> float:
    return ece_of(p[np.arange(len(p)), predicted], predicted == labels)


def test_what_was_picked_becomes_honest():
    p, predicted, labels = picked(0)
    others, theirs, true = picked(1)
    result = fit_confidence(p, predicted, labels)
    assert error(others, theirs, true) > 0.04
    assert error(result.apply(others, theirs), theirs, true) < 0.02  # by chance alone it is 0.01
    assert result.slope < 1


def test_what_is_honest_stays_nearly_as_it_is():
    logits, labels = judged(6000)
    p = softmax(logits, axis=1)
    predicted = p.argmax(1)
    result = fit_confidence(p, predicted, labels)
    assert result.slope == pytest.approx(1, abs=0.1)
    assert result.apply(p, predicted) == pytest.approx(p, abs=0.03)


@given(
    arrays(np.float32, (7, 4), elements=st.floats(-30, 30, width=32, allow_subnormal=False)),
    st.lists(st.integers(0, 3), min_size=7, max_size=7),
    st.tuples(st.floats(0.1, 3), *[st.floats(-3, 3, allow_subnormal=False)] * 2),
)
@settings(deadline=None)
def test_probabilities_stay_probabilities(logits, labels, line):
    p, labels = softmax(logits.astype(float), axis=1), np.array(labels)
    result = Confidence(*line).apply(p, labels)
    assert result.sum(1) == pytest.approx(np.ones(7), abs=1e-5)
    assert (result >= 0).all()
    rest = np.delete(result[0], labels[0])
    before = np.delete(p[0], labels[0])
    assert (np.diff(rest[before.argsort(kind="stable")]) >= -1e-12).all(), "the others keep their order"
    first = np.flatnonzero(p.argmax(1) == labels)
    assert (result[first, labels[first]] >= result[first].max(1)).all(), "what was the likeliest stays so"


def test_few_objects_change_little_and_none_nothing():
    p = np.array([[0.9, 0.1]])
    assert fit_confidence(p[:0], np.zeros(0, int), np.zeros(0, int)) == Confidence()
    assert fit_confidence(p, np.array([0]), np.array([1])).apply(p, np.array([0]))[0, 0] > 0.75


def test_it_is_kept_as_json():
    result = Confidence(0.8, -0.1, 0.4)
    assert Confidence.from_json(json.loads(json.dumps(result.as_json()))) == result
    assert Confidence.from_json({}) == Confidence(), "models from before have none"
