import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.abundance import World
from classifier.statistics.confusion import HeldOutConfusion
from classifier.statistics.quantification import adjusted_counts
from tests.classifier.statistics.held_out import held_out_as

WORLD = World(1.5 * np.eye(4), np.array([0.7, 0.1, 0.1, 0.1]))
SHARES = np.array([0.1, 0.5, 0.4, 0.0])


def drawn(count: int, shares: np.ndarray, seed: int = 0, samples: int = 1) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    taxon, sample = rng.choice(4, count, p=shares), rng.integers(0, samples, count)
    return WORLD.draw(rng, taxon, sample), taxon, sample


def held_out(count: int, samples: int = 20) -> HeldOutConfusion:
    p, taxon, sample = drawn(count, WORLD.shares, seed=1, samples=samples)
    return HeldOutConfusion(sample, taxon, p.argmax(1), np.ones(count), 4)


def test_adjusted_counts_undo_what_a_confusion_matrix_does():
    true_counts = np.array([[300.0, 20, 80, 0], [0, 0, 0, 500]])
    table = np.array([[80, 10, 10, 0], [5, 90, 5, 0], [10, 0, 85, 5], [0, 0, 2, 98]])
    counts = adjusted_counts(true_counts @ (table / 100), held_out_as(table), rounds=2)
    assert counts.estimate == pytest.approx(true_counts, abs=1e-6)


def test_their_intervals_hold_where_samples_differ_as_held_out_ones_do():
    """Half as wide, as of objects that are drawn from one sample alone, they would not."""
    evidence, inside, narrow = held_out(20_000), [], []
    for seed in range(60):
        p, taxon, _ = drawn(2_000, SHARES, seed=seed + 2)
        predicted = np.bincount(p.argmax(1), minlength=4)[None]
        counts = adjusted_counts(predicted, evidence, seed=seed)
        truth = np.bincount(taxon, minlength=4)
        inside.append((counts.low[0] <= truth) & (truth <= counts.high[0]))
        low, high = (counts.estimate + (part - counts.estimate) / 2 for part in (counts.low, counts.high))
        narrow.append((low[0] <= truth) & (truth <= high[0]))
        assert abs(counts.estimate[0] - truth).sum() < abs(predicted[0] - truth).sum()
    assert np.mean(inside) >= 0.93 > np.mean(narrow)


def test_of_two_held_out_samples_nobody_knows_how_samples_differ():
    counts = adjusted_counts(np.array([[30, 20, 10, 0]]), held_out(500, samples=2))
    assert np.isfinite(counts.estimate).all()
    assert np.isnan(counts.low).all() and np.isnan(counts.high).all()


def test_what_samples_differ_by_makes_intervals_wider():
    table = np.array([[80, 20], [20, 80]])
    alike = held_out_as(table, table, table, table)
    unlike = held_out_as(table, [[95, 5], [20, 80]], [[65, 35], [20, 80]], table)
    first, second = (adjusted_counts(np.array([[400, 600]]), each) for each in (alike, unlike))
    assert (second.high - second.low > 2 * (first.high - first.low)).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 50), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(0, 9), min_size=9, max_size=9), min_size=3, max_size=5),
)
def test_whatever_is_predicted_counts_are_counts(predicted, tables):
    evidence = held_out_as(*(np.reshape(table, (3, 3)) for table in tables))
    counts = adjusted_counts(np.array([predicted]), evidence, rounds=5)
    for part in counts:
        assert (part >= -1e-9).all() or np.isnan(part).all()
        assert (part <= sum(predicted) + 1e-6).all() or np.isnan(part).all()
    assert counts.estimate.sum() == pytest.approx(sum(predicted))
    assert not (counts.low > counts.estimate).any() and not (counts.estimate > counts.high).any()
