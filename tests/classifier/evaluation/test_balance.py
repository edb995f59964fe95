"""The taxon that is named first has the highest score, unless rare ones are to be favoured."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax

from classifier.evaluation.balance import decide
from classifier.evaluation.confidence import Confidence
from classifier.inference.calibrator import CalibratedOutput
from classifier.inference.predict import _best
from classifier.outputs import Outputs
from classifier.refit.refitting import _scores
from tests.classifier.tiny import tiny_calibrator

PRIOR = np.array([0.9, 0.1])
LOGITS = arrays(np.float32, (9, 3), elements=st.floats(-20, 20, width=32, allow_subnormal=False))
LINES = st.tuples(st.floats(0.05, 3), *[st.floats(-5, 5, allow_subnormal=False)] * 2)
TINY = tiny_calibrator()
BANK, LOOKS = TINY.novelty.bank.vectors, TINY.novelty.looks.appearances


def calibrated(logits: np.ndarray, **settings: object) -> CalibratedOutput:
    count = len(logits)
    outputs = Outputs(logits, np.resize(BANK, (count, BANK.shape[1])))
    return replace(TINY, **settings)(outputs, np.resize(LOOKS, (count, LOOKS.shape[1])))


@given(LOGITS, LINES)
@settings(deadline=None)
def test_the_first_of_a_model_is_the_likeliest_and_has_the_highest_score(logits, line):
    """Whatever the line is that makes its score honest."""
    output = calibrated(logits, confidence=Confidence(*line))
    best, scores = _best(output)
    assert (best[:, 0] == output.labels).all()
    assert (np.diff(scores, axis=1) <= 0).all()
    assert (scores[:, 0] == output.scores).all()
    assert (output.labels == TINY.calibration.apply(logits).astype(np.float32).argmax(1)).all()


@given(LOGITS)
@settings(deadline=None)
def test_and_so_is_that_of_a_refit(logits):
    p = softmax(logits, axis=1)
    scores = _scores(p)
    assert (scores.best[:, 0] == p.argmax(1)).all()
    assert (np.diff(scores.scores, axis=1) <= 0).all()


def test_who_favours_rare_taxa_gets_them_before_likelier_ones():
    logits = np.log(np.array([[0.5, 0.3, 0.2]]))
    output = calibrated(logits, balance=1.0, confidence=Confidence())
    best, scores = _best(output)
    assert best[0].tolist() == [2, 0, 1]
    assert scores[0, 0] < scores[0, 1]


def test_at_full_strength_the_prior_is_divided_out():
    p = np.array([[0.8, 0.2], [0.95, 0.05]])
    assert decide(p, PRIOR).tolist() == [0, 0]
    assert decide(p, PRIOR, 1).tolist() == (p / PRIOR).argmax(1).tolist() == [1, 0]


def test_impossible_classes_stay_impossible():
    assert decide(np.array([[1.0, 0.0]], np.float32), PRIOR, 1).tolist() == [0]
