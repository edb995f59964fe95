"""Objects of one sample resemble each other: so many of them say less than as many of different samples would.

What they say less by is the design effect (Kish 1965), 1 + (m - 1) ρ of samples of m objects; an exact test of as many
objects as are left when it has been divided by is that of Korn & Graubard (1998).
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import norm, t


class Likeness(NamedTuple):
    rho: float  # which share of the variance lies between samples, 0 to 1
    freedom: int  # degrees of freedom that it was estimated with; 0: nothing could tell

    def effect(self, samples: np.ndarray, level: float) -> np.ndarray:
        """(N,) by what the first, the first two, … all of the objects are to be divided, for a test at this level.

        Where few samples tell how much samples differ, Student's distribution takes the place of the normal one.
        """
        if not self.freedom or not len(samples):
            return np.ones(len(samples))
        return design_effect(samples, self.rho) * (t.isf(level, self.freedom) / norm.isf(level)) ** 2


APART = Likeness(0.0, 0)  # each object counts


def likeness(values: np.ndarray, strata: np.ndarray, samples: np.ndarray) -> Likeness:
    """How alike objects of one sample are within strata. `values`, `strata` and `samples` (N,).

    One-way analysis of variance in each stratum, sums of squares pooled: unbiased however few samples there are.
    """
    if not len(values):
        return APART
    cells, cell = np.unique(np.stack(_numbered(strata, samples)), axis=1, return_inverse=True)
    cell, of_cell = cell.ravel(), cells[0]
    sizes, sums = np.bincount(cell), np.bincount(cell, values)
    totals, counts = np.bincount(of_cell, sums), np.bincount(of_cell, sizes)
    freedom, left = len(sizes) - len(counts), len(values) - len(sizes)
    if freedom < 1 or left < 1:
        return APART
    between = (sums**2 / sizes).sum() - (totals**2 / counts).sum()
    inner = ((values**2).sum() - (sums**2 / sizes).sum()) / left
    outer = (between - freedom * inner) / (counts - np.bincount(of_cell, sizes**2) / counts).sum()
    return Likeness(float(outer / (outer + inner)) if outer > 0 and inner >= 0 else 0.0, freedom)


def _numbered(*names: np.ndarray) -> list[np.ndarray]:
    return [np.unique(of, return_inverse=True)[1] for of in names]


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
