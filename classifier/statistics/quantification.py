"""Counts per taxon of samples whose mix of taxa isn't that of what a model learnt, from its answers alone.

A model that errs symmetrically counts too many of what is rare and too few of what is frequent. Two ways to set that
right need no validated object of the sample, but that each taxon looks in it as it did where the model learnt:

* adjusted counts: G. Forman (2008), Quantifying counts and costs via classification, Data Min. Knowl. Discov. 17,
  164–206: predicted counts are the confusion matrix times the true ones, so its inverse leads back;
* shares by expectation and maximisation: M. Saerens, P. Latinne & C. Decaestecker (2002), Adjusting the outputs of a
  classifier to new a priori probabilities, Neural Comput. 14, 21–41.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from classifier.statistics.bootstrap import LOW_HIGH
from classifier.statistics.sample_sums import ObjectChunk

DRAWS = 200
STEPS = 100
NEAR = 1e-4  # no share of a sample moves by more: it has converged
CUT_OFF = 0.02  # singular values of the confusion matrix below it, of the largest, tell nothing


class Counts(NamedTuple):
    """(S, K) numbers of objects, with intervals of 95 %."""

    estimate: np.ndarray
    low: np.ndarray
    high: np.ndarray


def adjusted_counts(
    predicted: np.ndarray, confusion: np.ndarray, draws: int = DRAWS, seed: int = 0
) -> Counts:
    """`predicted` (S, K) objects by predicted taxon; `confusion` (K, K) held-out objects, a row a true taxon, a column
    a predicted one. A taxon without held-out objects is taken to be predicted faultlessly. Both are drawn again."""
    rng, objects = np.random.default_rng(seed), predicted.sum(1)
    drawn = np.empty((draws, *predicted.shape), np.float32)
    for one in drawn:
        again = rng.multinomial(objects.astype(int), _shares(predicted))
        one[:] = _invert(again, rng.multinomial(confusion.sum(1).astype(int), _shares(confusion)))
    low, high = np.percentile(drawn, LOW_HIGH, axis=0)
    return Counts(_invert(predicted, confusion), low, high)


def _shares(counts: np.ndarray) -> np.ndarray:
    """Of each row; of an empty one, alike."""
    total = counts.sum(1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), 1 / counts.shape[1])


def _invert(predicted: np.ndarray, confusion: np.ndarray) -> np.ndarray:
    """(S, K): the counts that the confusion matrix makes the predicted ones, none below 0, each sample's sum kept."""
    chance = np.where(confusion.sum(1, keepdims=True) > 0, _shares(confusion), np.eye(len(confusion)))
    objects = predicted.sum(1)
    raw = predicted @ np.linalg.pinv(chance, rcond=CUT_OFF)
    return _onto_simplex(raw / np.maximum(objects, 1)[:, None]) * objects[:, None]


def _onto_simplex(rows: np.ndarray) -> np.ndarray:
    """The nearest rows of shares, none below 0, with the sum 1 (Duchi et al. 2008)."""
    descending = -np.sort(-rows, axis=1)
    over = (np.cumsum(descending, axis=1) - 1) / np.arange(1, rows.shape[1] + 1)
    last = (descending > over).sum(1) - 1
    return np.maximum(rows - over[np.arange(len(rows)), last][:, None], 0)


def shares_by_em(
    chunks: Callable[[], Iterable[ObjectChunk]], samples: int, prior: np.ndarray, steps: int = STEPS
) -> np.ndarray:
    """(S, K) shares of the taxa in each sample; those of the prior in one without objects.

    `chunks()` yields the same chunks each time; of validated objects nothing but their probabilities is used. `prior`
    (K,) above 0: the shares for which the probabilities are calibrated. Of a sample of few objects it is no more than a
    guess, and it has no interval.
    """
    prior = prior / prior.sum()
    shares = np.tile(prior, (samples, 1))
    for _ in range(steps):
        sums, objects = np.zeros(shares.shape), np.zeros(samples)
        for chunk in adjusted(chunks(), shares, prior):
            member = (np.ones(len(chunk.sample), np.float32), (chunk.sample, np.arange(len(chunk.sample))))
            sums += csr_array(member, shape=(samples, len(chunk.sample))) @ chunk.probabilities
            objects += np.bincount(chunk.sample, minlength=samples)
        means = np.where(objects[:, None] > 0, sums / np.maximum(objects, 1)[:, None], shares)
        moved, shares = np.abs(means - shares).max(initial=0), means
        if moved < NEAR:
            break
    return shares


def adjusted(chunks: Iterable[ObjectChunk], shares: np.ndarray, prior: np.ndarray) -> Iterator[ObjectChunk]:
    """The chunks with the probabilities that they had, were each sample's `shares` (S, K) the prior.

    Prediction-powered inference on these errs far less than on what the model said, and holds all the same.
    """
    factor = (shares / (prior / prior.sum())).astype(np.float32)
    for chunk in chunks:
        posterior = chunk.probabilities * factor[chunk.sample]
        yield chunk._replace(probabilities=posterior / np.maximum(posterior.sum(1, keepdims=True), 1e-30))
