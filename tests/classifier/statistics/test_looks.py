"""The interval of random looks holds whenever one stops looking, exactly; and it decides in as few as it says."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.looks import simulate
from classifier.statistics.looks import LookDecision, LookTarget, confidence_sequence, interval, looks_needed


def chance_to_fail(number: int, objects: int, prior: tuple[float, float]) -> float:
    """Of a set with so many right objects, that its number ever lies outside: over all paths of looks, exactly."""
    outside = np.zeros((objects + 1, objects + 1), bool)  # by (looks, right ones), of one interval alone
    for looks in range(1, objects + 1):
        for right in range(looks + 1):
            ordered = np.arange(looks) >= looks - right  # wrong ones first
            low, high = raw_interval(ordered, objects, prior)
            outside[looks, right] = not low - 1e-9 <= number / objects <= high + 1e-9
    paths = np.zeros(objects + 1)
    paths[0] = 1.0
    failed = 0.0
    for looks in range(1, objects + 1):
        left = objects - looks + 1
        going = np.zeros(objects + 1)
        for right in range(looks):
            chance = max(number - right, 0) / left
            going[right + 1] += paths[right] * chance
            going[right] += paths[right] * (1 - chance)
        failed += going[outside[looks]].sum()
        paths = np.where(outside[looks], 0, going)
    return failed


def raw_interval(right: np.ndarray, objects: int, prior: tuple[float, float]) -> tuple[float, float]:
    """By its definition: every number whose ratio is below 20. Independent of the module's arithmetic."""
    looks, successes = len(right), int(right.sum())
    mixed = np.prod([prior[0] + i for i in range(successes)]) * np.prod(
        [prior[1] + i for i in range(looks - successes)]
    )
    mixed /= np.prod([sum(prior) + i for i in range(looks)])
    possible = [
        number
        for number in range(successes, objects - looks + successes + 1)
        if mixed * comb(objects, number) < 20 * comb(objects - looks, number - successes)
    ]
    return min(possible) / objects, max(possible) / objects


@pytest.mark.parametrize("prior", [(1.0, 1.0), (10.0, 0.5)])
@pytest.mark.parametrize("number", [0, 1, 9, 15, 17, 18])
def test_whatever_the_moment_of_stopping_it_fails_in_five_of_a_hundred_at_most(number, prior):
    assert chance_to_fail(number, 18, prior) <= 0.05


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(0, 30))
def test_the_interval_is_the_one_of_its_definition(right, unseen):
    objects, right = len(right) + unseen, np.array(right)
    raw = np.array([raw_interval(right[: n + 1], objects, (10.0, 0.5)) for n in range(len(right))])
    low, high = np.maximum.accumulate(raw[:, 0]), np.minimum.accumulate(raw[:, 1])
    expected = np.where((low > high)[:, None], raw, np.stack([low, high], 1))
    assert confidence_sequence(right, objects) == pytest.approx(expected)


def test_optional_stopping_does_no_harm_where_a_fixed_interval_fails():
    fails, wilsons, _, _ = simulate(150, 2_000, 0.9)
    assert fails <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 150)
    assert wilsons > 0.2, "the simulation must be able to tell"


def test_who_has_seen_all_knows_all():
    right = np.array([True] * 19 + [False])
    assert confidence_sequence(right, 20)[-1].tolist() == [0.95, 0.95]
    assert LookTarget(least=0.99).decide(0.95, 0.95) == LookDecision.BAD
    assert LookTarget(half_width=0.01).decide(0.95, 0.95) == LookDecision.NARROW


def test_before_the_first_look_nothing_is_said():
    assert interval(np.zeros(0, bool), 10) == (0.0, 1.0)


def test_a_set_without_an_error_is_good_after_seventy_odd_looks_and_a_million_objects_cost_no_more():
    low, high = confidence_sequence(np.ones(200, bool), 1_000_000).T
    decided = int((low >= 0.95).argmax()) + 1
    assert 59 < decided < 85, "59 would do for who had said beforehand when to stop"
    assert looks_needed(1_000_000, 1.0, LookTarget(least=0.95)) == pytest.approx(decided, rel=0.05)
    assert high.min() == 1.0


def test_a_bad_set_is_known_as_bad_long_before():
    needed = looks_needed(5_000, 0.7, LookTarget(least=0.95))
    low, high = interval(np.arange(needed) >= round(needed * 0.3), 5_000)
    assert needed < 40 and LookTarget(least=0.95).decide(low, high) == LookDecision.BAD


def test_at_the_very_bound_it_takes_looking_at_nearly_all():
    assert looks_needed(1_000, 0.95, LookTarget(least=0.95)) > 900
    assert looks_needed(10_000_000, 0.9500001, LookTarget(least=0.95)) is None


@pytest.mark.parametrize(("low", "high", "decision"), [
    (0.95, 0.99, LookDecision.GOOD),
    (0.90, 0.94, LookDecision.BAD),
    (0.93, 0.96, LookDecision.NARROW),
    (0.85, 0.97, LookDecision.LOOK_ON),
])  # fmt: skip
def test_what_to_do_next(low, high, decision):
    assert LookTarget(half_width=0.02, least=0.95).decide(low, high) == decision


@pytest.mark.parametrize("target", [{}, {"half_width": 0}, {"least": 1.5}])
def test_a_target_is_a_share(target):
    with pytest.raises(ValueError, match="half width"):
        LookTarget(**target)


def test_more_looks_than_objects_are_refused():
    with pytest.raises(ValueError, match="3 looks at 2 objects"):
        confidence_sequence(np.ones(3, bool), 2)


def test_a_forecast_goes_on_from_what_was_seen():
    target = LookTarget(least=0.9)
    from_start = looks_needed(10_000, 1.0, target)
    right = from_start // 2
    assert looks_needed(10_000, 1.0, target, so_far=(right, 0)) == pytest.approx(from_start, rel=0.05)
    unlucky = looks_needed(10_000, 1.0, target, so_far=(right, 3))
    assert unlucky is not None and unlucky > 1.5 * from_start


@pytest.mark.filterwarnings("error")
def test_of_a_set_that_was_looked_at_whole_no_more_looks_are_needed():
    assert looks_needed(1, 0.9, LookTarget(half_width=0.02), so_far=(1, 0)) is None
    assert looks_needed(12, 0.9, LookTarget(least=0.99), so_far=(10, 2)) is None
    assert looks_needed(13, 1.0, LookTarget(half_width=0.02), so_far=(12, 0)) == 13
