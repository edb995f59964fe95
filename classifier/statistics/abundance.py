"""How many objects of each taxon a sample holds, of which people have validated some and a model has seen all.

Validated objects count exactly. Of the others the model's probabilities are summed, and what it errs by, seen on the
validated ones, is set right: prediction-powered inference (Angelopoulos, Bates, Fannjiang, Jordan & Zrnic 2023, Science
382, 669–674), where λ says how far the model is relied upon (power tuning: Angelopoulos, Duchi & Zrnic 2023, PPI++,
arXiv 2311.01453). With the finite sample in view it is the difference estimator of survey sampling (Särndal, Swensson &
Wretman 1992, chapter 6): however wrong the model is, the estimate has no bias, **if the validated objects were chosen
by chance**. Three cases:

* Each object of the sample was as likely, or as likely as its weight says (one over its chance): RANDOM.
* Too few were, or they were not chosen by chance: sorted page by page, the sure ones first, the odd ones first. Such
  objects say nothing sound about the others. They count, but the rest is what the model says, set right by how it errs
  in the samples that were validated by chance, with an interval as wide as those differ: BORROWED.
* There are no such samples either: BY_MODEL, and its interval is all that is possible, from none of the others to all.

Nothing can be made of an unknown choice but by an assumption. Who validates some random objects of each sample needs
none; `validation_plan` says how many.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from classifier.statistics.bootstrap import EACH_SIDE
from classifier.statistics.sample_sums import SampleSums

FEWEST = 10  # validated objects of a sample that speak for it
FEWEST_SAMPLES = 3  # that speak for another
# what the model and other samples say about a sample's scatter counts as much as so many objects of it, or, of a rare
# taxon, as many as hold one of it
PRIOR_OBJECTS, PRIOR_EVENTS = 10.0, 1.0


class EstimateBasis(IntEnum):
    """What an estimate stands on; only intervals of the first are right whatever the model is like."""

    RANDOM = 0
    BORROWED = 1
    BY_MODEL = 2


@dataclass(frozen=True)
class Abundance:
    """(S, T) numbers of objects, with intervals of 95 %, and (S,) what they stand on."""

    counted: np.ndarray  # validated objects alone
    count: np.ndarray
    low: np.ndarray
    high: np.ndarray
    basis: np.ndarray  # of EstimateBasis
    reliance: np.ndarray  # (T,) λ, 0 to 1
    scatter: np.ndarray  # (S, T) variance of what an object differs by from λ times its probability


class Shares(NamedTuple):
    """(S, T) of the taxa among the objects without validation, and how sure that is."""

    mean: np.ndarray
    variance: np.ndarray
    freedom: np.ndarray  # degrees of freedom of the variance


def estimate_abundance(
    sums: SampleSums,
    is_random: np.ndarray | bool = True,
    reliance: np.ndarray | float | None = None,
    lend: bool = False,
) -> Abundance:
    """`is_random` (S,): whether its validated objects were chosen by chance, all alike or by their weights. `reliance`
    (T,) where it is not to be estimated: 0 counts validated objects alone, 1 is plain prediction-powered inference.

    With `lend`, a sample leans on how the model errs in the others as far as its own few objects leave it unsure (Fay &
    Herriot 1979, J. Am. Stat. Assoc. 74, 269–277): far narrower, and right in 95 of 100 samples together, not in each.
    """
    speaks = np.broadcast_to(is_random, sums.objects.shape) & (sums.speaking >= FEWEST)
    by_chance = speaks | (sums.others == 0)
    if reliance is None:
        reliance = _reliance(sums, by_chance)
    reliance = np.broadcast_to(np.asarray(reliance, float), sums.counted.shape[1:])
    scatter = _scatter(sums, by_chance, reliance)
    own, by_model = _own_shares(sums, reliance, scatter), _model_shares(sums)
    borrowed = _borrowed_shares(sums, by_chance & (sums.others > 0), by_model)
    best = _weighed(own, borrowed) if lend and borrowed else own
    chosen = Shares(
        *(np.where(by_chance[:, None], *pair) for pair in zip(best, borrowed or by_model, strict=True))
    )
    basis = np.where(
        by_chance, EstimateBasis.RANDOM, EstimateBasis.BORROWED if borrowed else EstimateBasis.BY_MODEL
    )
    return Abundance(sums.counted, *_counts(sums, chosen), basis, reliance, scatter)


def _counts(sums: SampleSums, shares: Shares) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(S, T) count, low and high: of the others, and of the validated ones exactly."""
    others = sums.others[:, None]
    half = stdtrit(shares.freedom, EACH_SIDE) * np.sqrt(shares.variance)
    mean = shares.mean.clip(0, 1)
    return tuple(sums.counted + others * share.clip(0, 1) for share in (mean, mean - half, mean + half))


