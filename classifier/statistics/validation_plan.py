"""What to validate next, so that the widest interval of an abundance becomes half as wide.

Random objects of the sample do; fewer do if those are preferred of which the model is unsure: J. Neyman (1934), On the
two different aspects of the representative method, J. R. Stat. Soc. 97, 558–625; with a model's own doubt as the
measure, T. Zrnic & E. J. Candès (2024), Active statistical inference, arXiv 2403.03208. Then each validated object has
one over its chance as its weight, which `abundance` takes into account.
"""

from dataclasses import dataclass

import numpy as np

from classifier.statistics.abundance import FEWEST, Abundance, EstimateBasis
from classifier.statistics.bounds import Z
from classifier.statistics.sample_sums import SampleSums

LEAST = 10.0  # objects: of what is rarer, nobody needs a relative interval
EVENLY = 0.2  # of the chances are alike for all objects, so that none of which a model is sure for nothing has none


@dataclass(frozen=True)
class WidestIntervals:
    """One entry an interval, the widest in relation to its count first, (R,)."""

    sample: np.ndarray  # int
    taxon: np.ndarray  # int
    half_width: np.ndarray  # objects
    relative: np.ndarray  # half width as a share of the count, or of LEAST where that is more
    objects: np.ndarray  # int: random ones to be validated besides
    unsure: np.ndarray  # int: as good, if chosen with `chances`


def validation_plan(sums: SampleSums, abundance: Abundance, rows: int = 20) -> WidestIntervals:
    """Of the `rows` widest intervals that are not exact already."""
    half = (abundance.high - abundance.low) / 2
    relative = half / np.maximum(abundance.count, LEAST)
    order = np.argsort(-relative, axis=None, kind="stable")[:rows]
    sample, taxon = np.unravel_index(order[half.flat[order] > 0], half.shape)
    objects = _random_objects(sums, abundance, sample, taxon, half[sample, taxon] / 2)
    unsure = _unsure_objects(sums, abundance, sample, taxon, half[sample, taxon] / 2)
    return WidestIntervals(
        sample, taxon, half[sample, taxon], relative[sample, taxon], objects, np.minimum(objects, unsure)
    )


def _random_objects(
    sums: SampleSums, abundance: Abundance, sample: np.ndarray, taxon: np.ndarray, half: np.ndarray
) -> np.ndarray:
    """(R,) The variance falls with 1 / n - 1 / N; validated ones that weren't chosen by chance are not of the n."""
    is_random = abundance.basis[sample] == EstimateBasis.RANDOM
    begun = np.where(is_random, sums.speaking[sample], 0)
    total = sums.others[sample] + begun
    needed = 1 / ((half / (Z * total)) ** 2 / abundance.scatter[sample, taxon] + 1 / total)
    more = np.ceil(np.maximum(needed, FEWEST) - begun).clip(1)
    return np.minimum(more, sums.others[sample]).astype(int)


def _unsure_objects(
    sums: SampleSums, abundance: Abundance, sample: np.ndarray, taxon: np.ndarray, half: np.ndarray
) -> np.ndarray:
    """(R,) by these alone, as if nothing had been validated: the bound is an upper one."""
    others = sums.others[sample]
    squares = np.maximum((sums.p - sums.pp)[sample, taxon], 1e-12)
    off = (
        abundance.scatter[sample, taxon] * others / squares
    )  # by how much the model is less sure than it says
    needed = sums.deviation[sample, taxon] ** 2 / (1 - EVENLY) / ((half / Z) ** 2 / off + squares)
    return np.minimum(np.ceil(np.maximum(needed, FEWEST)), others).astype(int)


def chances(p: np.ndarray, objects: float) -> np.ndarray:
    """(n,) the chance with which each object of a sample, with probability `p` (n,) for a taxon, is to be validated, so
    that it is about so many `objects`; its weight is one over it."""
    if not len(p):
        return np.zeros(0)
    doubt = np.sqrt(p * (1 - p))
    share = doubt / doubt.sum() if doubt.any() else np.full(len(p), 1 / len(p))
    return np.minimum(objects * ((1 - EVENLY) * share + EVENLY / len(p)), 1.0)


def allocate(deviation: np.ndarray, available: np.ndarray, budget: int) -> np.ndarray:
    """(S,) int: how many of `budget` objects to validate in each sample for the narrowest interval of all samples
    together. `deviation` (S,) of an object, the root of `Abundance.scatter`; `available` (S,) objects, of which no
    sample gives more than it has."""
    parts = np.zeros(len(available))
    is_open = available > 0
    while is_open.any() and budget > parts.sum():
        remaining = budget - parts[~is_open].sum()
        want = np.where(is_open, available * np.maximum(deviation, 1e-9), 0.0)
        parts = np.where(is_open, remaining * want / want.sum(), parts)
        is_over = is_open & (parts > available)
        if not is_over.any():
            break
        parts, is_open = np.where(is_over, available, parts), is_open & ~is_over
    whole = np.floor(parts).astype(int)
    rest = int(min(budget, available.sum())) - whole.sum()
    whole[np.argsort(whole - parts, kind="stable")[:rest]] += 1
    return whole
