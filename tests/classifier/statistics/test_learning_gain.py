import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.statistics.learning_gain import ErrorSlope, PairedDifference, error_slope, gain_of_labels

NOTHING = PairedDifference(0.0, 0.0, 0.0)


def test_of_a_curve_that_halves_its_error_with_each_doubling_the_slope_is_minus_one():
    slope = error_slope([100, 200, 400, 800], [0.2, 0.6, 0.8, 0.9])
    assert slope.slope == pytest.approx(-1) and slope.half == pytest.approx(0, abs=1e-9)


def test_the_interval_of_the_slope_is_that_of_linear_regression():
    """By scipy.stats.linregress: -0.4604 ± 4.3027 · 0.0347."""
    from scipy.stats import linregress

    labels, right = [100, 200, 400, 800], [0.5, 0.65, 0.72, 0.81]
    theirs = linregress(np.log(labels), np.log(1 - np.array(right)))
    ours = error_slope(labels, right)
    assert ours.slope == pytest.approx(theirs.slope)
    assert ours.half == pytest.approx(4.302653 * theirs.stderr)


def test_two_points_say_nothing_and_more_labels_never_harm():
    assert error_slope([100, 200], [0.5, 0.6]) is None
    assert error_slope([100, 100, 200], [0.5, 0.5, 0.6]) is None
    assert error_slope([100, 200, 400], [0.9, 0.8, 0.7]).slope == 0


def test_twice_the_labels_halve_an_error_of_a_fifth():
    gain = gain_of_labels(NOTHING, 0.8, ErrorSlope(-1.0, 0.0), 2)
    assert gain.difference == pytest.approx(0.1)
    assert (gain.low, gain.high) == pytest.approx((0.1, 0.1))


def test_what_it_exceeds_the_other_by_already_is_added():
    now = PairedDifference(-0.02, -0.05, 0.01)
    gain = gain_of_labels(now, 0.8, ErrorSlope(-1.0, 0.0), 2)
    assert gain == pytest.approx((0.08, 0.05, 0.11))


def test_as_many_labels_change_nothing():
    now = PairedDifference(0.03, 0.01, 0.06)
    assert gain_of_labels(now, 0.9, ErrorSlope(-0.4, 0.5), 1) == pytest.approx(now)


@given(
    st.floats(-0.5, 0.5, allow_subnormal=False),
    st.floats(0, 0.3, allow_subnormal=False),
    st.floats(0, 1, allow_subnormal=False),
    st.floats(-2, 0, allow_subnormal=False),
    st.floats(0, 3, allow_subnormal=False),
    st.floats(1, 50, allow_subnormal=False),
)
def test_more_labels_never_lose_and_the_interval_holds_the_gain(
    difference, half, right, slope, unsure, times
):
    now = PairedDifference(difference, difference - half, difference + half)
    gain = gain_of_labels(now, right, ErrorSlope(slope, unsure), times)
    assert gain.low <= gain.difference + 1e-9 and gain.difference <= gain.high + 1e-9
    assert difference - 1e-9 <= gain.difference <= difference + (1 - right) + 1e-9