def _weighed(own: Shares, borrowed: Shares) -> Shares:
    """Each by one over its variance."""
    weight = borrowed.variance / (own.variance + borrowed.variance)
    mean = weight * own.mean + (1 - weight) * borrowed.mean
    return Shares(mean, weight * own.variance, np.minimum(own.freedom, borrowed.freedom))


def _model_shares(sums: SampleSums) -> Shares:
    """Of which nothing is sure."""
    shape = sums.counted.shape
    return Shares(sums.p / np.maximum(sums.others, 1)[:, None], np.ones(shape), np.ones(shape))


def _reliance(sums: SampleSums, is_random: np.ndarray) -> np.ndarray:
    """(T,) λ with which what is left scatters least: the covariance of truth and probability over the variance of the
    latter, within samples. It is one for all samples, so that few objects don't choose it for themselves."""
    q = np.maximum(sums.q, 1e-12)
    covariance = (sums.qyp - sums.qy * sums.qp / q)[is_random].sum(0)
    variance = (sums.qpp - sums.qp**2 / q)[is_random].sum(0)
    return np.divide(covariance, variance, out=np.ones_like(variance), where=variance > 1e-9).clip(0, 1)


def _squares(sums: SampleSums, reliance: np.ndarray) -> np.ndarray:
    """(S, T) Σ q (e - ē)² of e = y - λ p, where ē is the mean by r."""
    r = np.maximum(sums.r, 1e-12)[:, None]
    mean = (sums.ry - reliance * sums.rp) / r
    squares = sums.qy - 2 * reliance * sums.qyp + reliance**2 * sums.qpp
    return np.maximum(squares - 2 * mean * (sums.qy - reliance * sums.qp) + mean**2 * sums.q, 0)


def _scatter(sums: SampleSums, is_random: np.ndarray, reliance: np.ndarray) -> np.ndarray:
    """(S, T) the variance of e, of few objects drawn to what the model expects, times by how much it is off elsewhere.

    A rare taxon that none of twenty objects was of still may be there: its variance isn't 0.
    """
    n = np.maximum(sums.speaking, 1)[:, None]
    own = np.where(is_random[:, None], _squares(sums, reliance) / np.maximum(sums.q, 1e-12) * n, 0)
    freedom = np.where(is_random, np.maximum(sums.speaking - 1, 0), 0)[:, None]
    expected = _expected_scatter(sums, reliance)
    prior = PRIOR_OBJECTS * expected.mean(0)
    expected = expected * (own.sum(0) + prior) / ((freedom * expected).sum(0) + prior)
    objects = np.maximum(PRIOR_OBJECTS, PRIOR_EVENTS / expected)
    return (own + objects * expected) / (freedom + objects)


def _expected_scatter(sums: SampleSums, reliance: np.ndarray) -> np.ndarray:
    """(S, T) the variance of e if probabilities are right, and one object is there that the model sees nothing of."""
    others = np.maximum(sums.others, 1)[:, None]
    mean, square = sums.p / others, sums.pp / others
    unexplained = mean - square
    return np.maximum(unexplained + (1 - reliance) ** 2 * (square - mean**2), 0) + 1 / others


def _own_shares(sums: SampleSums, reliance: np.ndarray, scatter: np.ndarray) -> Shares:
    """By the validated objects of the sample itself. Their mean stands for that of the others: both are random parts of
    one sample, so the variance of the difference counts both."""
    n, others = np.maximum(sums.speaking, 1)[:, None], np.maximum(sums.others, 1)[:, None]
    error = (sums.ry - reliance * sums.rp) / np.maximum(sums.r, 1e-12)[:, None]
    spread = sums.q / others**2 if sums.is_weighted else 1 / n + 1 / others
    freedom = np.broadcast_to(n - 1 + PRIOR_OBJECTS, error.shape)
    return Shares(reliance * sums.p / others + error, scatter * spread, freedom)


def _borrowed_shares(sums: SampleSums, is_random: np.ndarray, by_model: Shares) -> Shares | None:
    """By how the model errs in samples that speak for others, on average, and by how much they differ.

    What they differ by for having few validated objects is part of it: with few samples it can't be told apart well.
    """
    samples = int(is_random.sum())
    if samples < FEWEST_SAMPLES:
        return None
    error = ((sums.ry - sums.rp) / np.maximum(sums.r, 1e-12)[:, None])[is_random]
    between = np.maximum(error.var(0, ddof=1), 1e-12) * (1 + 1 / samples)
    shape = by_model.mean.shape
    return Shares(
        by_model.mean + error.mean(0), np.broadcast_to(between, shape), np.full(shape, samples - 1.0)
    )
