"""Objects of one sample resemble each other: so many of them say less than as many of different samples would.

What they say less by is the design effect (Kish 1965), 1 + (m - 1) ρ of samples of m objects; an exact test of as many
objects as are left when it has been divided by is that of Korn & Graubard (1998). Few samples hardly tell ρ: the test
takes the largest that they leave possible, the upper end of its 95 % interval by likelihood of the beta-binomial
distribution (Saha, Miller & Wang 2016), so that the samples which happen to agree promise nothing too bold.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import betaln, chdtri

MOST_ALIKE = 0.5  # no taxon's objects are taken to be more alike than this
GRID = np.append(1e-6, np.geomspace(0.002, MOST_ALIKE, 24))  # values of ρ that are tried
ROOM = float(chdtri(1, 0.05)) / 2  # by which the log likelihood falls from its top to the end of the interval


class IntraclassCorrelation(NamedTuple):
    rho: float  # which share of the variance lies between samples, 0 to 1
    most: float  # the largest that is possible by what was seen

    def effect(self, samples: np.ndarray) -> np.ndarray:
        """(N,) by what the first, the first two, … all of the objects are to be divided."""
        return design_effect(samples, self.most)

    def samples_for(self, objects: int, size: float) -> int:
        """How many samples of `size` objects say as much as so many `objects` that have nothing in common."""
        return int(np.ceil(objects * (1 + (size - 1) * self.most) / size - 1e-9))


APART = IntraclassCorrelation(0.0, 0.0)  # each object counts
UNKNOWN = IntraclassCorrelation(0.0, MOST_ALIKE)


def intraclass_correlation(
    values: np.ndarray, strata: np.ndarray, samples: np.ndarray
) -> IntraclassCorrelation:
    """How alike objects of one sample are within strata. `values` (N,) bool, `strata` and `samples` (N,)."""
    if not len(values):
        return UNKNOWN
    stratum, sample = (np.unique(of, return_inverse=True)[1] for of in (strata, samples))
    cells, cell = np.unique(stratum * (sample.max() + 1) + sample, return_inverse=True)
    of_cell = cells // (sample.max() + 1)
    sizes, sums = np.bincount(cell), np.bincount(cell, values)
    rho = _by_variance(sizes, sums, of_cell)
    return IntraclassCorrelation(rho, min(max(rho, _by_likelihood(sizes, sums, of_cell)), MOST_ALIKE))


def _by_variance(sizes: np.ndarray, sums: np.ndarray, strata: np.ndarray) -> float:
    """One-way analysis of variance in each stratum, sums of squares pooled: unbiased however few samples there are.

    All (cells,), of the objects of one stratum and one sample: how many, how many of them are so, which stratum.
    """
    totals, counts = np.bincount(strata, sums), np.bincount(strata, sizes)
    freedom, pairs = len(sizes) - len(counts), sizes.sum() - len(sizes)
    if freedom < 1 or pairs < 1:
        return 0.0
    inner = (sums - sums**2 / sizes).sum() / pairs
    between = (sums**2 / sizes).sum() - (totals**2 / counts).sum()
    outer = (between - freedom * inner) / (counts - np.bincount(strata, sizes**2) / counts).sum()
    return float(outer / (outer + inner)) if outer > 0 else 0.0


def _by_likelihood(sizes: np.ndarray, sums: np.ndarray, strata: np.ndarray) -> float:
    """The largest ρ whose likelihood is near enough to the best; strata without a difference tell nothing.

    What samples differ from is their own mean, to which each of them adds: less so than they differ from the true one.
    """
    mean = (np.bincount(strata, sums) / np.bincount(strata, sizes))[strata]
    mixed = (mean > 0) & (mean < 1)
    sizes, sums, mean, strata = sizes[mixed], sums[mixed], mean[mixed], strata[mixed]
    freedom = len(sizes) - len(np.unique(strata))
    if not freedom:
        return MOST_ALIKE
    below = np.array([_log_likelihood(sizes, sums, mean, rho) for rho in GRID])
    below = below.max() - ROOM - below
    last = np.flatnonzero(below <= 0)[-1]
    rho = float(np.interp(0, below[last : last + 2], GRID[last : last + 2]))
    return rho * len(sizes) / freedom


def _log_likelihood(sizes: np.ndarray, sums: np.ndarray, mean: np.ndarray, rho: float) -> float:
    yes, no = mean * (1 / rho - 1), (1 - mean) * (1 / rho - 1)
    return float((betaln(sums + yes, sizes - sums + no) - betaln(yes, no)).sum())


def design_effect(samples: np.ndarray, rho: float) -> np.ndarray:
    """(N,) of the first, the first two, … all of the objects, whose samples (N,) are."""
    if rho <= 0 or not len(samples):
        return np.ones(len(samples))
    _, sample = np.unique(samples, return_inverse=True)
    order = np.argsort(sample, kind="stable")
    starts = np.append(0, np.cumsum(np.bincount(sample))[:-1])
    before = np.empty(len(sample))  # how many of its sample came before each
    before[order] = np.arange(len(sample)) - starts[sample[order]]
    squares = np.cumsum(2 * before + 1)  # the sum over samples of the squares of their sizes, so far
    return 1 + (squares / np.arange(1, len(sample) + 1) - 1) * rho
