"""Slopes of drawn power laws come back, and lines through a few classes are those worked out by hand."""

import numpy as np
import pytest

from classifier.statistics.size_spectra import (
    BOOTSTRAP,
    REGRESSION,
    SpectrumLine,
    first_after_mode,
    first_gap,
    fitted_line,
)

OCTAVES = np.sqrt(2.0) * 2.0 ** np.arange(12)


def of_counts(counts: np.ndarray) -> SpectrumLine | None:
    """Heights are counts by the width of octaves."""
    counts = np.atleast_2d(np.asarray(counts, float))
    edges = 2.0 ** np.arange(counts.shape[1])
    return fitted_line(OCTAVES[: counts.shape[1]], counts / edges, counts, counts)


def power_law(rng: np.random.Generator, objects: int, slope: float) -> np.ndarray:
    """Biovolumes (S, K) and counts of octaves, of volumes whose normalised biovolume falls with the slope."""
    volumes = 0.7 * rng.random(objects) ** (1 / slope)  # density v^(slope - 1)
    octaves = np.floor(np.log2(volumes)).astype(int)
    first = octaves.min()
    return first, np.bincount(octaves - first, volumes), np.bincount(octaves - first).astype(float)


def test_a_line_through_three_classes_by_hand():
    """8, 4 and 2 objects in octaves: each height is a quarter of the one before, so the slope is −2."""
    line = of_counts([8, 4, 2])
    assert line.slope == pytest.approx(-2)
    assert line.height(OCTAVES[0]) == pytest.approx(8)
    assert line.r_squared == pytest.approx(1)
    assert (line.classes, line.method) == (3, REGRESSION)


def test_counting_alone_errs_where_the_classes_lie_on_a_line():
    """Variances of log10 are 1 ÷ (n · ln²10); octaves are log10 2 apart; Student's 97.5 % of one degree is 12.706."""
    low, high = of_counts([8, 4, 2]).slope_interval
    mean = (8 * 0 + 4 * 1 + 2 * 2) / 14
    spread = np.log10(2) ** 2 * (8 * mean**2 + 4 * (1 - mean) ** 2 + 2 * (2 - mean) ** 2)
    assert high - low == pytest.approx(2 * 12.7062 / np.log(10) / np.sqrt(spread), rel=1e-4)


def test_two_classes_make_no_line():
    assert of_counts([8, 4]) is None
    assert of_counts([8, 0, 4]) is None


@pytest.mark.parametrize("slope", [-0.6, -1.0, -1.4])
def test_the_slope_of_a_drawn_power_law_lies_in_its_interval(slope):
    rng, inside = np.random.default_rng(20261129), 0
    for _ in range(100):
        first, biovolumes, counts = power_law(rng, 2000, slope)
        widths = 2.0 ** (first + np.arange(len(counts)))
        start = first_after_mode(biovolumes / widths)
        fitted = slice(start, first_gap(counts, start))
        line = fitted_line(
            (np.sqrt(2) * widths)[fitted],
            (biovolumes / widths)[None, fitted],
            counts[None, fitted],
            counts[None, fitted],
        )
        low, high = line.slope_interval
        inside += low <= slope <= high
    assert inside >= 90  # of intervals of 95 %


def test_samples_that_differ_widen_the_interval():
    """Thirty samples of steep and flat spectra: their sum errs by more than counting."""
    rng = np.random.default_rng(1)
    slopes = rng.normal(-2, 0.5, 30)
    counts = rng.poisson(200 * 2.0 ** (np.arange(6) * (slopes[:, None] + 1)))
    drawn, counted = of_counts(counts), of_counts(counts.sum(0))
    assert (drawn.method, counted.method) == (BOOTSTRAP, REGRESSION)
    assert drawn.slope == pytest.approx(counted.slope)
    width = [high - low for low, high in (drawn.slope_interval, counted.slope_interval)]
    assert width[0] > width[1]
    assert drawn.slope_interval[0] < drawn.slope < drawn.slope_interval[1]


def test_the_line_begins_after_the_mode_and_ends_at_the_first_gap():
    counts = np.array([3.0, 90, 50, 20, 4, 0, 1])
    densities = counts / 2.0 ** np.arange(7)
    assert first_after_mode(densities) == 2
    assert first_gap(counts, 2) == 5
    assert first_gap(counts[:5], 2) == 5
