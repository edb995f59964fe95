"""Numbers on pages of results."""

import math

import pytest

from annotations.common.figures import in_figures


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (math.nan, "–"),
        (0, "0"),
        (16, "16"),
        (0.5, "0.5"),
        (0.0078125, "0.00781"),
        (6.193e-05, "6.19 × 10⁻⁵"),
        (1e-6, "10⁻⁶"),
        (-0.5545, "-0.554"),
        (1234.56, "1,235"),
        (999.96, "1,000"),
        (999_999.9, "10⁶"),
        (1.5e7, "1.5 × 10⁷"),
    ],
)
def test_three_digits_and_powers_of_ten(value, text):
    assert in_figures(value) == text
