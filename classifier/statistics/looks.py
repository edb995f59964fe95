"""How good a set of objects is, from random looks at some of them, however long one goes on looking.

An interval that holds after fifty looks doesn't hold for who looks until they like it. This one does: at all moments
together it fails in 5 of 100 sets at most, so one may stop whenever one likes. Objects are drawn without replacement,
so what is left to see shrinks, and who has seen all knows all.

For each number K of right objects that the set may have, the likelihood of what was seen, mixed over a prior of K and
divided by its likelihood under K itself, is a martingale under K, so it ever exceeds 20 in 5 of 100 sets at most
(Ville 1939). The numbers for which it has not are the interval: I. Waudby-Smith & A. Ramdas (2020), Confidence
sequences for sampling without replacement, NeurIPS 33, arXiv 2006.04347 (the prior-posterior ratio). The prior has to
be there before the first look; whatever it is, the interval holds, and a good one makes it narrow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import betaln, gammaln

CONFIDENCE = 0.95
PRIOR = (10.0, 0.5)  # of right and wrong ones: most sets that are checked are good, see benchmarks.looks
FARTHEST = 100_000  # looks that a forecast goes ahead


class LookDecision(StrEnum):
    LOOK_ON = "look on"
    GOOD = "good"  # the precision certainly is the least that was asked for, or more
    BAD = "bad"  # it certainly is less
    NARROW = "narrow"  # the interval is as narrow as was asked for
    COMPLETE = "complete"  # every object was looked at


@dataclass(frozen=True)
class LookTarget:
    """What a person wants to know; either or both. ValueError where neither is, or one is not within 0 and 1."""

    half_width: float | None = None  # of the interval, as a share: 0.02 is ± 2 %
    least: float | None = None  # a precision, of which it is to be certain whether the set has it

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.half_width, self.least) if bound is not None]
        if not bounds or not all(0 < bound <= 1 for bound in bounds):
            raise ValueError("A target is a half width, a least precision, or both, above 0 and at most 1.")

    def decide(self, low: float, high: float) -> LookDecision:
        """Of an interval of the precision, both ends as shares."""
        if self.least is not None and low >= self.least:
            return LookDecision.GOOD
        if self.least is not None and high < self.least:
            return LookDecision.BAD
        if self.half_width is not None and (high - low) / 2 <= self.half_width:
            return LookDecision.NARROW
        return LookDecision.COMPLETE if low == high else LookDecision.LOOK_ON


def confidence_sequence(
    right: np.ndarray, objects: int, confidence: float = CONFIDENCE, prior: tuple[float, float] = PRIOR
) -> np.ndarray:
    """The interval of the precision after each look, (n, 2), as shares; it doesn't grow.

    `right` (n,) bool, in the order of looking; each a draw of all that were not yet looked at, all equally likely.
    `objects` in the set, looked at or not. ValueError where more were looked at than there are.
    """
    right = np.asarray(right, bool)
    if len(right) > objects:
        raise ValueError(f"{len(right)} looks at {objects} objects.")
    looks = np.arange(1, len(right) + 1)
    ends = np.stack(_ends(looks, np.cumsum(right), objects, confidence, prior), 1)
    narrowed = np.stack([np.maximum.accumulate(ends[:, 0]), np.minimum.accumulate(ends[:, 1])], 1)
    is_empty = narrowed[:, :1] > narrowed[:, 1:]  # in some of the 5 of 100: then what is likely now
    return np.where(is_empty, ends, narrowed) / objects


def interval(
    right: np.ndarray, objects: int, confidence: float = CONFIDENCE, prior: tuple[float, float] = PRIOR
) -> tuple[float, float]:
    """The last of `confidence_sequence`; before the first look, 0 and 1."""
    sequence = confidence_sequence(right, objects, confidence, prior)
    low, high = sequence[-1] if len(sequence) else (0.0, 1.0)
    return float(low), float(high)


def looks_needed(
    objects: int,
    precision: float,
    target: LookTarget,
    confidence: float = CONFIDENCE,
    prior: tuple[float, float] = PRIOR,
    so_far: tuple[int, int] = (0, 0),
) -> int | None:
    """About how many looks in all decide it, should the set have that `precision` (share) and luck be even.

    `so_far` are the right and the wrong ones of the looks that were made. None where even `FARTHEST` don't: a precision
    at the very bound takes looking at nearly all.
    """
    done = sum(so_far)
    looks = (
        np.unique(np.append(np.geomspace(1, max(objects - done, 1), 400).astype(int), objects - done)) + done
    )
    looks = looks[(looks > done) & (looks <= min(objects, FARTHEST))]
    right = so_far[0] + np.rint(precision * (looks - done)).astype(int)
    low, high = _ends(looks, right, objects, confidence, prior)
    for count, *ends in zip(looks, low / objects, high / objects, strict=True):
        if target.decide(*ends) != LookDecision.LOOK_ON:
            return int(count)
    return None


def _ends(
    looks: np.ndarray, right: np.ndarray, objects: int, confidence: float, prior: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """(n,) least and greatest numbers of right objects that are not ruled out, for each pair of counts."""
    floor, ceiling = right, objects - (looks - right)
    peak = np.clip(np.rint(right / looks * objects).astype(int), floor, ceiling)

    def is_possible(number: np.ndarray) -> np.ndarray:
        return _log_ratio(number, looks, right, objects, prior) < -np.log1p(-confidence)

    return _farthest(is_possible, peak, floor), _farthest(is_possible, peak, ceiling)


def _log_ratio(
    number: np.ndarray, looks: np.ndarray, right: np.ndarray, objects: int, prior: tuple[float, float]
) -> np.ndarray:
    """log of the mixed likelihood of the looks over that under `number` right objects."""
    mixed = betaln(prior[0] + right, prior[1] + looks - right) - betaln(*prior)
    return mixed - _log_choose(objects - looks, number - right) + _log_choose(objects, number)


def _log_choose(of: np.ndarray | int, some: np.ndarray) -> np.ndarray:
    return gammaln(np.add(of, 1)) - gammaln(some + 1) - gammaln(of - some + 1)


def _farthest(
    is_possible: Callable[[np.ndarray], np.ndarray], start: np.ndarray, end: np.ndarray
) -> np.ndarray:
    """By bisection, the number between `start` and `end`, both (n,), that lies farthest out and is possible.

    The likelihood falls on either side of its top, so what is possible is one run of numbers.
    """
    inside, outside = start.copy(), end + np.sign(end - start)
    while (abs(outside - inside) > 1).any():
        middle = (inside + outside) // 2
        possible = is_possible(middle)
        inside, outside = np.where(possible, middle, inside), np.where(possible, outside, middle)
    return inside
