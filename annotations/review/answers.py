"""What a page proposes for each of its objects, and what people say of it: evidence for later pages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from annotations.accounts.models import User
from annotations.review.models import ReviewPage, SetAside, TaxonAnswers
from annotations.review.queries import waiting_of


@dataclass(frozen=True)
class PageProposal:
    """For one object; None where nothing is proposed. `score` of 0 to 1 is how likely it is held to be right, where a
    model has said so."""

    taxon: int | None
    score: float | None


def proposed_on(page: ReviewPage, rejected: dict[int, int]) -> dict[int, PageProposal]:
    """object → what is proposed for it, of what waits on the page: on a page of several taxa its own, or what the
    person has read under it, who has `rejected` that. What a model says of another taxon is no score of this one."""
    share = None if page.is_mixed else page.expected and page.expected["value"]
    proposed = {}
    for row in waiting_of(page):
        taxon = rejected.get(row["id"], row["taxon"]) if page.is_mixed else page.taxon_id
        proposed[row["id"]] = PageProposal(taxon, row["score"] if row["taxon"] == taxon else share)
    return proposed


def note_answers(*, page: ReviewPage, taxa: dict[int, int | None], proposed: dict[int, PageProposal]) -> None:
    """`taxa`: object → what a person says it is, None where that is only that it is not what is proposed.

    What no model gave a score says nothing of how far scores can be trusted."""
    answers: dict[int, TaxonAnswers] = defaultdict(lambda: TaxonAnswers(page=page))
    for object_id, taxon in taxa.items():
        proposal = proposed.get(object_id)
        if proposal is None or proposal.taxon is None or proposal.score is None:
            continue
        of_taxon = answers[proposal.taxon]
        of_taxon.taxon_id = proposal.taxon
        of_taxon.right += taxon == proposal.taxon
        of_taxon.wrong += taxon != proposal.taxon
        of_taxon.expected_right += proposal.score
    TaxonAnswers.objects.bulk_create(answers.values())


def set_aside(*, objects: Iterable[int], user: User, proposed: dict[int, PageProposal]) -> None:
    """As not the taxon that is proposed."""
    SetAside.objects.bulk_create(
        [
            SetAside(object_id=object_id, taxon_id=proposed[object_id].taxon, user=user)
            for object_id in objects
            if object_id in proposed
        ],
        update_conflicts=True,
        unique_fields=["object", "taxon"],
        update_fields=["user", "created"],
    )
