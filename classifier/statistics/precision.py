"""How many of the objects that a model calls one taxon are right, above each score at once: what a slider shows.

How likely an object of a score is right in this project is drawn from `score_shift`; how many of those that lie above
are, is drawn then. So the interval is of the very objects above, and all of them at once are one pass over the sorted
scores. People take objects away from what lies there: those of random looks are as good as the rest, those of pages are
better or worse, so what is left is what was there less what pages took.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from classifier.statistics.answers import NONE, Answers, as_scores
from classifier.statistics.bootstrap import LOW_HIGH
from classifier.statistics.quantiles import counted_quantiles
from classifier.statistics.score_shift import ScoreBasis, draw_log_odds
from classifier.statistics.threads import one_thread

MOST_THRESHOLDS = 500
DRAWS = 800
PARTS = 8  # of the scores, in which it is reckoned what pages took
FARTHEST = 0.02  # by what factor, at most, pages lower the share of right ones, or of wrong ones


@dataclass(frozen=True)
class ExpectedPrecision:
    """One entry a threshold, from the highest down, (K,)."""

    threshold: np.ndarray  # a score; each object with it or more lies above
    above: np.ndarray  # int
    expected: np.ndarray  # precision, a share

    @property
    def wrong(self) -> np.ndarray:
        """(K,) the expected number of wrong ones above."""
        return self.above * (1 - self.expected)

    def lowest(self, precision: float) -> int | None:
        """The place of the lowest threshold above which so much is expected; None where none is."""
        enough = np.flatnonzero(self.expected >= precision)
        return int(enough[-1]) if len(enough) else None


@dataclass(frozen=True)
class PrecisionCurve(ExpectedPrecision):
    """With the ends of the intervals of 95 %, of the very objects above."""

    low: np.ndarray
    high: np.ndarray


def precision_curve(
    scores: np.ndarray,
    held_out: Answers = NONE,
    answers: Answers = NONE,
    seed: int = 0,
    *,
    counts: np.ndarray | None = None,
) -> PrecisionCurve:
    """Of the `scores` (N,) of all objects that are predicted as the taxon and have no answer yet, or, with `counts`
    (N,), of so many objects of each score.

    A threshold is offered at each score, at MOST_THRESHOLDS of them where there are more. `held_out` pairs are the
    model's own, not of what it learnt from; `answers` are this project's, in the order of answering, their scores by
    the same model. ValueError of a score below 0 or above 1.
    """
    runs, rng = _Runs.of(scores, counts), np.random.default_rng(seed)
    chance = _draw_chances(runs, held_out, answers, rng)
    precision = np.cumsum(rng.binomial(runs.count, chance), axis=1) / runs.above
    low, high = np.percentile(precision, LOW_HIGH, axis=0) if len(runs.above) else np.zeros((2, 0))
    return PrecisionCurve(**vars(_expect(runs, chance)), low=low, high=high)


def expected_precision(
    scores: np.ndarray,
    held_out: Answers = NONE,
    answers: Answers = NONE,
    seed: int = 0,
    *,
    counts: np.ndarray | None = None,
) -> ExpectedPrecision:
    """What `precision_curve` expects, without its intervals: in a third of the time, for many taxa at once."""
    runs = _Runs.of(scores, counts)
    return _expect(runs, _draw_chances(runs, held_out, answers, np.random.default_rng(seed)))


# --- The steps --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Runs:
    """The objects in the order of their scores, in runs between two thresholds, (K,)."""

    basis: ScoreBasis  # of the scores of all
    threshold: np.ndarray  # the lowest score of each run
    above: np.ndarray
    count: np.ndarray
    mean: np.ndarray  # of the scores of each run

    @classmethod
    def of(cls, scores: np.ndarray, counts: np.ndarray | None) -> "_Runs":
        scores = as_scores(scores)
        counts = np.ones(len(scores), int) if counts is None else counts
        order = np.argsort(scores)[::-1]
        descending, up_to = scores[order], np.cumsum(counts[order])
        ends = _ends(descending, up_to)
        above = up_to[ends]
        count = np.diff(above, prepend=0)
        mean = np.diff(np.cumsum(descending * counts[order])[ends], prepend=0) / count
        return cls(ScoreBasis.of(scores, counts), descending[ends], above, count, mean)


def _draw_chances(runs: _Runs, held_out: Answers, answers: Answers, rng: np.random.Generator) -> np.ndarray:
    """(draws, K) how likely an object of each run is right."""
    with one_thread():
        log_odds = draw_log_odds(runs.mean, runs.basis, held_out, answers, DRAWS, rng)
        return _left_by_pages(expit(log_odds), runs.mean, runs.count, answers, rng)


def _expect(runs: _Runs, chance: np.ndarray) -> ExpectedPrecision:
    expected = np.cumsum(runs.count * chance.mean(0)) / runs.above
    return ExpectedPrecision(runs.threshold, runs.above, expected)


def _ends(descending: np.ndarray, up_to: np.ndarray) -> np.ndarray:
    """Places of the last score of each run between two thresholds; equal scores stay together. `up_to` (N,) are how
    many objects have that score or more."""
    ends = np.flatnonzero(np.append(np.diff(descending) < 0, True)[: len(descending)])
    if len(ends) <= MOST_THRESHOLDS:
        return ends
    steps = np.linspace(up_to[-1] / MOST_THRESHOLDS, up_to[-1], MOST_THRESHOLDS)
    return ends[np.unique(np.searchsorted(up_to[ends], steps).clip(max=len(ends) - 1))]


def _left_by_pages(
    chance: np.ndarray, mean: np.ndarray, count: np.ndarray, answers: Answers, rng: np.random.Generator
) -> np.ndarray:
    """(draws, K) of what is left, from the `chance` of all that lay there at the first random look, or, without one,
    before the first page: so many were right, of which pages took those that they did. `mean` and `count` (K,) of the
    scores of what is left, run by run."""
    first_look = answers.is_look.argmax() if answers.is_look.any() else 0
    paged = answers.where(~answers.is_look & (np.arange(len(answers.page)) >= first_look))
    if not len(paged.page) or not len(mean):
        return chance
    edges = counted_quantiles(mean, count, np.linspace(0, 1, PARTS + 1)[1:-1])
    part, part_gone = np.digitize(mean, edges), np.digitize(paged.score, edges)
    remaining = np.maximum(np.bincount(part, count, PARTS), 1).astype(int)
    before = (chance @ (np.eye(PARTS)[part] * count[:, None]) / remaining).clip(1e-6, 1 - 1e-6)
    right = rng.binomial(remaining + np.bincount(part_gone, minlength=PARTS), before)
    after = (right - np.bincount(part_gone, paged.right, PARTS)) / remaining
    after = after.clip(FARTHEST * before, 1 - FARTHEST * (1 - before))
    return expit(logit(chance) + (logit(after) - logit(before))[:, part])
