"""What estimates of abundance need of objects, summed by sample and taxon, a chunk at a time.

A million objects times a hundred taxa never lie in memory together: of each chunk, only sums of its columns stay.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

NOT_VALIDATED = -1
OF_SAMPLES = ("objects", "validated", "speaking", "r")
ROWS = 20_000  # of a chunk: 16 MB of float64 for a hundred taxa


class ObjectChunk(NamedTuple):
    probabilities: (
        np.ndarray
    )  # (n, K) calibrated, any float; K at most the number of taxa, the rest are not the model's
    sample: np.ndarray  # (n,) int from 0
    taxon: np.ndarray  # (n,) int from 0, or NOT_VALIDATED
    weight: np.ndarray | None = (
        None  # (n,) one over the chance to be validated; of validated objects, at least 1
    )


def in_chunks(
    probabilities: np.ndarray, sample: np.ndarray, taxon: np.ndarray, weight: np.ndarray | None = None
) -> Iterator[ObjectChunk]:
    """Of whole arrays, as of a memory-mapped file."""
    for start in range(0, len(sample), ROWS):
        part = slice(start, start + ROWS)
        yield ObjectChunk(
            probabilities[part], sample[part], taxon[part], None if weight is None else weight[part]
        )


@dataclass
class SampleSums:
    """(S, T) but for the first four, which are (S,). y is 1 of a validated object's own taxon, p its probability;
    r = weight - 1, q = weight · (weight - 1), or both 1 where all of a sample were as likely to be validated."""

    objects: np.ndarray
    validated: np.ndarray
    speaking: np.ndarray  # validated ones with r above 0: of weight 1 is what stands for itself alone
    r: np.ndarray  # Σ over validated ones, as all that begin with r or q
    counted: np.ndarray  # validated objects of the taxon
    p: np.ndarray  # Σ over the others, as the next two
    pp: np.ndarray
    deviation: np.ndarray  # Σ √(p (1 - p)): how unsure the model is
    ry: np.ndarray
    rp: np.ndarray
    q: np.ndarray  # the same of all taxa
    qy: np.ndarray
    qp: np.ndarray
    qpp: np.ndarray
    qyp: np.ndarray
    is_weighted: bool = field(default=False, init=False)

    @property
    def others(self) -> np.ndarray:
        """(S,) objects without validation."""
        return self.objects - self.validated


def sum_up(chunks: Iterable[ObjectChunk], samples: int, taxa: int) -> SampleSums:
    """ValueError of rows that aren't of one length, of probabilities below 0 or above 1, of weights below 1, and where
    only some chunks have weights."""
    names = [each.name for each in fields(SampleSums) if each.init]
    shapes = [(samples,) if name in OF_SAMPLES else (samples, taxa) for name in names]
    sums = SampleSums(*(np.zeros(shape) for shape in shapes))
    for number, chunk in enumerate(chunks):
        _check(chunk, taxa)
        if number and sums.is_weighted != (chunk.weight is not None):
            raise ValueError("Either all chunks have weights, or none.")
        sums.is_weighted = chunk.weight is not None
        _add(sums, chunk)
    return sums


def _check(chunk: ObjectChunk, taxa: int) -> None:
    rows = {len(part) for part in chunk if part is not None}
    if len(rows) > 1 or chunk.probabilities.shape[1] > taxa:
        raise ValueError(
            f"A chunk has rows {sorted(rows)}, {chunk.probabilities.shape[1]} columns of {taxa} taxa."
        )
    p = chunk.probabilities
    if p.size and not (p.min() >= 0 and p.max() <= 1 + 1e-6):
        raise ValueError("A probability lies between 0 and 1.")
    if chunk.weight is not None and not (chunk.weight[chunk.taxon != NOT_VALIDATED] >= 1).all():
        raise ValueError("One over the chance to be validated is at least 1.")


def _add(sums: SampleSums, chunk: ObjectChunk) -> None:
    is_validated = chunk.taxon != NOT_VALIDATED
    samples = len(sums.objects)
    sums.objects += np.bincount(chunk.sample, minlength=samples)
    sums.validated += np.bincount(chunk.sample[is_validated], minlength=samples)
    _add_others(sums, chunk.probabilities[~is_validated], chunk.sample[~is_validated])
    weight = None if chunk.weight is None else chunk.weight[is_validated]
    _add_validated(
        sums, chunk.probabilities[is_validated], chunk.sample[is_validated], chunk.taxon[is_validated], weight
    )


def _add_others(sums: SampleSums, p: np.ndarray, sample: np.ndarray) -> None:
    model = p.shape[1]
    member = _member(sample, len(sums.objects), np.ones(len(sample), p.dtype))
    squares = p * p
    sums.p[:, :model] += member @ p
    sums.pp[:, :model] += member @ squares
    sums.deviation[:, :model] += member @ np.sqrt(np.maximum(p - squares, 0))


def _add_validated(
    sums: SampleSums, p: np.ndarray, sample: np.ndarray, taxon: np.ndarray, weight: np.ndarray | None
) -> None:
    samples, model = len(sums.objects), p.shape[1]
    ones = np.ones(len(sample))
    r, q = (ones, ones) if weight is None else (weight - 1, weight * (weight - 1))
    own = np.where(taxon < model, p[np.arange(len(p)), taxon.clip(max=model - 1)], 0)

    def by_taxon(of: np.ndarray) -> np.ndarray:
        shape = sums.counted.shape
        return np.bincount(sample * shape[1] + taxon, of, shape[0] * shape[1]).reshape(shape)

    sums.speaking += np.bincount(sample, r > 0, samples)
    sums.r += np.bincount(sample, r, samples)
    sums.q += np.bincount(sample, q, samples)[:, None]
    for total, of in ((sums.counted, ones), (sums.ry, r), (sums.qy, q), (sums.qyp, q * own)):
        total += by_taxon(of)
    sums.rp[:, :model] += _member(sample, samples, r) @ p
    sums.qp[:, :model] += _member(sample, samples, q) @ p
    sums.qpp[:, :model] += _member(sample, samples, q) @ (p * p)


def _member(sample: np.ndarray, samples: int, weight: np.ndarray) -> csr_array:
    """(S, n) with the weight of each object in the row of its sample."""
    return csr_array((weight, (sample, np.arange(len(sample)))), shape=(samples, len(sample)))
