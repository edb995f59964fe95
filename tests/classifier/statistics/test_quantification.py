import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from benchmarks.abundance import World
from classifier.statistics.quantification import adjusted, adjusted_counts, shares_by_em
from classifier.statistics.sample_sums import NOT_VALIDATED, ObjectChunk, in_chunks

WORLD = World(1.5 * np.eye(4), np.array([0.7, 0.1, 0.1, 0.1]))
SHARES = np.array([0.1, 0.5, 0.4, 0.0])


def drawn(count: int, shares: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    taxon = rng.choice(4, count, p=shares)
    return WORLD.draw(rng, taxon), taxon


def confusion(count: int) -> np.ndarray:
    p, taxon = drawn(count, WORLD.shares, seed=1)
    table = np.zeros((4, 4), int)
    np.add.at(table, (taxon, p.argmax(1)), 1)
    return table


def chunks_of(p: np.ndarray) -> list[ObjectChunk]:
    nothing = np.full(len(p), NOT_VALIDATED)
    return list(in_chunks(p, np.zeros(len(p), int), nothing))


def test_adjusted_counts_undo_what_a_confusion_matrix_does():
    true_counts = np.array([[300.0, 20, 80, 0], [0, 0, 0, 500]])
    table = np.array([[80, 10, 10, 0], [5, 90, 5, 0], [10, 0, 85, 5], [0, 0, 2, 98]])
    predicted = true_counts @ (table / 100)
    assert adjusted_counts(predicted, table, draws=2).estimate == pytest.approx(true_counts, abs=1e-6)


def test_their_intervals_hold_where_taxa_look_as_they_did():
    table, inside = confusion(20_000), []
    for seed in range(60):
        p, taxon = drawn(2_000, SHARES, seed=seed + 2)
        predicted = np.bincount(p.argmax(1), minlength=4)[None]
        counts, truth = (
            adjusted_counts(predicted, table, draws=100, seed=seed),
            np.bincount(taxon, minlength=4),
        )
        inside.append((counts.low[0] <= truth) & (truth <= counts.high[0]))
        assert abs(counts.estimate[0] - truth).sum() < abs(predicted[0] - truth).sum()
    assert np.mean(inside) >= 0.95


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 50), min_size=3, max_size=3), st.lists(st.integers(0, 9), min_size=9, max_size=9)
)
def test_whatever_is_predicted_counts_are_counts(predicted, table):
    counts = adjusted_counts(np.array([predicted]), np.reshape(table, (3, 3)), draws=5)
    for part in counts:
        assert np.isfinite(part).all() and (part >= -1e-9).all()
    assert counts.estimate.sum() == pytest.approx(sum(predicted))


def test_em_finds_the_shares_of_largest_likelihood():
    p, _ = drawn(3_000, SHARES)
    shares = shares_by_em(lambda: chunks_of(p), 1, WORLD.shares, steps=2_000)[0]

    def minus_log_likelihood(free: np.ndarray) -> float:
        odds = np.exp(free - free.max())
        return -np.log(p @ (odds / odds.sum() / WORLD.shares)).sum()

    best = minimize(minus_log_likelihood, np.zeros(4), method="L-BFGS-B").x
    expected = np.exp(best - best.max())
    assert shares == pytest.approx(expected / expected.sum(), abs=0.01)
    assert shares == pytest.approx(SHARES, abs=0.04)


def test_each_sample_has_shares_of_its_own_and_an_empty_one_those_of_the_prior():
    p, _ = drawn(2_000, SHARES)
    other, _ = drawn(2_000, WORLD.shares, seed=5)
    sample, nothing = np.repeat([0, 2], 2_000), np.full(4_000, NOT_VALIDATED)
    both = list(in_chunks(np.concatenate([p, other]), sample, nothing))
    shares = shares_by_em(lambda: both, 3, WORLD.shares)
    assert shares[0] == pytest.approx(SHARES, abs=0.04)
    assert shares[1].tolist() == pytest.approx(WORLD.shares.tolist())
    assert shares[2] == pytest.approx(WORLD.shares, abs=0.04)


def test_adjusted_probabilities_are_calibrated_in_the_new_mix():
    p, taxon = drawn(20_000, SHARES)
    (chunk,) = adjusted([ObjectChunk(p, np.zeros(20_000, int), taxon)], SHARES[None], WORLD.shares)
    assert chunk.probabilities.sum(1) == pytest.approx(1, abs=1e-5)
    sure = chunk.probabilities[:, 1] > 0.8
    assert np.mean(taxon[sure] == 1) == pytest.approx(chunk.probabilities[sure, 1].mean(), abs=0.02)
