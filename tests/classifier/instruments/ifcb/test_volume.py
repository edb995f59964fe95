"""How much water a bin looked at, against figures worked out by hand."""

import pytest

from classifier.instruments.ifcb.adc import read_adc
from classifier.instruments.ifcb.volume import volume_ml
from tests.classifier.instruments.ifcb.synthetic_bins import new_line, old_line

HEADER = {"run_time": "1003.4138888888889", "inhibit_time": "1.4629383680555557"}  # of a real bin


def lines_of(text: str, is_new: bool) -> list:
    return list(read_adc("a.adc", text.encode(), is_new))


def test_a_header_says_it() -> None:
    assert volume_ml(HEADER, [], is_new=True) == pytest.approx(4.174796, abs=1e-6)


def test_without_a_header_the_last_line_does() -> None:
    lines = lines_of(new_line(1, 0, 0, 0, run=60, inhibited=6) + new_line(2, 0, 0, 0, 120, 12), True)
    assert volume_ml({}, lines, is_new=True) == pytest.approx(108 / 60 * 0.25)


def test_of_a_last_line_of_zeros_the_one_before_does() -> None:
    lines = lines_of(new_line(1, 0, 0, 0, run=60, inhibited=6) + new_line(2, 0, 0, 0), True)
    assert volume_ml({"run_time": "0", "inhibit_time": "0"}, lines, is_new=True) == pytest.approx(0.225)


def test_nobody_says_it() -> None:
    assert volume_ml({}, [], is_new=True) is volume_ml({}, [], is_new=False) is None
    assert volume_ml({}, lines_of(new_line(1, 0, 0, 0), True), is_new=True) is None


def test_the_first_instruments() -> None:
    """Pictures at 1, 3 and 6 s; the next trigger opened 0.5 s and 0.01 s behind them. A line repeats trigger 2."""
    text = old_line(1, 0, 0, 0, 0, 1) + old_line(2, 0, 0, 0, 1.5, 3) + old_line(2, 0, 0, 0, 9, 9)
    lines = lines_of(text + old_line(3, 0, 0, 0, 3.01, 6), False)
    looked = 6 - (0.5 + 0.073) - 0.073
    assert volume_ml({}, lines, is_new=False) == pytest.approx(looked * 40 * 5 / 48_000)


def test_across_midnight() -> None:
    lines = lines_of(old_line(1, 0, 0, 0, 0, 100) + old_line(2, 0, 0, 0, 200, 50 - 86_400), False)
    assert volume_ml({}, lines, is_new=False) is None  # it ended before it began: no clock says that
    lines = lines_of(old_line(1, 0, 0, 0, 0, 100) + old_line(2, 0, 0, 0, 200 - 86_400, 300 - 86_400), False)
    assert volume_ml({}, lines, is_new=False) == pytest.approx((300 - 100 - 0.073) * 40 * 5 / 48_000)
