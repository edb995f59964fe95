import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from benchmarks.abundance import named_scores
from classifier.statistics.expectation_maximisation import NamedScores, SampleSpread, counts_by_em
from tests.classifier.statistics.test_quantification import SHARES, WORLD, drawn

NO_SETTLED = np.zeros((1, 4))
ALIKE = SampleSpread(0.0, 20)


def scores_of(p: np.ndarray, best: int = 4) -> NamedScores:
    return named_scores(p, np.zeros(len(p), int), best)


def test_em_finds_the_shares_of_largest_likelihood():
    p, _, _ = drawn(3_000, SHARES)
    counts = counts_by_em(scores_of(p), NO_SETTLED, WORLD.shares, ALIKE).estimate[0]

    def minus_log_likelihood(free: np.ndarray) -> float:
        odds = np.exp(free - free.max())
        return -np.log(p @ (odds / odds.sum() / WORLD.shares)).sum()

    best = minimize(minus_log_likelihood, np.zeros(4), method="L-BFGS-B").x
    expected = np.exp(best - best.max())
    assert counts.sum() == pytest.approx(3_000)
    assert counts / 3_000 == pytest.approx(expected / expected.sum(), abs=0.01)
    assert counts / 3_000 == pytest.approx(SHARES, abs=0.06)


def test_each_sample_has_a_mix_of_its_own_and_an_empty_one_has_nothing():
    p, truth, _ = drawn(4_000, SHARES)
    other, others, _ = drawn(2_000, WORLD.shares, seed=5)
    objects = named_scores(np.concatenate([p, other]), np.repeat([0, 2], [4_000, 2_000]), 4)
    counts = counts_by_em(objects, np.zeros((3, 4)), WORLD.shares, ALIKE).estimate
    assert counts[0] == pytest.approx(np.bincount(truth, minlength=4), abs=250)
    assert counts[1].tolist() == [0, 0, 0, 0]
    assert counts[2] == pytest.approx(np.bincount(others, minlength=4), abs=150)


def test_where_scores_are_sure_objects_are_counted():
    sure = np.eye(4)[[0] * 30 + [1] * 20 + [3] * 50]
    counts = counts_by_em(scores_of(sure), NO_SETTLED, WORLD.shares, ALIKE)
    assert counts.estimate[0] == pytest.approx([30, 20, 0, 50], abs=1e-6)
    assert counts.low[0] == pytest.approx([30, 20, 0, 50], abs=1e-3)
    assert counts.high[0, [0, 1, 3]] == pytest.approx([30, 20, 50], abs=1e-3)
    assert counts.high[0, 2] < 5, "what nothing looks like is hardly there"


def test_what_seems_absent_may_be_there_and_the_others_are_fewer_then():
    """Of 20 objects each is the first taxon by four to one. With a share of s of the second the likelihood falls by
    (1 - 3/4 s)^20: by half the square of Student's quantile, 2.093, where s is 0.138. Each is of the second one in 26
    then: 0.77 of the 20, and at most 0.77 + 2.093 √0.77 = 2.6."""
    counts = counts_by_em(
        scores_of(np.tile([0.8, 0.2], (20, 1))), np.zeros((1, 2)), np.array([0.5, 0.5]), ALIKE
    )
    assert counts.estimate[0] == pytest.approx([20, 0], abs=0.02)
    assert counts.high[0] == pytest.approx([20, 2.6], abs=0.15)
    assert counts.low[0] == pytest.approx([17.4, 0], abs=0.15)


def test_settled_objects_are_known_and_say_what_the_mix_is():
    """All scores are even: of 100 settled ones 80 are of the first taxon, so are as many of the others."""
    even = np.tile(WORLD.shares, (300, 1))
    counts = counts_by_em(scores_of(even), np.array([[80.0, 20, 0, 0]]), WORLD.shares, ALIKE)
    assert counts.estimate[0] == pytest.approx([320, 80, 0, 0], abs=1)
    assert (counts.low[0] >= [80, 20, 0, 0]).all() and (counts.high[0] <= [380, 320, 300, 300]).all()


