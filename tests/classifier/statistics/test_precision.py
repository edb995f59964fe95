"""The precision that the slider states is the true one, within its interval, whatever the project is like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from benchmarks.precision import simulate
from classifier.statistics import precision
from classifier.statistics.answers import NONE, Answers
from classifier.statistics.precision import MOST_THRESHOLDS, expected_precision, precision_curve
from classifier.statistics.score_shift import draw_log_odds

RNG = np.random.default_rng(0)
SCORES = RNG.uniform(0.5, 1, 2_000)
CALIBRATED = Answers.of(SCORES, RNG.random(2_000) < SCORES)  # of the model's own held-out objects


def answers_of(precision: float, count: int, page: np.ndarray | None = None) -> Answers:
    rng = np.random.default_rng(1)
    return Answers.of(rng.uniform(0.5, 1, count), rng.permutation(count) < round(precision * count), page)


@pytest.mark.parametrize(("looks", "on_pages"), [(0, 0), (100, 0), (50, 150)])
def test_it_is_inside_the_interval_as_often_as_that_says(looks, on_pages):
    """30 projects; benchmarks.precision has 200 of each kind."""
    inside = simulate(30, looks, on_pages, seed=3)[:, :, 0].mean()
    assert inside >= 0.93


def test_held_out_objects_alone_say_it_for_a_project_that_may_differ():
    curve = precision_curve(SCORES, CALIBRATED)
    assert curve.expected[-1] == pytest.approx(SCORES.mean(), abs=0.05)
    assert curve.high[-1] - curve.low[-1] > 0.2, "ten times what 2,000 objects of this project would leave"


def test_answers_of_the_project_outweigh_held_out_ones():
    poor = precision_curve(SCORES, CALIBRATED, answers_of(0.4, 300))
    assert poor.low[-1] < 0.4 < poor.high[-1] < SCORES.mean() - 0.2
    assert poor.high[-1] - poor.low[-1] < 0.13


def test_the_more_looks_the_narrower():
    widths = []
    for count in (0, 30, 100, 300, 1000):
        curve = precision_curve(SCORES, CALIBRATED, answers_of(0.75, count))
        widths.append(curve.high[-1] - curve.low[-1])
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.07


def test_answers_on_few_pages_say_less_than_looks():
    page = np.repeat(np.arange(4), 50)
    looked, named = answers_of(0.6, 200), answers_of(0.6, 200, page)
    many = np.random.default_rng(0).uniform(0.5, 1, 50_000)  # of which pages take next to nothing
    width = [
        curve.high[-1] - curve.low[-1]
        for curve in (precision_curve(many, CALIBRATED, each) for each in (looked, named))
    ]
    assert width[1] > 1.4 * width[0]


def test_what_pages_took_is_not_there_any_more():
    """100 looks find 80 %; then 1,000 right ones are named on pages: of 2,000 left not as many are right as were."""
    rng = np.random.default_rng(2)
    looks = answers_of(0.8, 100)
    on_pages = Answers.of(rng.uniform(0.5, 1, 1_000), np.ones(1_000, bool), np.repeat(np.arange(40), 25))
    before = precision_curve(SCORES, CALIBRATED, looks)
    after = precision_curve(
        SCORES, CALIBRATED, Answers(*map(np.concatenate, zip(looks, on_pages, strict=True)))
    )
    assert before.expected[-1] == pytest.approx(0.8, abs=0.05)
    assert after.expected[-1] == pytest.approx((0.8 * 3_000 - 1_000) / 2_000, abs=0.06)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0, 1, allow_subnormal=False), max_size=40),
    st.lists(
        st.tuples(st.floats(0, 1, allow_subnormal=False), st.booleans(), st.integers(-1, 3)), max_size=20
    ),
)
def test_any_scores_and_answers_make_a_curve(scores, answered):
    score, right, page = (np.array(part) for part in zip(*answered, strict=True)) if answered else NONE
    curve = precision_curve(np.array(scores), NONE, Answers.of(score, right, page))
    assert curve.threshold.tolist() == sorted(set(scores), reverse=True)
    assert curve.above.tolist() == [sum(score >= least for score in scores) for least in curve.threshold]
    assert ((curve.low >= 0) & (curve.low <= curve.high) & (curve.high <= 1)).all()
    assert curve.wrong == pytest.approx(curve.above * (1 - curve.expected))


def test_of_very_many_scores_five_hundred_thresholds_are_offered_and_each_counts_exactly():
    scores = np.round(np.random.default_rng(4).beta(8, 1, 50_000), 5)
    curve = precision_curve(scores)
    assert MOST_THRESHOLDS * 0.9 < len(curve.threshold) <= MOST_THRESHOLDS
    assert (np.diff(curve.threshold) < 0).all() and curve.above[-1] == 50_000
    for place in (0, 1, 250, -1):
        assert curve.above[place] == (scores >= curve.threshold[place]).sum()


def test_the_lowest_threshold_for_a_precision():
    curve = precision_curve(SCORES, CALIBRATED, answers_of(0.9, 300))
    place = curve.lowest(0.85)
    assert curve.expected[place] >= 0.85 and (curve.expected[place + 1 :] < 0.85).all()
    assert curve.lowest(1.01) is None
    assert precision_curve(np.zeros(0)).lowest(0.5) is None


def test_without_intervals_the_same_is_expected():
    answers = answers_of(0.8, 300, np.repeat(np.arange(12), 25))
    curve, alone = (
        precision_curve(SCORES, CALIBRATED, answers),
        expected_precision(SCORES, CALIBRATED, answers),
    )
    for column in ("threshold", "above", "expected"):
        assert getattr(alone, column).tolist() == getattr(curve, column).tolist()


def test_scores_with_counts_are_as_many_objects():
    scores, counts = np.linspace(0.3, 0.99, 900), RNG.integers(1, 40, 900)
    answers = answers_of(0.8, 300, np.repeat(np.arange(12), 25))
    each = precision_curve(np.repeat(scores, counts), CALIBRATED, answers)
    counted = precision_curve(scores, CALIBRATED, answers, counts=counts)
    assert (counted.threshold.tolist(), counted.above.tolist()) == (
        each.threshold.tolist(),
        each.above.tolist(),
    )
    for column in ("expected", "low", "high"):
        assert getattr(counted, column) == pytest.approx(getattr(each, column), abs=1e-6)


def test_small_products_are_of_one_thread_and_larger_ones_later_of_several(monkeypatch):
    threads = []

    def current() -> set[int]:
        return {each["num_threads"] for each in threadpool_info() if each["internal_api"] == "openblas"}

    def draw(*args):
        threads.append(current())
        return draw_log_odds(*args)

    monkeypatch.setattr(precision, "draw_log_odds", draw)
    with threadpool_limits(2):
        expected_precision(SCORES, CALIBRATED)
        assert current() == {2}
    assert threads == [{1}]


def test_the_same_answers_say_the_same():
    first, second = (precision_curve(SCORES, CALIBRATED, answers_of(0.9, 50)) for _ in range(2))
    assert first.low.tolist() == second.low.tolist()


def test_a_score_is_a_share():
    with pytest.raises(ValueError, match="between 0 and 1"):
        precision_curve(np.array([0.5, 1.2]))
    with pytest.raises(ValueError, match="between 0 and 1"):
        Answers.of(np.array([np.nan]), np.array([True]))
    with pytest.raises(ValueError, match="2 scores, 1 answers"):
        Answers.of(np.array([0.5, 0.6]), np.array([True]))
