"""Regressions by L-BFGS, against scikit-learn's."""

import numpy as np
import pytest
import torch
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression, Ridge

from classifier.methods import linear
from classifier.methods.linear import fit_linear

CPU = torch.device("cpu")


def tick(done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 5)).astype(np.float32)
    y = (x @ rng.normal(size=(5, 4)) + rng.gumbel(size=(300, 4))).argmax(1)
    return x, y


def test_logistic_regression_agrees_with_scikit_learn(data, monkeypatch):
    monkeypatch.setattr(linear, "STRENGTHS", (0.01,))
    x, y = data
    ours = fit_linear("one", data, data, 4, CPU, tick)
    theirs = LogisticRegression(C=1 / (0.01 * len(y)), tol=1e-8, max_iter=1000).fit(x, y)
    assert np.allclose(log_softmax(ours(x), axis=1), theirs.predict_log_proba(x), atol=5e-3)


def test_ridge_regression_agrees_with_scikit_learn(data, monkeypatch):
    monkeypatch.setattr(linear, "STRENGTHS", (0.01,))
    x, _ = data
    y = 7 + 3 * x[:, 0] - 2 * x[:, 1] + np.random.default_rng(1).normal(size=len(x))
    ours = fit_linear("number", (x, y), (x, y), 1, CPU, tick)
    theirs = Ridge(alpha=0.01 / 2 * len(y)).fit(x, y)
    assert np.allclose(ours(x)[:, 0], theirs.predict(x), atol=1e-2)


def test_several_choices_are_as_many_regressions(data, monkeypatch):
    monkeypatch.setattr(linear, "STRENGTHS", (0.01,))
    x, y = data
    chosen = np.stack([y == 0, y > 1], 1).astype(np.float32)
    ours = fit_linear("several", (x, chosen), (x, chosen), 2, CPU, tick)(x)
    for k in range(2):  # our loss is the mean over the choices, so the penalty weighs twice
        theirs = LogisticRegression(C=1 / (0.02 * len(y)), tol=1e-8, max_iter=1000).fit(x, chosen[:, k])
        assert np.allclose(ours[:, k], theirs.decision_function(x), atol=1e-2)


def test_the_strength_is_the_one_that_new_objects_like_best(data):
    """Fifty columns of noise and few objects: little can be believed."""
    rng = np.random.default_rng(2)
    x, y = data
    noisy = np.concatenate([x, rng.normal(size=(300, 50))], 1).astype(np.float32)
    learn, tune, new = ((noisy[part], y[part]) for part in (slice(80), slice(80, 190), slice(190, 300)))
    chosen = fit_linear("one", learn, tune, 4, CPU, tick)
    blind = fit_linear("one", learn, learn, 4, CPU, tick)
    assert _nll(chosen(new[0]), new[1]) < _nll(blind(new[0]), new[1])


def test_a_class_that_nobody_has_seen_is_rare(data):
    x, y = data
    logits = fit_linear("one", (x, y), (x, y), 5, CPU, tick)(x)
    share = np.exp(log_softmax(logits, axis=1))[:, 4]
    assert np.isfinite(logits).all()
    assert share.max() < 0.05


def test_without_objects_to_choose_by_it_still_learns(data):
    x, y = data
    result = fit_linear("one", (x, y), (x[:0], y[:0]), 4, CPU, tick)
    assert (result(x).argmax(1) == y).mean() > 0.6


def _nll(logits: np.ndarray, labels: np.ndarray) -> float:
    return float(-log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean())


def test_weights_agree_with_scikit_learn(data, monkeypatch):
    monkeypatch.setattr(linear, "STRENGTHS", (0.01,))
    x, y = data
    weights = np.random.default_rng(1).uniform(0.05, 1, len(y)).astype(np.float32)
    ours = fit_linear("one", data, data, 4, CPU, tick, weights)
    theirs = LogisticRegression(C=1 / (0.01 * weights.sum()), tol=1e-8, max_iter=1000).fit(x, y, weights)
    assert log_softmax(ours(x), axis=1) == pytest.approx(theirs.predict_log_proba(x), abs=5e-3)