def test_what_is_left_over_tells_other_taxa_not_apart():
    """Of two best taxa the rest goes to all others as they are frequent: where it is small, little is lost."""
    p, _, _ = drawn(5_000, np.array([0.25, 0.25, 0.25, 0.25]), seed=3)
    whole = counts_by_em(scores_of(p), NO_SETTLED, WORLD.shares, ALIKE)
    named = counts_by_em(scores_of(p, best=2), NO_SETTLED, WORLD.shares, ALIKE)
    assert named.estimate == pytest.approx(whole.estimate, rel=0.15)
    assert named.estimate.sum() == pytest.approx(5_000)


def test_a_taxon_that_the_model_does_not_know_is_counted_where_it_is_settled():
    objects = scores_of(np.full((100, 2), 0.5))
    counts = counts_by_em(objects, np.array([[10.0, 0, 7]]), np.array([0.5, 0.5, 0]), ALIKE)
    for part in counts:
        assert part[0, 2] == pytest.approx(7, abs=1e-6)


@pytest.mark.parametrize("best", [2, 4])
def test_intervals_hold_where_taxa_look_as_they_did(best, monkeypatch):
    monkeypatch.setattr("benchmarks.abundance.OF_A_SAMPLE", 0)
    inside, narrow = [], []
    for seed in range(80):
        p, taxon, _ = drawn(800, SHARES, seed)
        counts = counts_by_em(scores_of(p, best), NO_SETTLED, WORLD.shares, SampleSpread(0.0, 1000))
        truth = np.bincount(taxon, minlength=4)
        inside.append((counts.low[0] <= truth) & (truth <= counts.high[0]))
        low, high = (counts.estimate + (part - counts.estimate) / 2 for part in (counts.low, counts.high))
        narrow.append((low[0] <= truth) & (truth <= high[0]))
    assert np.mean(inside) >= 0.93 > np.mean(narrow)


def test_the_analytic_variance_is_that_of_counts_drawn_again(monkeypatch):
    monkeypatch.setattr("benchmarks.abundance.OF_A_SAMPLE", 0)
    shares = np.array([0.2, 0.3, 0.3, 0.2])
    errors, widths = [], []
    for seed in range(150):
        p, taxon, _ = drawn(1_500, shares, seed)
        counts = counts_by_em(scores_of(p), NO_SETTLED, WORLD.shares, SampleSpread(0.0, 10_000))
        errors.append(counts.estimate[0] - np.bincount(taxon, minlength=4))
        widths.append((counts.high - counts.low)[0] / 2 / 1.96)
    assert np.mean(widths, axis=0) == pytest.approx(np.std(errors, axis=0), rel=0.2)


def test_without_a_spread_there_is_no_interval():
    counts = counts_by_em(scores_of(np.eye(4)), NO_SETTLED, WORLD.shares, None)
    assert counts.estimate.sum() == 4
    assert np.isnan(counts.low).all() and np.isnan(counts.high).all()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 999),
    st.lists(st.integers(0, 9), min_size=4, max_size=4),
    st.integers(0, 40),
    st.floats(0, 0.9, allow_subnormal=False),
)
def test_no_count_contradicts_what_was_settled(seed, settled, left, correlation):
    p = np.random.default_rng(seed).dirichlet(np.full(4, 0.4), left).reshape(-1, 4)
    counts = counts_by_em(
        scores_of(p, best=2), np.array([settled], float), WORLD.shares, SampleSpread(correlation, 4)
    )
    for part in counts:
        assert (part >= np.array(settled) - 1e-6).all()
        assert (part <= np.array(settled) + left + 1e-6).all()
    assert counts.estimate.sum() == pytest.approx(sum(settled) + left)
