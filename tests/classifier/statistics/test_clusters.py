import numpy as np
import pytest

from classifier.statistics.clusters import APART, Likeness, design_effect, likeness


def drawn(rho: float, samples: int, seed: int, strata: int = 12, size: int = 40):
    """Hits of shares that differ from sample to sample (beta-binomial), which makes the likeness just `rho`."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(0.8, 0.95, (strata, 1))
    share = rng.beta(mean * (1 / rho - 1), (1 - mean) * (1 / rho - 1), (strata, samples))
    values = rng.random((size, strata, samples)) < share
    stratum, sample = np.meshgrid(np.arange(strata), np.arange(samples), indexing="ij")
    return values.ravel().astype(float), np.tile(stratum.ravel(), size), np.tile(sample.ravel(), size)


@pytest.mark.parametrize("rho", [0.05, 0.2])
@pytest.mark.parametrize("samples", [3, 12])
def test_on_average_the_likeness_is_found_however_few_samples_there_are(rho, samples):
    found = [likeness(*drawn(rho, samples, seed)).rho for seed in range(60)]
    assert np.mean(found) == pytest.approx(rho, rel=0.2)


def test_without_likeness_there_is_hardly_any():
    values, strata, samples = drawn(0.1, 10, seed=0)
    samples = np.random.default_rng(1).permutation(samples)
    assert likeness(values, strata, samples).rho < 0.01


def test_where_nothing_can_tell_each_object_counts():
    ones = np.ones(5)
    assert likeness(ones[:0], ones[:0], ones[:0]) == APART
    assert likeness(ones, np.zeros(5), np.arange(5)) == APART, "one object a sample"
    assert likeness(ones, np.zeros(5), np.zeros(5)) == APART, "one sample"
    assert APART.effect(np.arange(5), 0.05).tolist() == [1] * 5


def test_what_few_samples_say_of_likeness_counts_less():
    assert likeness(*drawn(0.1, 3, seed=0)).freedom == 12 * (3 - 1)
    alone = np.arange(4)
    assert Likeness(0.0, 2).effect(alone, 0.05)[0] == pytest.approx((2.920 / 1.645) ** 2, rel=1e-3)
    assert Likeness(0.0, 1000).effect(alone, 0.05)[0] == pytest.approx(1, rel=0.01)


def test_a_sample_of_twins_counts_once():
    samples = np.array([4, 4, 4, 7, 7, 4])
    effect = design_effect(samples, 1.0)
    squares = [1, 4, 9, 9 + 1, 9 + 4, 16 + 4]
    assert effect == pytest.approx([square / n for n, square in enumerate(squares, start=1)])
    assert design_effect(samples, 0.0) == pytest.approx(np.ones(6))
    assert design_effect(samples, 0.25)[2] == pytest.approx(1 + 2 * 0.25)
