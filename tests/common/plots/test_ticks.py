"""Ticks: round, rising, around what is drawn."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.common.plots.ticks import date_ticks, linear_ticks, log_ticks, tick_labels

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False, allow_subnormal=False)
ABOVE_ZERO = st.floats(1e-12, 1e12, allow_subnormal=False)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
MOST = st.integers(3, 12)


def rising(values: list) -> bool:
    return all(a < b for a, b in pairwise(values))


def is_round(step: Decimal) -> bool:
    return step.normalize().as_tuple().digits in [(1,), (2,), (5,)]


@given(NUMBERS, NUMBERS, MOST, st.booleans())
def test_ticks_are_round_rise_and_cover_the_range(one, other, most, whole):
    low, high = sorted((one, other))
    ticks = linear_ticks(low, high, most=most, whole=whole)
    assert ticks[0] <= low and high <= ticks[-1]
    assert 2 <= len(ticks) <= most
    assert rising(ticks)
    exact = [Decimal(repr(tick)) for tick in ticks]
    (step,) = {b - a for a, b in pairwise(exact)}
    assert is_round(step) and all(tick % step == 0 for tick in exact)
    assert not whole or all(tick.is_integer() for tick in ticks)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 2.6, [0, 1, 2, 3]),
        (0.3, 0.7, [0.3, 0.4, 0.5, 0.6, 0.7]),  # no float's 0.30000000000000004, and no tick too many
        (633, 2238, [500, 1000, 1500, 2000, 2500]),
        (5, 5, [4.5, 5, 5.5]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-3, 12, [-5, 0, 5, 10, 15]),
    ],
)
def test_ticks_are_those_that_a_person_would_draw(low, high, ticks):
    assert linear_ticks(low, high) == ticks


def test_a_count_has_no_halves():
    assert linear_ticks(0, 1, whole=True) == [0, 1]
    assert linear_ticks(0, 17, whole=True) == [0, 5, 10, 15, 20]


@given(ABOVE_ZERO, ABOVE_ZERO, MOST)
def test_ticks_of_powers_are_round_rise_and_cover_the_range(one, other, most):
    low, high = sorted((one, other))
    ticks = log_ticks(low, high, most=most)
    assert ticks[0] <= low and high <= ticks[-1]
    assert 2 <= len(ticks) <= most
    assert rising(ticks)
    assert all(is_round(Decimal(repr(tick))) for tick in ticks)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(14, 224, [10, 20, 50, 100, 200, 500]), (1, 1, [1, 2]), (3, 4e5, [1, 10, 100, 1e3, 1e4, 1e5, 1e6])],
)
def test_powers_are_drawn_with_their_halves_where_there_is_room(low, high, ticks):
    assert log_ticks(low, high, most=7) == ticks


@pytest.mark.parametrize(
    "ends", [(float("nan"), 1), (0, float("inf")), (-float("inf"), 0), (2, 1), (0, 1e305)]
)
def test_what_no_axis_can_hold_is_refused(ends):
    with pytest.raises(ValueError, match="No axis goes from"):
        linear_ticks(*ends)


@pytest.mark.parametrize("low", [0, -1])
def test_powers_begin_above_zero(low):
    with pytest.raises(ValueError, match="nothing at zero or below"):
        log_ticks(low, 10)


@given(DAYS, st.integers(0, 40_000))
def test_days_are_between_the_ends_and_mondays_where_there_are_many(first, span):
    last = first + timedelta(days=span)
    ticks = date_ticks(first, last)
    assert 1 <= len(ticks) <= 5
    assert rising(ticks) and first <= ticks[0] and ticks[-1] <= last
    assert span < 10 or all(tick.isoweekday() == 1 for tick in ticks)


def test_two_months_have_every_other_monday():
    days = date_ticks(date(2026, 9, 30), date(2026, 11, 28))
    assert [day.isoformat() for day in days] == ["2026-10-12", "2026-10-26", "2026-11-09", "2026-11-23"]


@pytest.mark.parametrize(
    ("ticks", "labels"),
    [
        ([0, 0.25, 0.5], ["0.00", "0.25", "0.50"]),
        ([0.0, 500.0, 1000.0], ["0", "500", "1,000"]),
        ([0.0, 1e8], ["0", "1e+08"]),
        ([0.0, 1e-7], ["0", "1e-07"]),
    ],
)
def test_labels_have_as_many_decimals_as_the_finest(ticks, labels):
    assert tick_labels(ticks) == labels
