import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from classifier.statistics.bounds import chance_of, fewest, lower_bound, wilson


@pytest.mark.parametrize(("right", "total"), [(0, 0), (0, 5), (5, 5), (47, 50), (59, 59), (990, 1000)])
def test_the_bound_is_that_of_scipy(right, total):
    if total:
        exact = binomtest(right, total, alternative="greater").proportion_ci(0.95, "exact").low
        assert lower_bound(right, total) == pytest.approx(exact)
    else:
        assert lower_bound(right, total) == 0


def test_the_bound_holds_as_often_as_it_says():
    rng = np.random.default_rng(0)
    for share in (0.5, 0.9, 0.97):
        right = rng.binomial(80, share, 20_000)
        assert np.mean(lower_bound(right, np.full(20_000, 80)) <= share) >= 0.947


@pytest.mark.parametrize(("right", "total"), [(0, 5), (5, 5), (47, 50), (59, 59), (990, 1000)])
def test_the_chance_is_that_of_scipy(right, total):
    assert chance_of(right, total, 0.9) == pytest.approx(binomtest(right, total, 0.9, "greater").pvalue)


def test_fifty_nine_without_an_error_are_the_fewest_for_95_percent():
    assert fewest(0.95, 0.05) == 59
    assert chance_of(59, 59, 0.95) <= 0.05 < chance_of(58, 58, 0.95)
    assert fewest(0.95, 0.005) == 104, "one of ten taxa that share the 5 % needs more"


@given(st.integers(0, 10**7).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_lies_between_nothing_and_all(numbers):
    count, of = numbers
    interval = wilson(count, of)
    if not of:
        assert interval is None
        return
    low, high = interval
    assert 0 <= low <= count / of <= high <= 1
    assert low < high


@given(st.integers(1, 5000), st.floats(0, 1, allow_subnormal=False))
def test_more_objects_make_it_narrower(of, share):
    count = round(share * of)
    low, high = wilson(count, of)
    narrower_low, narrower_high = wilson(10 * count, 10 * of)
    assert narrower_high - narrower_low < high - low
