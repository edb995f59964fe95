import numpy as np
import pytest

from classifier.statistics.bootstrap import centred, exact, widening, wider


def test_few_samples_are_widened_as_student_says():
    assert widening(5) == pytest.approx(np.sqrt(5 / 4) * 2.776 / 1.96, rel=1e-3)
    assert widening(10_000) == pytest.approx(1, abs=1e-3)
    assert np.isnan(widening(1))


def test_an_interval_stands_where_the_figure_is():
    drawn = np.random.default_rng(0).normal(0.4, 0.01, (4000, 1))
    ((low, high),) = centred(drawn, np.array([0.5]), 1000)
    assert (low, high) == pytest.approx((0.5 - 0.0196, 0.5 + 0.0196), abs=0.002)


def test_no_interval_is_narrower_than_either():
    nothing = np.array([np.nan, np.nan])
    assert wider(np.array([0.4, 0.6]), np.array([0.45, 0.7])).tolist() == [0.4, 0.7]
    assert wider(nothing, np.array([0.45, 0.7])).tolist() == [0.45, 0.7]
    assert exact(np.array(10), np.array(10)).tolist() == pytest.approx([0.025**0.1, 1.0])
