"""Counts per taxon of samples whose mix of taxa isn't that of what a model learnt, by its confusion matrix.

A model that errs symmetrically counts too many of what is rare and too few of what is frequent. G. Forman (2008),
Quantifying counts and costs via classification, Data Min. Knowl. Discov. 17, 164–206: predicted counts are the
confusion matrix times the true ones, so its inverse leads back. It needs no validated object of the sample, but that
each taxon looks in it as it does in held-out samples, or differs from them no more than they differ among themselves.
`expectation_maximisation` needs the same, and uses scores beside the predicted taxon, so that it errs less.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit

from classifier.statistics.bootstrap import EACH_SIDE, LOW_HIGH
from classifier.statistics.confusion import HeldOutConfusion, between_samples

ROUNDS = 100
CUT_OFF = 0.02  # singular values of the confusion matrix below it, of the largest, tell nothing


class Counts(NamedTuple):
    """(S, K) numbers of objects, with intervals of 95 %; these are NaN where nobody knows how far samples differ."""

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray


def adjusted_counts(
    predicted: np.ndarray, held_out: HeldOutConfusion, rounds: int = ROUNDS, seed: int = 0
) -> Counts:
    """`predicted` (S, K) objects by predicted taxon. A taxon without held-out objects is taken to be predicted
    faultlessly.

    The intervals are of a bootstrap, since no formula knows that counts end at 0. Each round draws the held-out samples
    again (what the confusion matrix is unsure by); rows of the sample's own confusion around them, as unlike as
    held-out samples are (Dirichlet); and of that as many predicted objects as the sample has. What the counts of these
    are off by is what those of the true ones may be.
    """
    confusion = held_out.table()
    estimate = _invert(predicted, confusion)
    if not held_out.tells_spread:
        nothing = np.full(estimate.shape, np.nan)
        return Counts(estimate, nothing, nothing)
    rng, correlation = np.random.default_rng(seed), between_samples(held_out)
    shares, objects = _shares(estimate), np.rint(predicted.sum(1)).astype(int)
    drawn = np.empty((rounds, *predicted.shape), np.float32)
    for one, again in zip(drawn, held_out.drawn_again(rounds, seed), strict=True):
        own = _one_sample(_chances(confusion), correlation, rng)
        one[:] = _invert(rng.multinomial(objects, _shares(shares @ own)), again)
    return _around(estimate, drawn, held_out.samples, predicted.sum(1)[:, None])


def _around(estimate: np.ndarray, drawn: np.ndarray, samples: int, most: np.ndarray) -> Counts:
    """By Student's quantile, since how far samples differ is estimated from so many."""
    wider = stdtrit(samples - 1, EACH_SIDE) / ndtri(EACH_SIDE)
    low, high = wider * (np.percentile(drawn, LOW_HIGH, axis=0) - estimate) + estimate
    return Counts(estimate, np.minimum(low, estimate).clip(0, most), np.maximum(high, estimate).clip(0, most))


def _one_sample(chances: np.ndarray, correlation: float, rng: np.random.Generator) -> np.ndarray:
    """(K, K) of a sample whose objects are predicted as much alike as `correlation` says."""
    if not correlation:
        return chances
    drawn = rng.standard_gamma(chances * (1 / correlation - 1))
    total = drawn.sum(1, keepdims=True)
    return np.where(total > 0, drawn / np.maximum(total, 1e-30), chances)


def _shares(counts: np.ndarray) -> np.ndarray:
    """Of each row; of an empty one, alike."""
    total = counts.sum(1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1e-30), 1 / counts.shape[1])


def _chances(confusion: np.ndarray) -> np.ndarray:
    """Rows of shares; of a taxon without held-out objects, itself."""
    return np.where(confusion.sum(1, keepdims=True) > 0, _shares(confusion), np.eye(len(confusion)))


def _invert(predicted: np.ndarray, confusion: np.ndarray) -> np.ndarray:
    """(S, K): the counts that the confusion matrix makes the predicted ones, none below 0, each sample's sum kept."""
    objects = predicted.sum(1)
    raw = predicted @ np.linalg.pinv(_chances(confusion), rcond=CUT_OFF)
    return _onto_simplex(raw / np.maximum(objects, 1)[:, None]) * objects[:, None]


def _onto_simplex(rows: np.ndarray) -> np.ndarray:
    """The nearest rows of shares, none below 0, with the sum 1 (Duchi et al. 2008)."""
    descending = -np.sort(-rows, axis=1)
    over = (np.cumsum(descending, axis=1) - 1) / np.arange(1, rows.shape[1] + 1)
    last = (descending > over).sum(1) - 1
    return np.maximum(rows - over[np.arange(len(rows)), last][:, None], 0)
