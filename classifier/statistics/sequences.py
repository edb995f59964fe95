"""From which score on objects are right often enough: tests in one order, until the first that fails.

Of many thresholds that seem good enough the lowest is too low far more often than any single one. In an order in which
no label has a say the chance to go too far is that of one test: fixed-sequence testing (Angelopoulos, Bates, Candès,
Jordan & Lei 2021, Learn then Test, arXiv 2110.01052). It begins where the scores themselves promise most.
"""

from typing import NamedTuple

import numpy as np

from classifier.statistics.bounds import chance_of, fewest
from classifier.statistics.clusters import APART, IntraclassCorrelation

STEP = 1.05  # by which the objects of one test are more than those of the one before


LUCK = 1.28  # standard deviations that one draw in ten is above the mean


class Ladder(NamedTuple):
    """One entry a test, the highest threshold first, (K,)."""

    score: np.ndarray
    at_or_above: np.ndarray  # objects from that score on
    hits: np.ndarray  # how many of them are right
    expected: np.ndarray  # how many would be, were scores true
    effect: np.ndarray  # what the numbers are divided by, see `IntraclassCorrelation.effect`
    objects: int  # of all

    def chances(self, hits: np.ndarray, share: float) -> np.ndarray:
        """(K,) p-values of “no more than `share` are right”."""
        return chance_of(hits / self.effect, self.at_or_above / self.effect, share)

    def may_pass(self, share: float, level: float) -> bool:
        """Whether scores leave hope that one is passed: with a little luck, one draw in ten, if they are true."""
        if not len(self.score):
            return False
        spread = np.sqrt(self.expected * np.maximum(1 - self.expected / self.at_or_above, 0) * self.effect)
        lucky = np.minimum(self.expected + LUCK * spread, self.at_or_above)
        return bool((self.chances(lucky, share) <= level).any())

    def lowest(self, share: float, level: float) -> int:
        """The last test that is passed, from the most promising on down; -1 where that one fails."""
        if not len(self.score):
            return -1
        start = int(self.chances(self.expected, share).argmin())
        failed = np.append(self.chances(self.hits, share)[start:] > level, True)
        return start + int(failed.argmax()) - 1 if not failed[0] else -1

    def is_last(self, test: int) -> bool:
        """Whether it is of all objects."""
        return test >= 0 and int(self.at_or_above[test]) == self.objects


def ladder(
    score: np.ndarray,
    right: np.ndarray,
    share: float,
    level: float,
    samples: np.ndarray | None = None,
    alike: IntraclassCorrelation = APART,
) -> Ladder:
    """Tests of as many objects as can pass one. `score` (N,), `right` (N,) bool, `samples` (N,) what is `alike`."""
    order = np.argsort(-score, kind="stable")
    descending = score[order].astype(float)
    effect = np.ones(len(order)) if samples is None else alike.effect(samples[order])
    ends = np.flatnonzero(
        np.append(np.diff(descending) < 0, True)[: len(order)]
    )  # equal scores stay together
    ends = ends[_tested(ends + 1, fewest(share, level))]
    return Ladder(
        descending[ends],
        ends + 1,
        np.cumsum(right[order])[ends],
        np.cumsum(descending)[ends],
        effect[ends],
        len(order),
    )


def _tested(counts: np.ndarray, least: int) -> np.ndarray:
    """Places in `counts` (K,): the first with enough objects, then each with a twentieth more, and the last."""
    if not len(counts) or counts[-1] < least:
        return np.zeros(0, int)
    steps = least * STEP ** np.arange(np.log(counts[-1] / least) / np.log(STEP) + 1)
    return np.unique(np.searchsorted(counts, np.append(np.minimum(steps, counts[-1]), counts[-1])))


def threshold(
    score: np.ndarray,
    right: np.ndarray,
    share: float,
    level: float = 0.05,
    samples: np.ndarray | None = None,
    alike: IntraclassCorrelation = APART,
) -> float | None:
    """The score from which on at least `share` are right, but for a chance of `level`; None where nothing says so."""
    tests = ladder(score, right, share, level, samples, alike)
    test = tests.lowest(share, level)
    return float(tests.score[test]) if test >= 0 else None
