import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve

from classifier.evaluation.curves import average_precision, precision_recall, thinned

OBJECTS = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=1, max_size=60).filter(
    lambda objects: any(right for right, _ in objects)
)


@given(OBJECTS)
def test_curves_are_those_of_scikit_learn(objects):
    right, score = (np.array(column) for column in zip(*objects, strict=True))
    recall, precision = precision_recall(right, score)
    exact_precision, exact_recall, _ = precision_recall_curve(right, score)
    assert recall == pytest.approx(exact_recall[:-1][::-1])
    assert precision == pytest.approx(exact_precision[:-1][::-1])
    assert average_precision(recall, precision) == pytest.approx(average_precision_score(right, score))


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    rng = np.random.default_rng(0)
    right = rng.random(5000) < 0.3
    recall, precision = precision_recall(right, rng.normal(right))
    points = np.array(thinned(recall, precision))
    assert 30 < len(points) <= 40
    assert points[-1] == pytest.approx([1, right.mean()], abs=0.01)
    assert (np.diff(points[:, 0]) > 0).all()
    between = np.interp(points[:, 0], recall, precision)
    assert points[:, 1] == pytest.approx(between, abs=0.03)


def test_a_short_curve_stays_and_an_empty_one_is_none():
    right, score = np.array([True, False, True]), np.array([0.9, 0.5, 0.1])
    assert thinned(*precision_recall(right, score)) == [[0.5, 1.0], [1.0, 0.6667]]
    assert thinned(*precision_recall(~right & False, score)) == []
    assert np.isnan(average_precision(*precision_recall(right[:0], score[:0])))
