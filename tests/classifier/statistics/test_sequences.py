import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.statistics.bounds import chance_of
from classifier.statistics.sequences import ladder, threshold


def test_fifty_nine_without_an_error_are_the_fewest_for_95_percent():
    score = np.linspace(0.5, 1, 59)
    assert threshold(score, np.ones(59, bool), 0.95) == 0.5
    assert threshold(score[:58], np.ones(58, bool), 0.95) is None
    assert threshold(score[:0], np.ones(0, bool), 0.5) is None


@given(
    st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=80),
    st.sampled_from([0.3, 0.5, 0.8]),
)
def test_what_is_accepted_passes_the_test_at_its_own_threshold(objects, share):
    score = np.array([score for score, _ in objects]) / 12
    right = np.array([is_right for _, is_right in objects], bool)
    result = threshold(score, right, share)
    if result is not None:
        accepted = right[score >= result]
        assert chance_of(accepted.sum(), len(accepted), share) <= 0.05


def test_equal_scores_are_taken_together_and_the_last_test_is_of_all():
    score = np.repeat([0.9, 0.8, 0.7], 50)
    tests = ladder(score, np.ones(150, bool), 0.95, 0.05)
    assert tests.at_or_above.tolist() == [100, 150]
    assert tests.is_last(1) and not tests.is_last(0)


def test_the_first_failure_ends_it_though_lower_thresholds_would_pass():
    score = np.linspace(1, 0.99, 2000)
    right = np.ones(2000, bool)
    right[600:650] = False  # 92 % at 650 objects, 97.5 % at 2,000
    assert threshold(score, right, 0.95) == score[-1], (
        "scores promise most for all of them: that is tested first"
    )
    score, right[:] = np.linspace(1, 0.2, 2000), True
    right[300:400] = False  # 75 % at 400 objects, 95 % at 2,000
    result = threshold(score, right, 0.9)
    assert result is not None and result > score[400]


def test_the_promise_is_kept_on_new_objects_as_often_as_it_says():
    """Of honest scores with the density 8 s⁷ a share of 8 (1 - t⁹) / 9 (1 - t⁸) is right from t on. The lowest of all
    thresholds that pass broke the promise in 9 to 14 of 100."""
    rng, broken, created = np.random.default_rng(0), 0, 0
    for _ in range(400):
        score = rng.beta(8, 1, 1000)
        t = threshold(score, rng.random(1000) < score, 0.95)
        created += t is not None
        broken += t is not None and 8 * (1 - t**9) / (9 * (1 - t**8)) < 0.95
    assert created > 200
    assert broken / 400 <= 0.06
