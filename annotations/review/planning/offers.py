"""What each order offers next: objects that deserve one answer, with the answer and the reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

import numpy as np

from annotations.review.models import ReviewOrder
from annotations.review.planning.expectation import (
    ExpectedRight,
    PageAnswers,
    answers_by_taxon,
    corrected,
    expected_right,
)
from annotations.review.planning.likeness import Likeness
from annotations.review.planning.pool import Pool, WaitingObject, rejected_taxa
from annotations.review.planning.proposals import proposal_for
from annotations.review.unlike import much_unlike
from annotations.samples.models import State
from annotations.search.queries import counts
from annotations.taxonomy.queries import names_of

SUREST = "The largest group that a model is sure of"
UNSUREST = "The model is unsure of these: they teach it most"
RARE = "Rare: a wrong one counts most here"
PER_STRANGER = 1.5  # decisions: it is taken out, and named, some together with others
TAXA_COMPARED = 12  # at once, the largest first
TOGETHER = 60  # objects of a page that isn't sure: more people don't take in at once
ENOUGH_SET_ASIDE = 10  # alike, to be offered before anything else
FEW = 8  # objects that are fewer don't deserve a question of their own where other taxa have as few


@dataclass(frozen=True)
class Offer:
    """Objects, strangers first; the taxon that is proposed, if any, and what share of them is expected to be it."""

    ids: list[int]
    reason: str
    taxon: int | None = None
    expected: ExpectedRight | None = None
    is_mixed: bool = False  # of several predicted taxa: each object is asked for as its own
    may_be_new: bool = False  # chosen by likeness, not by taxon: perhaps it is one that has no name yet


class Planner:
    """Finds the next offer of a pool. `size` is how many objects a page has at most."""

    def __init__(self, pool: Pool, size: int):
        self.pool, self.size = pool, size
        self.answers = answers_by_taxon(pool.project.pk)

    def next(self, order: str) -> Offer | None:
        """None where nothing waits."""
        ways: tuple[Callable[[], Offer | None], ...] = (
            self.many_set_aside,
            ORDERS[ReviewOrder(order)].__get__(self),
            self.by_likeness,
            self.novel,
            self.all_set_aside,
        )
        return next((offer for way in ways if (offer := way())), None)

    # --- Orders -------------------------------------------------------------------------------------------------------

    def progress(self) -> Offer | None:
        """Of the largest taxa the one whose surest objects are settled with the fewest decisions; first what is unlike
        anything learnt, where that is much."""
        if much_unlike(self.pool.project.pk) and (offer := self.novel()):
            return offer
        sure = self._many_of(lambda taxon: self.pool.surest(taxon, self.size))
        if not sure:
            return self.mixed(list(self._waiting), SUREST)
        taxon = max(sure, key=lambda each: self._worth(each, sure[each]))
        return self._of_taxon(taxon, self.pool.surest(taxon), SUREST)

    def teach(self) -> Offer | None:
        """Those of the predicted taxon with the most that is probably wrong of which the model is least sure: what is
        right there costs nothing, and what isn't teaches it."""
        unsure = self._many_of(lambda taxon: self.pool.least_sure(taxon, TOGETHER))
        if not unsure:
            return self.mixed(list(self._waiting), UNSUREST)
        taxon = max(unsure, key=lambda each: self._wrong(each, unsure[each]))
        return self._of_taxon(taxon, unsure[taxon], UNSUREST)

    def risk(self) -> Offer | None:
        """What resembles nothing learnt, then the rare taxa, the least sure of each."""
        if offer := self.novel():
            return offer
        few = [taxon for taxon, count in self._waiting.items() if count < FEW]
        if offer := self.mixed(few[::-1], RARE):
            return offer
        for taxon in reversed(self._waiting):
            if waiting := self.pool.surest(taxon):
                return self._of_taxon(taxon, waiting[::-1], RARE)
        return None

    def taxon(self) -> Offer | None:
        """One taxon after the other, by name."""
        taxa = list(self._waiting)
        names = names_of(set(taxa))
        for taxon in sorted(taxa, key=lambda each: names[each].casefold()):
            if waiting := self.pool.surest(taxon):
                return self._of_taxon(taxon, waiting, f"{names[taxon]}: taxon by taxon")
        return None

    def sample(self) -> Offer | None:
        """One sample after the other, in each the largest groups first."""
        for sample, name in self._samples():
            criteria = replace(self.pool.criteria, sample=(sample,))
            within = Planner(replace(self.pool, criteria=criteria), self.size)
            if offer := within.progress():
                return replace(offer, reason=f"Sample {name}. {offer.reason}")
        return None

    def novel(self) -> Offer | None:
        waiting = self.pool.unlike_anything()
        if not waiting:
            return None
        likeness = Likeness(self.pool.project.pk, [each.id for each in waiting])
        crowd = likeness.crowd(TOGETHER)
        if len(crowd) < min(FEW, self.size, len(waiting)):
            return self._few_alike(waiting, likeness)
        return self._alike(
            waiting, crowd, likeness, "Unlike anything that the model has learnt: perhaps a new taxon"
        )

    def mixed(self, taxa: list[int], reason: str) -> Offer | None:
        """Of the taxa, those that come first: where they are several, one page asks for each object as what it is
        predicted to be, since a question for each taxon would be more work than the answers."""
        waiting = self.pool.of_taxa(taxa, min(self.size, TOGETHER))
        present = {each.taxon for each in waiting if each.taxon is not None}
        if len(present) > 1:
            return self._of_taxa(waiting, f"A few each of {len(present)} rare taxa, taxon by taxon")
        return self._of_taxon(present.pop(), waiting, reason) if present else None

    # --- What every order ends or begins with -------------------------------------------------------------------------

    def by_likeness(self) -> Offer | None:
        """What nobody and no model has named, the largest crowd of it first."""
        waiting = self.pool.nameless()
        if not waiting:
            return None
        likeness = Likeness(self.pool.project.pk, [each.id for each in waiting])
        return self._alike(waiting, likeness.crowd(TOGETHER), likeness, "Alike, and without a name yet")

    def many_set_aside(self) -> Offer | None:
        offer = self.all_set_aside()
        return offer if offer and len(offer.ids) >= ENOUGH_SET_ASIDE else None

    def all_set_aside(self) -> Offer | None:
        waiting = self.pool.set_aside()
        if not waiting:
            return None
        likeness = Likeness(self.pool.project.pk, [each.id for each in waiting])
        return self._alike(
            waiting, likeness.crowd(TOGETHER), likeness, "Taken out of earlier pages, and alike"
        )

    # --- Making an offer ----------------------------------------------------------------------------------------------

    def _of_taxon(self, taxon: int, waiting: list[WaitingObject], reason: str) -> Offer:
        """Near the surest of those that are predicted to be the taxon."""
        likeness = Likeness(self.pool.project.pk, [each.id for each in waiting])
        scores = _scores(waiting)
        weights = corrected(scores, self._answers(taxon))
        places = likeness.crowd(self.size, weights) if len(waiting) > self.size else np.arange(len(waiting))
        expected = expected_right(scores[places], self._answers(taxon))
        ids = likeness.ids[likeness.strangers_first(places, scores)].tolist()
        return Offer(ids, reason, taxon, expected)

    def _few_alike(self, waiting: list[WaitingObject], likeness: Likeness) -> Offer:
        """No crowd among them: what is most alike side by side, each as what it is predicted to be."""
        places = likeness.chain(min(self.size, TOGETHER))
        ids = likeness.ids[places].tolist()
        reason = "Unlike anything that the model has learnt, and few of a kind: perhaps new taxa"
        return Offer(ids, reason, is_mixed=True, may_be_new=True)

    def _of_taxa(self, waiting: list[WaitingObject], reason: str) -> Offer:
        """Taxon by taxon, strangers first in each."""
        by_taxon = groupby(range(len(waiting)), key=lambda place: waiting[place].taxon)
        likeness = Likeness(self.pool.project.pk, [each.id for each in waiting])
        scores = _scores(waiting)
        places, expected = [], []
        for taxon, group in by_taxon:
            assert taxon is not None
            of_taxon = likeness.strangers_first(np.array(list(group)), scores)
            places.append(of_taxon)
            expected.append(corrected(scores[of_taxon], self._answers(taxon)))
        ids = likeness.ids[np.concatenate(places)].tolist()
        right = None if np.isnan(scores).all() else expected_right(np.concatenate(expected), PageAnswers())
        return Offer(ids, reason, expected=right, is_mixed=True)

    def _alike(
        self, waiting: list[WaitingObject], places: np.ndarray, likeness: Likeness, reason: str
    ) -> Offer:
        """The objects at the places, with the answer that they most likely deserve together."""
        chosen = [waiting[place].id for place in places]
        proposal = proposal_for(self.pool.project.pk, chosen, rejected_taxa(chosen))
        scores = np.full(len(waiting), np.nan)
        if proposal:
            scores[places] = proposal.scores
        ids = likeness.ids[likeness.strangers_first(places, scores)].tolist()
        if proposal is None:
            return Offer(ids, reason, may_be_new=True)
        expected = expected_right(proposal.scores, self._answers(proposal.taxon))
        return Offer(ids, reason, proposal.taxon, expected, may_be_new=True)

    def _worth(self, taxon: int, waiting: list[WaitingObject]) -> float:
        """How many objects one decision settles."""
        return len(waiting) / (1 + PER_STRANGER * self._wrong(taxon, waiting))

    def _wrong(self, taxon: int, waiting: list[WaitingObject]) -> float:
        """How many of these that are predicted to be the taxon are probably something else."""
        return float((1 - corrected(_scores(waiting), self._answers(taxon))).sum())

    def _answers(self, taxon: int) -> PageAnswers:
        return self.answers.get(taxon, PageAnswers())

    def _many_of(self, waiting_of: Callable[[int], list[WaitingObject]]) -> dict[int, list[WaitingObject]]:
        """Predicted taxa that deserve a question of their own, with what waits of each: of the largest some at once."""
        taxa = [taxon for taxon, count in self._waiting.items() if count >= FEW]
        for some in _chunks(taxa, TAXA_COMPARED):
            groups = {taxon: waiting_of(taxon) for taxon in some}
            many = {
                taxon: waiting for taxon, waiting in groups.items() if len(waiting) >= min(FEW, self.size)
            }
            if many:
                return many
        return {}

    @cached_property
    def _waiting(self) -> dict[int, int]:
        """How many objects are predicted to be each taxon, most first; with those that somebody has before them."""
        criteria = replace(self.pool.criteria, state=(State.PREDICTED,))
        waiting = [row for row in counts(self.pool.project.pk, criteria) if row["taxon"]]
        waiting.sort(key=lambda row: (-row["count"], row["taxon"]["id"]))
        return {row["taxon"]["id"]: row["count"] for row in waiting}

    def _samples(self) -> Iterator[tuple[int, str]]:
        samples = self.pool.project.samples.order_by("original_id").values_list("id", "original_id")
        chosen = self.pool.criteria.sample
        yield from samples.filter(id__in=chosen) if chosen else samples


ORDERS: dict[ReviewOrder, Callable[[Planner], Offer | None]] = {
    ReviewOrder.PROGRESS: Planner.progress,
    ReviewOrder.TEACH: Planner.teach,
    ReviewOrder.RISK: Planner.risk,
    ReviewOrder.TAXON: Planner.taxon,
    ReviewOrder.SAMPLE: Planner.sample,
}


def _chunks(taxa: list[int], size: int) -> Iterator[list[int]]:
    return (taxa[start : start + size] for start in range(0, len(taxa), size))


def _scores(waiting: list[WaitingObject]) -> np.ndarray:
    return np.array([np.nan if each.score is None else each.score for each in waiting])
