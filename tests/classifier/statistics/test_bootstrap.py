import numpy as np
import pytest

from classifier.statistics.bootstrap import around, centred, draws, exact, percentiles, widening, wider


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


def test_as_many_are_drawn_as_there_are_each_as_often_as_it_is_large():
    for weights in draws(7, 20, seed=0):
        assert weights.sum() == 7
    of_sizes = np.stack(list(draws(2, 500, seed=0, sizes=np.array([10, 30]))))
    assert set(of_sizes.sum(1)) == {40}
    assert of_sizes.mean(0) == pytest.approx([10, 30], abs=0.5)


def test_draws_without_a_figure_do_not_count():
    drawn = np.array([np.nan, *np.linspace(0, 1, 101)])
    assert percentiles(drawn) == pytest.approx((0.025, 0.975))
    assert np.isnan(percentiles(drawn[:1])).all()
    both = around(np.stack([drawn, np.full(102, np.nan)], 1), np.array([0.5, 0.5]), 10**6)
    assert both[0] == pytest.approx([0.025, 0.975], abs=1e-4) and np.isnan(both[1]).all()
