"""Counts with intervals that hold where validated objects were chosen by chance, and say so where they were not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate

from benchmarks.abundance import simulate
from classifier.statistics.abundance import Abundance, EstimateBasis, estimate_abundance
from classifier.statistics.sample_sums import NOT_VALIDATED, in_chunks, sum_up

TAXA = 3


def drawn(
    seed: int, sizes: list[int], validated: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(p, sample, true taxon, taxon where validated): calibrated probabilities, some random objects of each sample."""
    rng = np.random.default_rng(seed)
    sample = np.repeat(np.arange(len(sizes)), sizes)
    p = rng.dirichlet(np.full(TAXA, 0.6), len(sample))
    truth = (p.cumsum(1) < rng.random((len(sample), 1))).sum(1).clip(max=TAXA - 1)
    taxon = np.full(len(sample), NOT_VALIDATED)
    for number in range(len(sizes)):
        chosen = rng.permutation(np.flatnonzero(sample == number))[:validated]
        taxon[chosen] = truth[chosen]
    return p, sample, truth, taxon


def estimated(p: np.ndarray, sample: np.ndarray, taxon: np.ndarray, weight=None, **options) -> Abundance:
    return estimate_abundance(
        sum_up(in_chunks(p, sample, taxon, weight), int(sample.max()) + 1, TAXA), **options
    )


@pytest.mark.parametrize("reliance", [0.0, 0.6, 1.0])
def test_the_estimate_is_that_of_ppi_python(reliance):
    p, sample, truth, taxon = drawn(0, [5_000], 200)
    is_validated = taxon >= 0
    result = estimated(p, sample, taxon, reliance=reliance)
    for k in range(TAXA):
        share = ppi_mean_pointestimate(
            (truth[is_validated] == k) * 1.0, p[is_validated, k], p[~is_validated, k], lam=reliance
        )
        assert result.count[0, k] == pytest.approx(result.counted[0, k] + float(share[0]) * 4_800)


def test_the_interval_is_that_of_ppi_python_where_few_are_validated_of_many():
    p, sample, truth, taxon = drawn(1, [200_000], 400)
    is_validated = taxon >= 0
    result = estimated(p, sample, taxon, reliance=1.0)
    for k in range(TAXA):
        low, high = ppi_mean_ci(
            (truth[is_validated] == k) * 1.0, p[is_validated, k], p[~is_validated, k], alpha=0.05, lam=1.0
        )
        theirs = float(high[0] - low[0]) * 199_600
        assert result.high[0, k] - result.low[0, k] == pytest.approx(theirs, rel=0.03)


def test_the_reliance_is_that_of_ppi_python():
    """Theirs is of both kinds of data; of very many unlabelled ones it is the covariance over the variance, too."""
    p, sample, truth, taxon = drawn(2, [300_000], 500)
    p = 0.2 * p + 0.8 * np.random.default_rng(0).random(p.shape)  # a poor model: λ is not 1
    is_validated = taxon >= 0
    result = estimated(p, sample, taxon)
    for k in range(TAXA):
        y = (truth[is_validated] == k) * 1.0
        lam = result.reliance[k]
        theirs = ppi_mean_pointestimate(y, p[is_validated, k], p[~is_validated, k])[0]
        assert 0.05 < lam < 0.95
        ours = (result.count[0, k] - result.counted[0, k]) / 299_500
        assert ours == pytest.approx(float(theirs), abs=1e-3)


def test_weights_that_are_alike_change_nothing():
    p, sample, _, taxon = drawn(3, [800, 600], 100)
    weight = np.array([8.0, 6.0])[sample]
    plain, weighted = estimated(p, sample, taxon), estimated(p, sample, taxon, weight)
    for name in ("count", "low", "high"):
        assert getattr(weighted, name) == pytest.approx(getattr(plain, name), rel=0.01)


def test_who_prefers_unsure_objects_says_so_by_weights_and_is_right_on_average():
    p, sample, truth, _ = drawn(4, [1_500], 0)
    chance = (0.02 + 0.6 * np.sqrt(p[:, 0] * (1 - p[:, 0]))).clip(max=1)
    p_wrong = np.roll(p, 1, axis=1)  # a model that is quite wrong: all has to be set right
    rng = np.random.default_rng(0)
    counts, inside = [], []
    for _ in range(200):
        taxon = np.where(rng.random(1_500) < chance, truth, NOT_VALIDATED)
        result = estimated(p_wrong, sample, taxon, 1 / chance)
        counts.append(result.count[0, 0])
        inside.append(result.low[0, 0] <= (truth == 0).sum() <= result.high[0, 0])
    assert np.mean(counts) == pytest.approx((truth == 0).sum(), rel=0.02)
    assert np.mean(inside) >= 0.91


