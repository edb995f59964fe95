"""A promised precision fails in 5 of 100 draws at most, however alike the objects of one sample are."""

import numpy as np
import pytest

from benchmarks.promises import equal, how_often, one_heavy, spoilt, uneven

DRAWS = 150
MOST = 0.05 + 2 * np.sqrt(0.05 * 0.95 / DRAWS)  # chance alone goes further in one of forty


@pytest.mark.parametrize("samples", [4, 6, 8, 10, 20])
@pytest.mark.parametrize("rho", [0.0, 0.05, 0.2, 0.5])
def test_of_one_taxon_no_more_promises_fail_than_is_said(rho, samples):
    """By the estimate of ρ instead of its upper end 19 of 100 fail of four samples at 0.2, 47 at 0.5."""
    assert how_often(DRAWS, 0.95, 0.949, rho, samples, 60, equal) <= MOST


@pytest.mark.parametrize("sizes", [uneven, one_heavy])
@pytest.mark.parametrize("samples", [6, 10])
def test_nor_where_samples_are_of_many_sizes(sizes, samples):
    assert how_often(DRAWS, 0.9, 0.899, 0.2, samples, 40, sizes) <= MOST


@pytest.mark.parametrize("samples", [6, 10])
def test_nor_where_most_samples_are_without_an_error(samples):
    assert how_often(DRAWS, 0.9, 0.899, 0.2, samples, 40, equal, draw_shares=spoilt) <= MOST


def test_many_samples_promise_as_before():
    """Of a taxon that errs a fifth as often as it may."""
    assert how_often(50, 0.95, 0.99, 0.0, 20, 60, equal) >= 0.98
    assert how_often(50, 0.95, 0.99, 0.05, 50, 60, equal) >= 0.96
