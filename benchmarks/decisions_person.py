"""Who looks at the pages of `decisions_review.py`: what they take objects for, what they do, and what that counts."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from annotations.learning.models import Prediction
from benchmarks.decision_counts import SLIPS, Counted

DIGITS = 9  # the bench's slots
BEFORE_IT_LEARNS = 5  # strangers, each two seconds' work: as long as a refit takes


@dataclass
class BenchProject:
    number: int
    taxa: list[int]  # by the class that the labels have
    truth: dict[int, int]  # object → class
    token: str


@dataclass
class Taxonomist:
    """Who looks at pages, with nine taxa on the digits: those that were given last."""

    project: BenchProject
    counted: Counted
    rng: np.random.Generator
    digits: list[int] = field(default_factory=list)
    sights: dict[int, int] = field(default_factory=dict)  # object → the taxon that they take it for
    names: set[int] = field(default_factory=set)  # of the page, whatever gives them
    taken_out: list[dict] = field(default_factory=list)  # of the page: what no key names

    def begin(self) -> None:
        """A page."""
        self.names, self.taken_out = set(), []

    def sight(self, each: dict) -> int:
        """Now and then another one than it is; looking again doesn't help."""
        number = each["id"]
        if number not in self.sights:
            is_slip = self.rng.random() < SLIPS
            true = self.project.taxa[self.project.truth[number]]
            self.sights[number] = int(self.rng.choice(self.project.taxa)) if is_slip else true
        return self.sights[number]

    def name_by_keys(self, strangers: list[dict]) -> list[dict]:
        """Those that one stroke names, by a choice of the refitted model or by a digit. The others are taken out."""
        choices = choices_of([each["id"] for each in strangers])
        named: list[dict] = []
        for each in strangers:
            taxon = self.sight(each)
            has_key = taxon in choices.get(each["id"], []) or taxon in self.digits
            self.counted.kinds["strokes" if has_key else "taken out"] += 1
            self.counted.strictly += 1 + (taxon not in self.names)
            self.names.add(taxon)
            if has_key:
                self.use(taxon)
            (named if has_key else self.taken_out).append(each)
        return self.as_seen(named)

    def name_taken_out(self) -> list[dict]:
        """At the end of a page, group by group."""
        taxa = {self.sight(each) for each in self.taken_out}
        self.counted.kinds["names"] += len(taxa)
        for taxon in taxa:
            self.use(taxon)
        return self.as_seen(self.taken_out)

    def as_seen(self, objects: list[dict]) -> list[dict]:
        return [{**target(each), "taxon": self.sight(each)} for each in objects]

    def use(self, taxon: int) -> None:
        self.digits = [taxon, *(other for other in self.digits if other != taxon)][:DIGITS]

    def accept(self, decisions: int = 1) -> None:
        self.counted.kinds["accepts"] += decisions
        self.counted.strictly += decisions


def sort_of_one(page: dict, taxonomist: Taxonomist, answer: Callable[..., None]) -> None:
    """A page that is mostly something else gets that name, which is one decision more than to accept."""
    proposed = page["proposal"] and page["proposal"]["taxon"]["id"]
    groups = Counter(taxonomist.sight(each) for each in page["objects"])
    most = groups.most_common(1)[0][0]
    taxon = proposed if proposed and groups[proposed] >= groups[most] / 2 else most
    strangers = [each for each in page["objects"] if taxonomist.sight(each) != taxon]
    accepted = [target(each) for each in page["objects"] if taxonomist.sight(each) == taxon]
    taxonomist.accept(1 if taxon == proposed else 2)
    others = [*taxonomist.name_by_keys(strangers), *taxonomist.name_taken_out()]
    answer(page, others=others, **({"taxon": taxon, "accepted": accepted} if accepted else {}))


def sort_mixed(
    page: dict, taxonomist: Taxonomist, page_of: Callable[[], dict | None], answer: Callable[..., None]
) -> None:
    """Strangers get their names some at a time, in the order of the page; what the others are called changes meanwhile,
    for these are learnt from, so what was right may have to be looked at again. In the end what is right as it is named
    takes one decision together."""
    current: dict | None = page
    while current and current["id"] == page["id"]:
        out = {each["id"] for each in taxonomist.taken_out}
        others = [each for each in current["objects"] if each["id"] not in out]
        strangers = [each for each in others if taxonomist.sight(each) != each["taxon"]["id"]]
        named = taxonomist.name_by_keys(strangers[:BEFORE_IT_LEARNS])
        if not strangers:
            taxonomist.accept()
            accepted = [{**target(each), "taxon": each["taxon"]["id"]} for each in others]
            # a refit may have spoken of what was taken out, too: its version is that of now
            versions = {each["id"]: each for each in current["objects"]}
            taxonomist.taken_out = [versions[each["id"]] for each in taxonomist.taken_out]
            answer(page, others=[*accepted, *taxonomist.name_taken_out()])
            break
        if named:
            answer(page, others=named)
            current = page_of()


def choices_of(ids: list[int]) -> dict[int, list[int]]:
    """object → the three taxa that the model, refitted by now, thinks likeliest."""
    return dict(Prediction.objects.filter(object__in=ids, is_current=True).values_list("object", "taxa"))


def target(each: dict) -> dict:
    return {"id": each["id"], "version": each["version"]}