def test_of_a_sample_that_is_validated_wholly_all_is_exact():
    p, sample, truth, taxon = drawn(5, [40, 900], 50)
    result = estimated(p, sample, taxon)
    exact = np.bincount(truth[sample == 0], minlength=TAXA)
    for part in (result.count, result.low, result.high, result.counted):
        assert part[0].tolist() == exact.tolist()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 999),
    st.lists(st.integers(0, 80), min_size=1, max_size=5),
    st.integers(0, 60),
    st.booleans(),
)
def test_no_count_contradicts_what_was_seen(seed, sizes, validated, lend):
    p, sample, _, taxon = drawn(seed, [*sizes, 1], validated)
    result = estimated(p, sample, taxon, lend=lend)
    objects, counted = np.array([*sizes, 1]), result.counted.sum(1)
    for part in (result.low, result.count, result.high):
        assert (part >= result.counted - 1e-9).all()
        assert (part <= result.counted + (objects - counted)[:, None] + 1e-9).all()
    assert (result.low <= result.count + 1e-9).all() and (result.count <= result.high + 1e-9).all()


def test_a_sorted_review_says_nothing_about_the_rest_and_it_is_said():
    """Of the surest of taxon 0 those that are it were accepted. As if by chance, they would make too many of it."""
    p, sample, truth, _ = drawn(6, [1_000], 0)
    taxon = np.full(1_000, NOT_VALIDATED)
    sure = np.argsort(-p[:, 0])[:500]
    accepted = sure[truth[sure] == 0]
    taxon[accepted] = 0
    fooled, honest = estimated(p, sample, taxon), estimated(p, sample, taxon, is_random=False)
    true_count = (truth == 0).sum()
    assert not fooled.low[0, 0] <= true_count <= fooled.high[0, 0], "the test must be able to tell"
    assert honest.basis.tolist() == [EstimateBasis.BY_MODEL]
    assert (honest.low[0, 0], honest.high[0, 0]) == (len(accepted), 1_000)


def test_what_other_samples_say_is_borrowed():
    p, sample, truth, taxon = drawn(7, [1_000] * 12, 150)
    taxon[sample == 0] = NOT_VALIDATED
    taxon[np.flatnonzero(sample == 1)[5:]] = NOT_VALIDATED  # five at most
    result = estimated(p, sample, taxon)
    assert result.basis.tolist() == [EstimateBasis.BORROWED] * 2 + [EstimateBasis.RANDOM] * 10
    true_counts = np.bincount(truth[sample == 0], minlength=TAXA)
    assert ((result.low[0] <= true_counts) & (true_counts <= result.high[0])).all()
    assert (result.high[0] - result.low[0] < 250).all(), "not everything is possible any more"


def test_a_taxon_that_the_model_does_not_know_is_estimated_too():
    p, sample, truth, taxon = drawn(8, [1_000], 200)
    result = estimated(p[:, :2], sample, taxon)
    assert result.low[0, 2] <= (truth == 2).sum() <= result.high[0, 2]
    assert result.count[0, 2] == pytest.approx(np.mean(taxon[taxon >= 0] == 2) * 1_000)


def test_where_the_mix_of_taxa_has_shifted_intervals_hold_and_errors_are_smaller():
    results = simulate(4, 40, seed=1)
    for way in ("prediction-powered", "prediction-powered on EM", "prediction-powered on EM, lent"):
        assert results[way].inside >= 0.93 and results[way].inside_worst >= 0.9
    assert results["prediction-powered on EM, lent"].error < results["adjusted counts"].error
    order = (
        "predicted taxa counted",
        "prediction-powered",
        "prediction-powered on EM",
        "prediction-powered on EM, lent",
    )
    errors = [results[way].error for way in order]
    assert errors == sorted(errors, reverse=True)
    assert results["prediction-powered on EM"].width < 0.7 * results["validated ones raised"].width
