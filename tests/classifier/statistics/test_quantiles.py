"""Quantiles of numbers with their counts are those of the numbers written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.statistics.quantiles import counted_quantiles

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)  # another test's library may have switched those off
COUNTED = st.lists(st.tuples(NUMBERS, st.integers(0, 9)), min_size=1, max_size=30)
SHARES = np.linspace(0, 1, 13)


@given(COUNTED.filter(lambda pairs: any(count for _, count in pairs)))
@settings(max_examples=60, deadline=None)
def test_they_are_those_of_each_number(pairs):
    values, counts = (np.array(column) for column in zip(*pairs, strict=True))
    expected = np.quantile(np.repeat(values, counts), SHARES)
    assert counted_quantiles(values, counts, SHARES) == pytest.approx(expected, rel=1e-9, abs=1e-6)
