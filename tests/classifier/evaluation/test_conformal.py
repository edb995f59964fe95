import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from classifier.evaluation.conformal import conformal_set, fit_conformal
from tests.classifier.evaluation.synthetic_scores import judged


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
def test_sets_cover_what_they_promise(coverage):
    """Over many calibrations of 99 objects the mean coverage is exact: 100 is a multiple of 1 / (1 - coverage)."""
    logits, labels = judged(99 * 200 + 5000, spread=0.5)
    p = softmax(2 * logits, 1)  # dishonest on purpose: the promise does not depend on it
    new, new_labels = p[-5000:], labels[-5000:]
    measured = [
        np.mean(new[np.arange(5000), new_labels] >= fit_conformal(p[part], labels[part], coverage))
        for part in np.arange(99 * 200).reshape(200, 99)
    ]
    assert np.mean(measured) == pytest.approx(coverage, abs=0.01)


@pytest.mark.parametrize(("count", "threshold_is_zero"), [(0, True), (8, True), (9, False)])
def test_too_few_objects_leave_no_taxon_out(count, threshold_is_zero):
    logits, labels = judged(count)
    threshold = fit_conformal(softmax(logits, 1), labels, 0.9)
    assert (threshold == 0) == threshold_is_zero
    if threshold_is_zero:
        assert conformal_set(softmax(np.eye(5), 1), threshold).all()


@given(st.integers(0, 10_000), st.floats(0, 1, allow_subnormal=False), st.integers(1, 6), st.integers(0, 20))
def test_a_set_is_never_empty_and_holds_all_that_are_likely_enough(seed, threshold, classes, count):
    p = np.random.default_rng(seed).dirichlet(np.ones(classes), count)
    inside = conformal_set(p, threshold)
    assert inside.any(1).all()
    for row, chosen in zip(p, inside, strict=True):
        assert set(np.flatnonzero(chosen)) == {*np.flatnonzero(row >= threshold), int(row.argmax())}
