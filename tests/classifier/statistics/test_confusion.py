import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.statistics.confusion import HeldOutConfusion, between_samples
from tests.classifier.statistics.held_out import held_out_as


def test_samples_are_added_up_and_weighted():
    held_out = held_out_as([[8, 2], [1, 9]], [[5, 5], [0, 10]])
    assert held_out.table().tolist() == [[13, 7], [1, 19]]
    assert held_out.table(np.array([2, 0])).tolist() == [[16, 4], [2, 18]]


def test_samples_that_err_wholly_alike_or_wholly_apart():
    """Where all objects of a sample are predicted as the same taxon, two of them agree for sure."""
    assert between_samples(held_out_as(*[[[8, 2], [2, 8]]] * 5)) == 0
    apart = held_out_as([[10, 0], [0, 10]], [[0, 10], [10, 0]], [[10, 0], [0, 10]], [[0, 10], [10, 0]])
    assert between_samples(apart) == pytest.approx(0.99)


@pytest.mark.parametrize("correlation", [0.0, 0.02, 0.1, 0.3])
def test_the_correlation_with_which_samples_were_drawn_is_found(correlation):
    rng = np.random.default_rng(0)
    rows = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]])
    sharp = 1 / max(correlation, 1e-6) - 1
    tables = [[rng.multinomial(40, rng.dirichlet(sharp * row)) for row in rows] for _ in range(300)]
    assert between_samples(held_out_as(*tables)) == pytest.approx(correlation, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=1, max_size=6))
def test_whatever_is_held_out_it_is_a_share(tables):
    assert 0 <= between_samples(held_out_as(*(np.reshape(table, (2, 2)) for table in tables))) <= 0.99


def test_objects_one_by_one_say_the_same_as_their_cells():
    whole = held_out_as([[3, 1], [0, 2]], [[1, 4], [1, 1]])
    rows = np.repeat(np.arange(len(whole.count)), whole.count)
    single = HeldOutConfusion(
        whole.sample[rows], whole.taxon[rows], whole.predicted[rows], np.ones(len(rows)), 2
    )
    assert between_samples(single) == pytest.approx(between_samples(whole))
