"""What a model may be relied on for: a few sentences, from what it said of held-out objects.

A taxon is relied on where it is RELIABLE even at the low end of both its intervals, tested on FEW objects or more. It
is not where even the high end of one falls short, or where less than half is found or right. All others are to be
checked; those without a held-out object were never tested.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from annotations.learning.ancestors import SeenBefore
from classifier.statistics.bootstrap import exact, wider

FEW = 20  # held-out objects of a taxon, below which its figures are uncertain
RELIABLE = 0.8  # of precision and of recall
MOST_NAMED = 12  # taxa in a sentence

Bounds = tuple[float, float]
SentenceKind = Literal["right", "chance", "rely", "avoid", "check", "untested"]


@dataclass(frozen=True)
class TaxonFigures:
    """`right` of its `support` held-out objects are called so, and `called` objects in all; None where nobody counted.
    The intervals are of 95 %; None where they cannot be had."""

    name: str
    support: int
    right: int | None = None
    called: int | None = None
    precision: Bounds | None = None
    recall: Bounds | None = None

    @property
    def is_reliable(self) -> bool:
        intervals = (self.precision, self.recall)
        return self.support >= FEW and all(both is not None and both[0] >= RELIABLE for both in intervals)

    @property
    def is_unreliable(self) -> bool:
        falls_short = any(both is not None and both[1] < RELIABLE for both in (self.precision, self.recall))
        return falls_short or any(2 * right < of for right, of, _ in self._shares())

    @property
    def reason(self) -> str:
        """The lower of its two shares, in counts: `1 of 3 found`; empty where nobody counted."""
        shares = self._shares()
        if not shares:
            return ""
        right, of, words = min(shares, key=_share)
        return f"{right} of {of} {words}"

    @property
    def worst_share(self) -> float:
        """The lower of its two shares; 1 where nobody counted."""
        return min(map(_share, self._shares()), default=1.0)

    def _shares(self) -> list[tuple[int, int, str]]:
        """Of its own objects, and of what is called so: how many are right, of how many."""
        if self.right is None or not self.support:
            return []
        of_called = [(self.right, self.called, "called so are right")] if self.called else []
        return [(self.right, self.support, "found"), *of_called]


def _share(counts: tuple[int, int, str]) -> float:
    right, of, _ = counts
    return right / of


@dataclass(frozen=True)
class HeldOutFigures:
    """What a model said of the `total` objects that it never saw; `guess` is the share right of always naming the most
    frequent taxon."""

    accuracy: float | None
    interval: Bounds | None
    total: int
    taxa: tuple[TaxonFigures, ...]
    guess: float | None = None


@dataclass(frozen=True)
class Sentence:
    """`lead` names in full, or with `taxa` goes on with them, and with how many `more` there are."""

    kind: SentenceKind
    lead: str
    taxa: tuple[str, ...] = ()
    more: int = 0

    @property
    def text(self) -> str:
        if not self.taxa:
            return self.lead
        more = f" and {self.more} more" if self.more else ""
        return f"{self.lead} {', '.join(self.taxa)}{more}."


# --- Sentences --------------------------------------------------------------------------------------------------------


LOOKED_BEFORE = (
    "It started from a backbone that has looked at images of the same projects, without labels. The held-out ones may "
    "be among them: it may name a little less right of samples that come later."
)


SOMETHING_LEARNT = (
    "It started from a model that learnt from the same projects: up to {learnt:,} of the {total:,} held-out objects, "
    "and their labels, may be among what that one learnt. It may name fewer right of samples that come later."
)
STRANGER = (
    "It started from a model that was brought in: what that one learnt from is not known here, and held-out objects "
    "may be among it."
)


def verdict(figures: HeldOutFigures, before: SeenBefore | None = None) -> list[Sentence]:
    """The sentences in their order; each taxon is in one of them."""
    if not figures.total or figures.accuracy is None:
        return [Sentence("right", "Nothing was held out: nobody knows how often it is right.")]
    return [_right(figures), *_chance(figures), *_before(before or SeenBefore()), *_taxa(figures.taxa)]


def _before(before: SeenBefore) -> list[Sentence]:
    learnt = SOMETHING_LEARNT.format(learnt=before.learnt, total=before.total)
    sentences = [(before.learnt, learnt), (before.has_stranger, STRANGER), (before.has_looked, LOOKED_BEFORE)]
    return [Sentence("chance", words) for applies, words in sentences if applies]


def _right(figures: HeldOutFigures) -> Sentence:
    """Fewer than a hundred are counted as they are: a percentage would make them more."""
    share, total = figures.accuracy or 0.0, figures.total
    of = min(total, 100)
    right = round(share * total) if total < 100 else in_hundred(share)
    between = ""
    if figures.interval:
        low, high = map(in_hundred, figures.interval)
        between = f" ({low}–{high})" if of == 100 else f" (between {low} and {high} of 100)"
    return Sentence("right", f"Names {right} of {of} right{between}.")


def in_hundred(share: float) -> int:
    """None and all are said of nothing that is not quite none or all."""
    return round(100 * share) if share in (0, 1) else min(max(round(100 * share), 1), 99)


def _chance(figures: HeldOutFigures) -> list[Sentence]:
    """What makes a share of right names mean less than it seems."""
    tested = [taxon.name for taxon in figures.taxa if taxon.support]
    if len(tested) == 1:
        return [
            Sentence("chance", f"All that was held out is {tested[0]}: no telling apart has been tested.")
        ]
    low = figures.interval[0] if figures.interval else figures.accuracy or 0.0
    if figures.guess is None or figures.guess < low:
        return []
    guess = in_hundred(figures.guess)
    return [
        Sentence(
            "chance", f"That is hardly better than always naming the most frequent taxon ({guess} of 100)."
        )
    ]


def _taxa(taxa: Iterable[TaxonFigures]) -> list[Sentence]:
    ordered = sorted(taxa, key=lambda taxon: (-taxon.support, taxon.name))
    tested = [taxon for taxon in ordered if taxon.support]
    rely = [taxon.name for taxon in tested if taxon.is_reliable]
    avoid = [taxon for taxon in tested if not taxon.is_reliable and taxon.is_unreliable]
    check = [taxon for taxon in tested if not taxon.is_reliable and not taxon.is_unreliable]
    sentences = [
        _listing("rely", "Rely on", rely) or Sentence("rely", "There is no taxon to rely on yet."),
        _listing("avoid", "Don’t rely on", map(_with_reason, _worst_first(avoid))),
        _listing("check", "Check what it calls", map(_with_reason, _worst_first(check))),
        _listing("untested", "Never tested:", [taxon.name for taxon in ordered if not taxon.support]),
    ]
    return [sentence for sentence in sentences if sentence]


def _worst_first(taxa: list[TaxonFigures]) -> list[TaxonFigures]:
    """Equally bad ones by size, as they come."""
    return sorted(taxa, key=lambda taxon: taxon.worst_share)


def _with_reason(taxon: TaxonFigures) -> str:
    return f"{taxon.name} ({taxon.reason})" if taxon.reason else taxon.name


def _listing(kind: SentenceKind, lead: str, taxa: Iterable[str]) -> Sentence | None:
    names = tuple(taxa)
    if not names:
        return None
    return Sentence(kind, lead, names[:MOST_NAMED], max(len(names) - MOST_NAMED, 0))


# --- From metrics.json ------------------------------------------------------------------------------------------------


def held_out_figures(metrics: dict) -> HeldOutFigures:
    """Of metrics whose taxa are {id, name}; models from elsewhere may lack counts and intervals."""
    counts, total = _counts(metrics["confusion"]), int(metrics.get("n_held_out", 0))
    interval = (metrics.get("intervals") or {}).get("accuracy")
    right = sum(right for right, _, _ in counts.values())
    is_counted = total == sum(support for _, support, _ in counts.values())
    return HeldOutFigures(
        accuracy=metrics["accuracy"],
        interval=_widest(interval, right, total) if is_counted else _stated(interval),
        total=total,
        taxa=tuple(_tested(entry, counts.get(entry["taxon"]["id"])) for entry in metrics["per_taxon"]),
        guess=(metrics.get("guess") or {}).get("accuracy"),
    )


def _counts(confusion: dict) -> dict[int, tuple[int, int, int]]:
    """By taxon: its objects called so, its objects, the objects called so."""
    if "matrix" not in confusion:  # of a model from elsewhere
        return {}
    taxa = len(confusion["labels"])
    matrix = np.array(confusion["matrix"], int).reshape(taxa, taxa)  # also where it is empty
    return {
        label["id"]: (int(matrix[k, k]), int(matrix[k].sum()), int(matrix[:, k].sum()))
        for k, label in enumerate(confusion["labels"])
    }


def _tested(entry: dict, counted: tuple[int, int, int] | None) -> TaxonFigures:
    """Counts that aren't those of the figures beside them are nobody's: they are left out."""
    name, support = entry["taxon"]["name"], int(entry["support"])
    precision, recall = entry.get("precision_interval"), entry.get("recall_interval")
    if counted is None or counted[1] != support:
        return TaxonFigures(name, support, precision=_stated(precision), recall=_stated(recall))
    right, _, called = counted
    return TaxonFigures(
        name, support, right, called, _widest(precision, right, called), _widest(recall, right, support)
    )


def _widest(interval: list[float] | None, right: int, total: int) -> Bounds | None:
    """The one that the metrics state, no narrower than of independent objects."""
    counted = exact(np.array(right), np.array(total))
    low, high = wider(np.array(interval or (np.nan, np.nan), float), counted)
    return None if np.isnan(low) else (float(low), float(high))


def _stated(interval: list[float] | None) -> Bounds | None:
    return (interval[0], interval[1]) if interval else None
