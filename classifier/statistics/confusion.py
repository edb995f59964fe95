"""Held-out objects by true taxon, predicted taxon and sample: how a model errs, and how far samples differ in that.

Objects of one sample are alike: an instrument out of focus spoils all of its copepods. What other samples say about the
next one is unsure by as much as they differ among themselves, however many objects each of them has.
"""

from dataclasses import dataclass

import numpy as np

from classifier.statistics.bootstrap import draws

FEWEST_SAMPLES = 3  # with fewer nobody knows how far samples differ


@dataclass(frozen=True)
class HeldOutConfusion:
    """Cells that hold objects, int (M,) each: `sample` from 0, `taxon` and `predicted` below `taxa`, and `count`."""

    sample: np.ndarray
    taxon: np.ndarray
    predicted: np.ndarray
    count: np.ndarray
    taxa: int

    @property
    def samples(self) -> int:
        return int(self.sample.max(initial=-1)) + 1

    @property
    def tells_spread(self) -> bool:
        return self.samples >= FEWEST_SAMPLES

    def table(self, weight: np.ndarray | None = None) -> np.ndarray:
        """(K, K) objects, a row a true taxon; with `weight` (G,) each sample so many times."""
        count = self.count if weight is None else self.count * weight[self.sample]
        cell = self.taxon * self.taxa + self.predicted
        return np.bincount(cell, count, self.taxa**2).reshape(self.taxa, self.taxa)

    def drawn_again(self, rounds: int, seed: int) -> "list[np.ndarray]":
        """So many tables (K, K) of samples that were drawn again."""
        return [self.table(weight) for weight in draws(self.samples, rounds, seed)]


def between_samples(held_out: HeldOutConfusion) -> float:
    """0 to below 1, the correlation of what two objects of one taxon and sample are predicted as: 0 where samples err
    alike. By the mean squares between and within samples (the moment estimator of Donner 1986, Int. Stat. Rev. 54,
    67–82, over all taxa at once)."""
    sizes = _by_pair(held_out)
    taxon, size, squares = sizes
    per_taxon = np.bincount(taxon, size, held_out.taxa)
    samples = np.bincount(taxon, minlength=held_out.taxa)
    free_between, free_within = (samples - 1)[samples > 0].sum(), (per_taxon - samples).sum()
    if free_between <= 0 or free_within <= 0:
        return 0.0
    means = np.square(held_out.table()).sum(1) / np.maximum(per_taxon, 1)
    within = (size - squares / size).sum() / free_within
    between = ((squares / size).sum() - means.sum()) / free_between
    uneven = np.bincount(taxon, size**2, held_out.taxa) / np.maximum(per_taxon, 1)
    usual = (per_taxon - uneven).sum() / free_between  # objects of a taxon and sample
    return _ratio(between - within, between + (usual - 1) * within)


def _by_pair(held_out: HeldOutConfusion) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each sample and taxon that it has: the taxon, its objects, and Σ over predicted taxa of their squares."""
    cells, place = np.unique(
        np.stack([held_out.sample, held_out.taxon, held_out.predicted]), axis=1, return_inverse=True
    )
    count = np.bincount(place.ravel(), held_out.count, cells.shape[1])
    pairs, pair = np.unique(cells[:2], axis=1, return_inverse=True)
    size = np.bincount(pair.ravel(), count, pairs.shape[1])
    return pairs[1], size, np.bincount(pair.ravel(), count**2, pairs.shape[1])


def _ratio(numerator: float, denominator: float) -> float:
    return float(min(max(numerator / denominator, 0.0), 0.99)) if denominator > 0 else 0.0
