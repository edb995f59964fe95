import numpy as np
import pytest

from classifier.statistics.clusters import (
    APART,
    MOST_ALIKE,
    UNKNOWN,
    IntraclassCorrelation,
    design_effect,
    intraclass_correlation,
)


def drawn(rho: float, samples: int, seed: int, strata: int = 12, size: int = 40):
    """Hits of shares that differ from sample to sample (beta-binomial), which makes the correlation just `rho`."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(0.8, 0.95, (strata, 1))
    share = rng.beta(mean * (1 / rho - 1), (1 - mean) * (1 / rho - 1), (strata, samples))
    values = rng.random((size, strata, samples)) < share
    stratum, sample = np.meshgrid(np.arange(strata), np.arange(samples), indexing="ij")
    return values.ravel().astype(float), np.tile(stratum.ravel(), size), np.tile(sample.ravel(), size)


@pytest.mark.parametrize("rho", [0.05, 0.2])
@pytest.mark.parametrize("samples", [3, 12])
def test_on_average_the_correlation_is_found_however_few_samples_there_are(rho, samples):
    result = [intraclass_correlation(*drawn(rho, samples, seed)).rho for seed in range(60)]
    assert np.mean(result) == pytest.approx(rho, rel=0.2)


def test_without_correlation_there_is_hardly_any():
    values, strata, samples = drawn(0.1, 10, seed=0)
    samples = np.random.default_rng(1).permutation(samples)
    assert intraclass_correlation(values, strata, samples).rho < 0.01


def test_where_nothing_can_tell_the_most_is_taken():
    ones = np.ones(5)
    assert intraclass_correlation(ones[:0], ones[:0], ones[:0]) == UNKNOWN
    assert intraclass_correlation(ones, np.zeros(5), np.arange(5)) == UNKNOWN, "one object a sample"
    assert intraclass_correlation(ones, np.zeros(5), np.zeros(5)) == UNKNOWN, "one sample"
    assert intraclass_correlation(ones, np.zeros(5), np.array([0, 0, 1, 1, 1])) == UNKNOWN, "no error"
    assert APART.effect(np.arange(5)).tolist() == [1] * 5


@pytest.mark.parametrize(("strata", "samples"), [(1, 6), (1, 20), (12, 3), (12, 20)])
def test_the_correlation_is_seldom_more_than_the_most(strata, samples):
    """Its estimate is too small in half of all draws, and so is an interval that forgets the means."""
    result = [intraclass_correlation(*drawn(0.1, samples, seed, strata)) for seed in range(150)]
    assert np.mean([each.most < 0.1 for each in result]) <= 0.12
    assert np.mean([each.rho < 0.1 for each in result]) > 0.4
    assert all(min(each.rho, MOST_ALIKE) <= each.most for each in result)


def test_more_samples_leave_less_possible():
    most = [intraclass_correlation(*drawn(0.05, samples, seed=0, strata=1)).most for samples in (4, 20, 200)]
    assert most == sorted(most, reverse=True)
    assert most[-1] < 0.1


def test_how_many_samples_say_as_much_as_unlike_objects():
    alike = IntraclassCorrelation(0.1, 0.5)
    assert alike.samples_for(59, 1) == 59
    assert alike.samples_for(59, 9) == np.ceil(59 * 5 / 9)
    assert APART.samples_for(60, 10) == 6


def test_a_sample_of_twins_counts_once():
    samples = np.array([4, 4, 4, 7, 7, 4])
    effect = design_effect(samples, 1.0)
    squares = [1, 4, 9, 9 + 1, 9 + 4, 16 + 4]
    assert effect == pytest.approx([square / n for n, square in enumerate(squares, start=1)])
    assert design_effect(samples, 0.0) == pytest.approx(np.ones(6))
    assert design_effect(samples, 0.25)[2] == pytest.approx(1 + 2 * 0.25)
