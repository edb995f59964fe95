"""What each order offers next: objects that deserve one answer, with the answer and the reason."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np

from annotations.review.models import ReviewOrder
from annotations.review.novelty import much_unlike
from annotations.review.planning.offers import TOGETHER, Offer, OfferMaker
from annotations.review.planning.pool import Pool, WaitingObject
from annotations.review.planning.similarity import ObjectSimilarity
from annotations.samples.models import State
from annotations.search.queries import counts
from annotations.taxonomy.queries import names_of

SUREST = "The largest group that a model is sure of"
UNSUREST = "The model is unsure of these: they teach it most"
RARE = "Rare: a wrong one counts most here"
SUREST_OF = "The surest of {} taxa, taxon by taxon"
UNSUREST_OF = "The model is unsure of these of {} taxa: they teach it most"
FEW_OF = "A few each of {} rare taxa, taxon by taxon"
TAXA_COMPARED = 12  # at once, the largest first
SEVERAL = 120  # objects of a page of several taxa, which stands taxon by taxon
TAXA_TOGETHER = 100  # on a page of several, the largest
ENOUGH_SET_ASIDE = 10  # alike, to be offered before anything else
FEW = 8  # objects that are fewer don't deserve a question of their own where other taxa have as few


class Planner:
    """Finds the next offer of a pool. `size` is how many objects a page has at most."""

    def __init__(self, pool: Pool, size: int):
        self.pool, self.size = pool, size
        self.make = OfferMaker(pool.project.pk, size)

    def next(self, order: str) -> Offer | None:
        """None where nothing waits."""
        ways: tuple[Callable[[], Offer | None], ...] = (
            self.many_set_aside,
            ORDERS[ReviewOrder(order)].__get__(self),
            self.by_similarity,
            self.novel,
            self.all_set_aside,
        )
        return next((offer for way in ways if (offer := way())), None)

    # --- Orders -------------------------------------------------------------------------------------------------------

    def progress(self) -> Offer | None:
        """Of the largest taxa the one whose surest objects are settled with the fewest decisions, or the surest of all
        taxa where one decision settles more of these; first what is unlike anything learnt, where that is much."""
        if much_unlike(self.pool.project.pk) and (offer := self.novel()):
            return offer
        sure = self._many_of(lambda taxon: self.pool.surest(taxon, self.size))
        several = self._of_several(surest_first=True)
        if not sure or self.make.worth(several) > max(map(self.make.worth, sure.values())):
            return self._each_as_named(several, SUREST, SUREST_OF) or self.mixed(list(self._waiting), SUREST)
        taxon = max(sure, key=lambda each: self.make.worth(sure[each]))
        return self.make.of_taxon(taxon, self.pool.surest(taxon), SUREST)

    def teach(self) -> Offer | None:
        """Of all predicted taxa those of which the model is least sure: what is right there costs nothing, and what
        isn't teaches it."""
        several = self._of_several(surest_first=False)
        return self._each_as_named(several, UNSUREST, UNSUREST_OF) or self.mixed(
            list(self._waiting), UNSUREST
        )

    def risk(self) -> Offer | None:
        """What resembles nothing learnt, then the rare taxa, the least sure of each."""
        if offer := self.novel():
            return offer
        few = [taxon for taxon, count in self._waiting.items() if count < FEW]
        if offer := self.mixed(few[::-1], RARE):
            return offer
        for taxon in reversed(self._waiting):
            if waiting := self.pool.surest(taxon):
                return self.make.of_taxon(taxon, waiting[::-1], RARE)
        return None

    def taxon(self) -> Offer | None:
        """One taxon after the other, by name."""
        taxa = list(self._waiting)
        names = names_of(set(taxa))
        for taxon in sorted(taxa, key=lambda each: names[each].casefold()):
            if waiting := self.pool.surest(taxon):
                return self.make.of_taxon(taxon, waiting, f"{names[taxon]}: taxon by taxon")
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
        similarity = ObjectSimilarity(self.pool.project.pk, [each.id for each in waiting])
        crowd = similarity.crowd(TOGETHER)
        if len(crowd) < min(FEW, self.size, len(waiting)):
            return self.make.few_alike(waiting, similarity)
        return self.make.alike(
            waiting, crowd, similarity, "Unlike anything that the model has learnt: perhaps a new taxon"
        )

    def mixed(self, taxa: list[int], reason: str) -> Offer | None:
        """Of the taxa, those that come first: where they are several, one page asks for each object as what it is
        predicted to be, since a question for each taxon would be more work than the answers."""
        return self._each_as_named(self.pool.of_taxa(taxa, min(self.size, TOGETHER)), reason, FEW_OF)

    # --- What every order ends or begins with -------------------------------------------------------------------------

    def by_similarity(self) -> Offer | None:
        """What nobody and no model has named, the largest crowd of it first."""
        waiting = self.pool.nameless()
        if not waiting:
            return None
        similarity = ObjectSimilarity(self.pool.project.pk, [each.id for each in waiting])
        return self.make.alike(
            waiting, similarity.crowd(TOGETHER), similarity, "Alike, and without a name yet"
        )

    def many_set_aside(self) -> Offer | None:
        offer = self.all_set_aside()
        return offer if offer and len(offer.ids) >= ENOUGH_SET_ASIDE else None

    def all_set_aside(self) -> Offer | None:
        waiting = self.pool.set_aside()
        if not waiting:
            return None
        similarity = ObjectSimilarity(self.pool.project.pk, [each.id for each in waiting])
        return self.make.alike(
            waiting, similarity.crowd(TOGETHER), similarity, "Taken out of earlier pages, and alike"
        )

    def _of_several(self, *, surest_first: bool) -> list[WaitingObject]:
        """Those of all predicted taxa that are surest, or least sure, as far as people's answers bear the scores out:
        the largest taxon first."""
        taxa = list(self._waiting)[:TAXA_TOGETHER]
        if not taxa:
            return []
        each = max(FEW, 4 * SEVERAL // len(taxa))
        waiting = self.pool.of_each(taxa, each, surest_first=surest_first)
        right = self.make.right(waiting)
        order = np.argsort(-right if surest_first else right, kind="stable")[: min(self.size, SEVERAL)]
        return [waiting[place] for place in np.sort(order)]

    def _each_as_named(
        self, waiting: list[WaitingObject], reason: str, reason_of_several: str
    ) -> Offer | None:
        """One page asks for each object as what it is predicted to be; where that is one taxon, for it."""
        present = {each.taxon for each in waiting if each.taxon is not None}
        if len(present) > 1:
            return self.make.of_taxa(waiting, reason_of_several.format(len(present)))
        return self.make.of_taxon(present.pop(), waiting, reason) if present else None

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
