"""An offer of a review: objects that deserve one answer, with the answer, what is expected of it, and the reason."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from annotations.review.planning.expectation import (
    ExpectedRight,
    PageAnswers,
    answers_by_taxon,
    corrected,
    expected_right,
)
from annotations.review.planning.pool import WaitingObject, rejected_taxa
from annotations.review.planning.proposals import proposal_for
from annotations.review.planning.similarity import ObjectSimilarity

TOGETHER = 60  # objects of a page that isn't sure: more people don't take in at once
LEAST_RIGHT = 0.25  # share of what is offered by similarity: below, the answer would be wrong of nearly all
PER_STRANGER = 1.5  # decisions: it is taken out, and named, some together with others


@dataclass(frozen=True)
class Offer:
    """Objects, strangers first; the taxon that is proposed, if any, and what share of them is expected to be it."""

    ids: list[int]
    reason: str
    taxon: int | None = None
    expected: ExpectedRight | None = None
    is_mixed: bool = False  # of several predicted taxa: each object is asked for as its own
    may_be_new: bool = False  # chosen by similarity, not by taxon: perhaps it is one that has no name yet


class OfferMaker:
    """Makes an offer of objects that wait; `size` is how many one of a single taxon has at most."""

    def __init__(self, project_id: int, size: int):
        self.project_id, self.size = project_id, size
        self.answers = answers_by_taxon(project_id)

    def of_taxon(self, taxon: int, waiting: list[WaitingObject], reason: str) -> Offer:
        """Near the surest of those that are predicted to be the taxon."""
        similarity = ObjectSimilarity(self.project_id, [each.id for each in waiting])
        scores = _scores(waiting)
        places = self._together(waiting, similarity)
        expected = expected_right(scores[places], self._answers(taxon))
        ids = similarity.ids[similarity.strangers_first(places, scores)].tolist()
        return Offer(ids, reason, taxon, expected)

    def few_alike(self, waiting: list[WaitingObject], similarity: ObjectSimilarity) -> Offer:
        """No crowd among them: what is most alike side by side, each as what it is predicted to be."""
        ids = similarity.ids[similarity.chain(min(self.size, TOGETHER))].tolist()
        reason = "Unlike anything that the model has learnt, and few of a kind: perhaps new taxa"
        return Offer(ids, reason, is_mixed=True, may_be_new=True)

    def of_taxa(self, waiting: list[WaitingObject], reason: str) -> Offer:
        """Taxon by taxon, strangers first in each."""
        by_taxon = groupby(range(len(waiting)), key=lambda place: waiting[place].taxon)
        similarity = ObjectSimilarity(self.project_id, [each.id for each in waiting])
        scores = _scores(waiting)
        places = [similarity.strangers_first(np.array(list(group)), scores) for _, group in by_taxon]
        ids = similarity.ids[np.concatenate(places)].tolist()
        right = None if np.isnan(scores).all() else expected_right(self.right(waiting), PageAnswers())
        return Offer(ids, reason, expected=right, is_mixed=True)

    def alike(
        self, waiting: list[WaitingObject], places: np.ndarray, similarity: ObjectSimilarity, reason: str
    ) -> Offer:
        """The objects at the places, with the answer that they most likely deserve together; none where hardly any
        would be right, as where people have said of all that they are not what the model is sure of."""
        chosen = [waiting[place].id for place in places]
        proposal = proposal_for(self.project_id, chosen, rejected_taxa(chosen))
        expected = expected_right(proposal.scores, self._answers(proposal.taxon)) if proposal else None
        scores = np.full(len(waiting), np.nan)
        if proposal:
            scores[places] = proposal.scores
        ids = similarity.ids[similarity.strangers_first(places, scores)].tolist()
        if proposal is None or expected is None or expected.value < LEAST_RIGHT:
            return Offer(ids, reason, may_be_new=True)
        return Offer(ids, reason, proposal.taxon, expected, may_be_new=True)

    def _together(self, waiting: list[WaitingObject], similarity: ObjectSimilarity) -> np.ndarray:
        """Places of a page's objects: a crowd, or the first where most have no embedding yet. A crowd of the few that
        do would be a small page, and the others' turn would come last."""
        if len(waiting) > self.size and similarity.lies.mean() >= 0.5:
            return similarity.crowd(self.size, self.right(waiting))
        return np.arange(min(len(waiting), self.size))

    def worth(self, waiting: list[WaitingObject]) -> float:
        """How many objects one decision settles."""
        return len(waiting) / (1 + PER_STRANGER * float((1 - self.right(waiting)).sum()))

    def right(self, waiting: list[WaitingObject]) -> np.ndarray:
        """float (n,) how likely each is what it is predicted to be."""
        shifts = [self._answers(each.taxon).shift for each in waiting]
        return corrected(_scores(waiting), np.array(shifts))

    def _answers(self, taxon: int | None) -> PageAnswers:
        return self.answers.get(taxon, PageAnswers()) if taxon else PageAnswers()


def _scores(waiting: list[WaitingObject]) -> np.ndarray:
    return np.array([np.nan if each.score is None else each.score for each in waiting])
