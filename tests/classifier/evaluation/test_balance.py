import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import f1_score

from classifier.evaluation.balance import STRENGTHS, choose_balance, decide
from tests.classifier.evaluation.made import judged

PRIOR = np.array([0.9, 0.1])


def test_at_full_strength_the_prior_is_divided_out():
    p = np.array([[0.8, 0.2], [0.95, 0.05]])
    assert decide(p, PRIOR, 0).tolist() == [0, 0]
    assert decide(p, PRIOR, 1).tolist() == (p / PRIOR).argmax(1).tolist() == [1, 0]


def test_impossible_classes_stay_impossible():
    assert decide(np.array([[1.0, 0.0]], np.float32), PRIOR, 1).tolist() == [0]


def test_the_strength_is_the_one_that_a_slow_search_finds():
    logits, labels = judged(2000, classes=8)
    p, prior = softmax(logits, 1), np.bincount(labels, minlength=8) / 2000
    reached = [
        f1_score(labels, (np.log(p) - s * np.log(prior)).argmax(1), average="macro") for s in STRENGTHS
    ]
    assert choose_balance(p, labels, prior) == STRENGTHS[int(np.argmax(reached))]


@pytest.mark.parametrize("labels", [[], [0, 1]])
def test_of_equals_the_smallest_is_taken(labels):
    p = np.array([[0.9, 0.1], [0.1, 0.9]])[: len(labels)]
    assert choose_balance(p, np.array(labels, int), np.array([0.5, 0.5])) == 0
