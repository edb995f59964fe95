"""Counts per taxon of samples whose mix of taxa isn't that of what a model learnt, from its probabilities.

M. Saerens, P. Latinne & C. Decaestecker (2002), Adjusting the outputs of a classifier to new a priori probabilities,
Neural Comput. 14, 21–41: a probability by the share that the taxon had where the model was calibrated is a likelihood;
the shares of the sample under which its objects are likeliest are found by expectation and maximisation. Objects that
people have settled are known, and say of the shares what they are.

It holds where each taxon looks in the sample as it does in held-out samples, or differs from them no more than they
differ among themselves; then no way that only counts predictions errs less. Of each object a few named taxa are enough:
what is left over is shared by the others as they are frequent, so that it tells them not apart.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.special import stdtrit

from classifier.statistics.bootstrap import EACH_SIDE
from classifier.statistics.confusion import HeldOutConfusion, between_samples
from classifier.statistics.quantification import Counts

STEPS = 200
NEAR = 1e-4  # no share of a sample moves by more: it has converged
SOME = 0.5  # objects of a taxon: of fewer, its share is 0 as far as anybody knows
FAINT = 1e-9  # of the information about a taxon beside that about others: it tells nothing


class NamedScores(NamedTuple):
    """Objects that nobody has settled, in the order of their samples."""

    sample: np.ndarray  # (n,) int from 0, ascending
    taxa: np.ndarray  # (n, P) int, each once; -1 for none
    scores: np.ndarray  # (n, P) probabilities; the rest to 1 is that of all other taxa together


@dataclass(frozen=True)
class SampleSpread:
    """How far samples differ in how a model errs: the correlation within one, of so many held-out samples."""

    correlation: float
    samples: int

    @classmethod
    def of(cls, held_out: HeldOutConfusion) -> "SampleSpread | None":
        """None where there are too few to tell."""
        return cls(between_samples(held_out), held_out.samples) if held_out.tells_spread else None

    @property
    def quantile(self) -> float:
        return float(stdtrit(self.samples - 1, EACH_SIDE))


def counts_by_em(
    objects: NamedScores, settled: np.ndarray, prior: np.ndarray, spread: SampleSpread | None
) -> Counts:
    """Of all objects, `settled` (S, K) included, of which the taxon is known. `prior` (K,): the shares with which the
    probabilities are calibrated, 0 of a taxon that the model does not know: of that, settled ones alone are counted.

    The intervals are analytic, for EM has no room for hundreds of rounds on a million objects. What the count is off by
    has the variance of the shares by the information that objects hold (Louis 1982, J. R. Stat. Soc. B 44, 226–233),
    less that of the true count, which the same objects make (the shares are efficient, so both subtract); and, as much
    as held-out samples differ, that of probabilities which err together. A taxon that seems absent has the upper bound
    up to which the likelihood falls by half the square of the quantile, but no more than may be among these
    objects; the others may be fewer by as many. NaN without a `spread`.
    """
    likelihood = _Likelihood(objects, settled, prior)
    shares = likelihood.shares(STEPS)
    total = settled.sum(1) + np.bincount(objects.sample, minlength=len(settled))
    estimate = shares * total[:, None]
    if spread is None:
        nothing = np.full(estimate.shape, np.nan)
        return Counts(estimate, nothing, nothing)
    low, high = np.empty_like(estimate), np.empty_like(estimate)
    for sample in range(len(settled)):
        information, slope = likelihood.information(sample, shares)
        low[sample], high[sample] = _interval(
            shares[sample], information, slope, max(total[sample], 1), spread
        )
    most = total[:, None] - (settled.sum(1, keepdims=True) - settled)
    low, high = ((part * total[:, None]).clip(settled, most) for part in (low, high))
    return Counts(estimate, np.minimum(low, estimate), np.maximum(high, estimate))


class _Likelihood:
    """Of each object under each taxon, up to a factor: probabilities by the prior."""

    def __init__(self, objects: NamedScores, settled: np.ndarray, prior: np.ndarray):
        self.settled, self.is_class = settled, prior > 0
        self.prior = prior / prior.sum()
        self.starts = np.searchsorted(objects.sample, np.arange(len(settled) + 1))
        self.sample = objects.sample
        self.is_named = objects.taxa >= 0
        self.column = np.where(self.is_named, objects.taxa, 0)
        self.cell = objects.sample[:, None] * len(prior) + self.column
        own = np.where(self.is_named, self.prior[self.column], 0)
        scores = np.where(self.is_named, objects.scores, 0)
        self.named = scores / np.maximum(own, 1e-12)
        unnamed = np.maximum(1 - own.sum(1), 0)
        rest = np.maximum(1 - scores.sum(1), 0)
        self.other = np.where(unnamed > 1e-9, rest / np.maximum(unnamed, 1e-9), 0)

    def shares(self, steps: int) -> np.ndarray:
        """(S, K), of a sample without objects those of the prior."""
        count = self.settled.sum(1) + np.diff(self.starts)
        shares = np.tile(self.prior, (len(self.settled), 1))
        for _ in range(steps):
            means = (self.settled + self._expected(shares)) / np.maximum(count, 1)[:, None]
            means = np.where(count[:, None] > 0, means, shares)
            moved, shares = np.abs(means - shares).max(initial=0), means
            if moved < NEAR:
                break
        return shares

    def _expected(self, shares: np.ndarray) -> np.ndarray:
        """(S, K) objects that nobody has settled, by the probabilities that they have with such shares."""
        own, mixture = self._mixture(slice(None), shares)
        other = self.other / mixture
        more = own * (self.named / mixture[:, None] - other[:, None])
        by_cell = np.bincount(self.cell.ravel(), more.ravel(), shares.size).reshape(shares.shape)
        alike = np.bincount(self.sample, other, len(shares))[:, None] * shares * self.is_class
        return np.maximum(by_cell + alike, 0)

    def _mixture(self, rows: slice, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n, P) shares of the taxa that are named, and (n,) the likelihood of each object under all shares."""
        own = np.where(self.is_named[rows], shares.ravel()[self.cell[rows]], 0)
        unnamed = (shares @ self.is_class)[self.sample[rows]] - own.sum(1)
        mixture = (own * self.named[rows]).sum(1) + self.other[rows] * np.maximum(unnamed, 0)
        return own, np.maximum(mixture, 1e-30)

    def information(self, sample: int, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(K, K) that the sample's objects hold about its shares, and (K,) by how much their log likelihood rises with
        each (of the shares that were found: 0, or below 0 where a share is 0)."""
        rows, classes = slice(self.starts[sample], self.starts[sample + 1]), self.is_class.astype(float)
        _, mixture = self._mixture(rows, shares)
        other, column = self.other[rows] / mixture, self.column[rows]
        more = np.where(self.is_named[rows], self.named[rows] / mixture[:, None] - other[:, None], 0)
        places = (np.repeat(np.arange(len(column)), column.shape[1]), column.ravel())
        table = csr_array((more.ravel(), places), shape=(len(column), len(classes)))
        mixed = np.outer(classes, table.T @ other)
        matrix = (table.T @ table).toarray() + mixed + mixed.T
        matrix += np.square(other).sum() * np.outer(classes, classes)
        share = np.maximum(shares[sample], 1e-12)
        settled = self.settled[sample] / share
        slope = table.sum(0) + other.sum() * classes + settled - len(column) - self.settled[sample].sum()
        return matrix + np.diag(settled / share), slope


def _interval(
    shares: np.ndarray, information: np.ndarray, slope: np.ndarray, objects: float, spread: SampleSpread
) -> tuple[np.ndarray, np.ndarray]:
    """(K,) low and high shares. What a taxon that seems absent may have, it has from the others."""
    is_some = shares * objects >= SOME
    inverse = np.linalg.pinv(information[np.ix_(is_some, is_some)], rcond=FAINT, hermitian=True)
    half = spread.quantile * np.sqrt(_variance(shares[is_some], inverse, objects, spread))
    across = information[np.ix_(~is_some, is_some)]
    complement = np.diag(information)[~is_some] - np.einsum("ij,jk,ik->i", across, inverse, across)
    variance = 1 / np.maximum(complement, FAINT * objects)
    falls = np.minimum(slope[~is_some], 0)
    above = (falls + np.sqrt(falls**2 + spread.quantile**2 / variance)) * variance
    among_these = above * np.maximum(1 + falls / objects, 0)  # which they would be by what is seen of them
    above = np.minimum(above, among_these + spread.quantile * np.sqrt(among_these / objects))
    moved = (inverse @ across.T) * above
    moved += shares[is_some, None] * (above - moved.sum(0))  # all together stay one
    low, high = np.zeros(len(shares)), shares.copy()
    low[is_some] = shares[is_some] - np.hypot(half, moved.max(1, initial=0))
    high[is_some] += np.hypot(half, (-moved).max(1, initial=0))
    high[~is_some] += above
    return low, high


def _variance(shares: np.ndarray, inverse: np.ndarray, objects: float, spread: SampleSpread) -> np.ndarray:
    """Of the shares of taxa that are there, less the true ones of these objects. `inverse` is that of the information.

    Probabilities that err together: of the objects of taxon j a share M_jk is taken for k; by its own row of M a sample
    differs as a draw of Dirichlet's with this mean, and by 1/samples besides, for M is a mean of such.
    """
    sampling = np.diag(inverse) - shares / objects
    per_object, back = np.linalg.pinv(inverse * objects, hermitian=True), inverse * objects
    moved = (back**2) @ (per_object @ shares**2 / shares) - shares**2
    together = spread.correlation * (1 + 1 / spread.samples) * np.maximum(moved, 0)
    return np.maximum(sampling, 0) + together
