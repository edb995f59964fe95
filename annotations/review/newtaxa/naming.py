"""What a new taxon of a page would be called, and below which one it would stand, before anybody has typed a letter."""

import re
from dataclasses import dataclass

from django.db.models.functions import Length

from annotations.accounts.models import User
from annotations.review.models import ReviewPage
from annotations.review.newtaxa.relatives import Relatives, relatives_of
from annotations.review.queries import waiting_of
from annotations.samples.models import Object
from annotations.taxonomy.creating import may_create_taxa, who_creates_taxa
from annotations.taxonomy.models import Taxon, TaxonEdit

STEM = "morphotype"  # a temporary name, numbered below each parent: morphotype 3<Copepoda
NUMBERED = re.compile(rf"{STEM} (\d{{1,6}})", re.IGNORECASE)


@dataclass(frozen=True)
class NewTaxonProposal:
    """`refusal` is a sentence for who may not create taxa, "" for all others."""

    name: str
    parent: Taxon | None
    relatives: Relatives
    refusal: str


def propose_new_taxon(*, page: ReviewPage, user: User, parent: Taxon | None = None) -> NewTaxonProposal:
    """Below the nearest relatives' common ancestor, or below `parent` where a person has chosen one."""
    ids = [row["id"] for row in waiting_of(page)] or page.object_ids
    relatives = relatives_of(page.project_id, ids)
    parent = parent or relatives.ancestor
    may = may_create_taxa(user, page.project)
    refusal = (
        "" if may else f"{who_creates_taxa()}: ask one, or skip the page, so that it is offered to others."
    )
    return NewTaxonProposal(free_name_below(parent, user, page.project_id), parent, relatives, refusal)


def free_name_below(parent: Taxon | None, user: User, project_id: int) -> str:
    """The next number below the parent; the last one again where the person made it and it has no object: it was taken
    back."""
    siblings = Taxon.objects.filter(parent=parent, name__istartswith=f"{STEM} ")
    numbers = {
        int(match[1]): taxon
        for taxon in siblings.order_by(Length("name"))
        if (match := NUMBERED.fullmatch(taxon.name))
    }
    last = max(numbers, default=0)
    return f"{STEM} {last if last and is_left_over(numbers[last], user, project_id) else last + 1}"


def is_left_over(taxon: Taxon, user: User, project_id: int) -> bool:
    """Whether the person made it themselves, and no object has it: what it was made for was taken back."""
    edits = TaxonEdit.objects.filter(taxon=taxon, before__name=None, after__name__isnull=False)
    is_own = taxon.is_active and edits.filter(user=user).exists()
    has_none = not taxon.used and not Object.objects.filter(project=project_id, taxon=taxon).exists()
    return is_own and has_none and not taxon.children.exists()
