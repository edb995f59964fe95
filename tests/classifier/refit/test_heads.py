"""The two heads beside scikit-learn's, and a warm start beside a cold one."""

import subprocess
import sys

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression

from classifier.refit.discriminant import fit_discriminant
from classifier.refit.head import Scaling
from classifier.refit.logistic import Task, fit_logistic
from tests.classifier.refit.drawn import draw_classes

A_POINT = 0.01


def share_right(logits: np.ndarray, y: np.ndarray) -> float:
    return (logits.argmax(axis=1) == y).mean()


def test_regression_is_as_right_as_scikit_learns():
    drawn = draw_classes(6000, distance=0.6)
    x, learn = Scaling.of(drawn.x)(drawn.x), slice(0, 2000)
    ours = fit_logistic(Task(x[learn], drawn.y[learn], 8)).logits(x[2000:])
    theirs = LogisticRegression(max_iter=500).fit(x[learn], drawn.y[learn])
    right = theirs.score(x[2000:], drawn.y[2000:])
    assert 0.5 < right < 0.95
    assert abs(share_right(ours, drawn.y[2000:]) - right) < A_POINT


def test_regression_finds_the_same_probabilities_as_scikit_learn():
    drawn = draw_classes(3000, distance=0.6)
    x = Scaling.of(drawn.x)(drawn.x)
    ours = fit_logistic(Task(x, drawn.y, 8), steps=300).probabilities(x)
    theirs = LogisticRegression(max_iter=500, C=1.0).fit(x, drawn.y).predict_proba(x)
    assert np.abs(ours - theirs).max() < A_POINT


def test_a_discriminant_of_few_labels_is_as_right_as_scikit_learns():
    drawn = draw_classes(6000, dimensions=32, distance=0.6)
    x, learn = Scaling.of(drawn.x)(drawn.x), slice(0, 50)
    ours = fit_discriminant(x[learn], drawn.y[learn], 8).logits(x[2000:])
    theirs = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(x[learn], drawn.y[learn])
    right = theirs.score(x[2000:], drawn.y[2000:])
    assert 0.4 < right < 0.95
    assert share_right(ours, drawn.y[2000:]) > right - A_POINT


def test_a_class_without_labels_is_never_named():
    drawn = draw_classes(200, classes=4)
    head = fit_discriminant(drawn.x, drawn.y, 6)
    p = head.probabilities(drawn.x)
    assert (p[:, 4:] == 0).all()
    assert np.allclose(p.sum(axis=1), 1)


def test_a_warm_start_ends_where_a_cold_one_does():
    drawn = draw_classes(6000, distance=0.6)
    x = Scaling.of(drawn.x)(drawn.x)
    before = fit_logistic(Task(x[:1900], drawn.y[:1900], 8))
    warm = fit_logistic(Task(x[:2000], drawn.y[:2000], 8), start=before)
    cold = fit_logistic(Task(x[:2000], drawn.y[:2000], 8))
    rest = slice(2000, None)
    assert (
        abs(
            share_right(warm.logits(x[rest]), drawn.y[rest])
            - share_right(cold.logits(x[rest]), drawn.y[rest])
        )
        < A_POINT
    )


def test_a_head_goes_on_with_a_class_more():
    drawn = draw_classes(2000, classes=5, distance=1.0)
    first = drawn.y < 4
    four = fit_logistic(Task(drawn.x[first], drawn.y[first], 4))
    five = fit_logistic(Task(drawn.x, drawn.y, 5), start=four.of_classes(np.array([0, 1, 2, 3, -1])))
    assert share_right(five.logits(drawn.x[drawn.y == 4]), drawn.y[drawn.y == 4]) > 0.8


def test_it_needs_no_torch():
    code = "import sys, classifier.refit.refitting; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
