"""The precision above each score of a predicted taxon, with the thresholds that are proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from annotations.common.percent import percent
from annotations.review.thresholds.evidence import Evidence, evidence_of
from annotations.review.thresholds.scores import WaitingScores, waiting_scores
from annotations.taxonomy.queries import names_of
from classifier.statistics.answers import Answers
from classifier.statistics.precision import (
    ExpectedPrecision,
    PrecisionCurve,
    expected_precision,
    precision_curve,
)

PRECISIONS = (0.95, 0.99)  # a threshold is proposed for each
MOST_LINES = 25  # of the table beside the histogram


@dataclass(frozen=True)
class ProposedThreshold:
    """The lowest above which the precision is expected."""

    precision: float
    threshold: float
    above: int  # objects

    @property
    def percent(self) -> str:
        return percent(self.precision)


@dataclass(frozen=True)
class AboveThreshold:
    """What lies above one threshold: objects, the shares of 0 to 1 that are right, and how many are wrong."""

    threshold: float
    above: int
    expected: float
    low: float
    high: float

    @property
    def percent(self) -> str:
        return f"{100 * self.expected:.1f} %"

    @property
    def interval(self) -> str:
        return f"{100 * self.low:.1f} to {100 * self.high:.1f} %"

    @property
    def wrong(self) -> int:
        return round(self.above * (1 - self.expected))

    @property
    def wrong_interval(self) -> str:
        return f"{round(self.above * (1 - self.high)):,} to {round(self.above * (1 - self.low)):,}"


@dataclass(frozen=True)
class ThresholdCurve:
    """Of a taxon; `waiting` are all objects that are predicted to be it, also those without a score."""

    taxon: int
    name: str
    waiting: int
    scores: WaitingScores
    evidence: Evidence

    @cached_property
    def expected(self) -> ExpectedPrecision:
        """What `curve` expects; the list of taxa needs no intervals."""
        return expected_precision(*self._judged, counts=self.scores.count)

    @cached_property
    def curve(self) -> PrecisionCurve:
        return precision_curve(*self._judged, counts=self.scores.count)

    @property
    def _judged(self) -> tuple[np.ndarray, Answers, Answers]:
        return self.scores.score, self.evidence.held_out, self.evidence.answers

    @property
    def left_out(self) -> int:
        """Objects without a score, unlike anything learnt, or of which a person has said that they are another."""
        return max(self.waiting - self.scores.objects, 0)

    @property
    def proposals(self) -> list[ProposedThreshold]:
        """Not for a precision that is reached nowhere."""
        places = [(precision, self.expected.lowest(precision)) for precision in PRECISIONS]
        return [
            ProposedThreshold(
                precision, float(self.expected.threshold[place]), int(self.expected.above[place])
            )
            for precision, place in places
            if place is not None
        ]

    def at(self, score: float) -> AboveThreshold | None:
        """The lowest threshold that isn't below the score; None where all are."""
        places = np.flatnonzero(self.curve.threshold >= score)
        if not len(places):
            return None
        return self._line(places[-1])

    @property
    def lines(self) -> list[AboveThreshold]:
        """Some of the thresholds, the highest and the lowest among them."""
        places = np.linspace(0, len(self.curve.threshold) - 1, MOST_LINES).round().astype(int)
        return [self._line(place) for place in np.unique(places)]

    def _line(self, place: int) -> AboveThreshold:
        curve = self.curve
        columns = (curve.threshold, curve.above, curve.expected, curve.low, curve.high)
        return AboveThreshold(*(column[place].item() for column in columns))

    def as_row(self) -> dict:
        """Of the API's list."""
        return {
            "taxon": {"id": self.taxon, "name": self.name},
            "waiting": self.waiting,
            "proposals": [
                {"precision": each.precision, "threshold": each.threshold, "above": each.above}
                for each in self.proposals
            ],
        }

    def as_json(self) -> dict:
        curve, behind = self.curve, self.evidence.models
        return {
            **self.as_row(),
            "scored": self.scores.objects,
            "model": {"id": behind[0].id, "name": behind[0].name} if behind else None,
            "held_out": len(self.evidence.held_out.score),
            "answers": len(self.evidence.answers.score),
            "basis": self.evidence.sentence,
            "threshold": curve.threshold.tolist(),
            "above": curve.above.tolist(),
            "expected": curve.expected.round(4).tolist(),
            "low": curve.low.round(4).tolist(),
            "high": curve.high.round(4).tolist(),
        }


def unreached(curve: ThresholdCurve) -> str:
    """The least precision that is expected above no score, in words; empty where all are expected somewhere."""
    reached = {each.precision for each in curve.proposals}
    return next((percent(precision) for precision in PRECISIONS if precision not in reached), "")


def threshold_curves(project_id: int, waiting: dict[int, int]) -> list[ThresholdCurve]:
    """Of taxa with how many objects wait, in their order. Five queries, however many taxa there are."""
    taxa: Sequence[int] = list(waiting)
    scores, evidence = waiting_scores(project_id, taxa), evidence_of(project_id, taxa)
    names = names_of(set(taxa))
    return [
        ThresholdCurve(taxon, names[taxon], waiting[taxon], scores[taxon], evidence[taxon]) for taxon in taxa
    ]
